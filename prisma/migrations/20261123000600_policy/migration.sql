-- The next step of each instance. A deadline is a row, never a timer: the sweep reads what is due, each is decided again in its own transaction.
CREATE TABLE retention_schedule (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  next_action text CHECK (next_action IN ('archive', 'schedule_purge', 'purge')),
  next_due_at timestamptz(3),
  rule_id text,
  policy_version integer,
  cycle integer NOT NULL,
  decided_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.005);
CREATE INDEX retention_schedule_due ON retention_schedule (next_due_at, instance_id) WHERE next_due_at IS NOT NULL;
CALL tenure_isolate('retention_schedule');
GRANT SELECT, INSERT, UPDATE (next_action, next_due_at, rule_id, policy_version, cycle, decided_at) ON retention_schedule TO tenure_app;
GRANT SELECT (tenant_id, instance_id, next_due_at) ON retention_schedule TO tenure_platform;

-- How far the daily walk over everything has come; one row.
CREATE TABLE retention_walk (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  cursor_tenant uuid,
  cursor_instance uuid
);
INSERT INTO retention_walk DEFAULT VALUES;
GRANT SELECT (started_at, finished_at, cursor_tenant, cursor_instance), UPDATE (started_at, finished_at, cursor_tenant, cursor_instance)
  ON retention_walk TO tenure_platform;

-- How far a policy change has come through its tenant's instances; a row while it runs.
CREATE TABLE retention_rescans (
  tenant_id uuid PRIMARY KEY REFERENCES tenants,
  version integer,
  cursor_instance uuid,
  started_at timestamptz(3) NOT NULL
);
CALL tenure_isolate('retention_rescans');
GRANT SELECT, INSERT, UPDATE (version, cursor_instance, started_at), DELETE ON retention_rescans TO tenure_app;
GRANT SELECT (tenant_id, version, cursor_instance, started_at) ON retention_rescans TO tenure_platform;
