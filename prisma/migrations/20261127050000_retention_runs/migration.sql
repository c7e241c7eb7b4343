-- What became due at a time is one run. One that is over a limit of the policy removes nothing: it waits, with exactly these instances, for somebody to let them go.
CREATE TABLE retention_runs (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  policy_version integer NOT NULL,
  started_at timestamptz(3) NOT NULL,
  due integer NOT NULL CHECK (due > 0),
  -- how many go at a time once it is released
  slice integer NOT NULL CHECK (slice > 0),
  slice_at timestamptz(3),
  over_limit text CHECK (over_limit IN ('max_per_run', 'max_percent_per_run')),
  status text NOT NULL CHECK (status IN ('running', 'blocked', 'released', 'finished', 'cancelled')),
  ended_at timestamptz(3),
  decided_by jsonb,
  PRIMARY KEY (tenant_id, id),
  CHECK ((status IN ('finished', 'cancelled')) = (ended_at IS NOT NULL))
) WITH (fillfactor = 80);
-- One after the other.
CREATE UNIQUE INDEX retention_runs_open ON retention_runs (tenant_id, environment) WHERE status IN ('running', 'blocked', 'released');
CALL tenure_isolate_environments('retention_runs');
GRANT SELECT, INSERT, UPDATE (status, slice_at, ended_at, decided_by) ON retention_runs TO tenure_app;
GRANT SELECT (tenant_id, id, environment, status, slice, slice_at) ON retention_runs TO tenure_platform;

CREATE TABLE retention_run_members (
  tenant_id uuid NOT NULL,
  run_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  outcome text CHECK (outcome IN ('purged', 'refused')),
  -- why it was refused: the first thing that stood in the way, or that it was not due any more
  reason text,
  PRIMARY KEY (tenant_id, run_id, instance_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES retention_runs
) WITH (fillfactor = 80);
CREATE INDEX retention_run_members_left ON retention_run_members (tenant_id, instance_id) WHERE outcome IS NULL;
CALL tenure_isolate('retention_run_members');
GRANT SELECT, INSERT, UPDATE (outcome, reason) ON retention_run_members TO tenure_app;
