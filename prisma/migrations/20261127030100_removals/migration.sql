-- By what an instance is scheduled to be removed, and in which cycle that was arranged: in another one it is void.
ALTER TABLE instances
  ADD COLUMN purge_intent text CHECK (purge_intent IN ('rule', 'person', 'tenant')),
  ADD COLUMN purge_cycle integer,
  ADD CHECK ((lifecycle = 'purge_scheduled') = (purge_intent IS NOT NULL)),
  ADD CHECK ((purge_intent IS NULL) = (purge_cycle IS NULL));
GRANT UPDATE (purge_intent, purge_cycle) ON instances TO tenure_app;

-- Other times than the rules', for one instance. Durations in ISO 8601; null: what the rule says.
CREATE TABLE retention_overrides (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  archive_after text,
  purge_after text,
  may_shorten boolean NOT NULL,
  set_at timestamptz(3) NOT NULL,
  set_by jsonb NOT NULL,
  PRIMARY KEY (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads,
  CHECK (archive_after IS NOT NULL OR purge_after IS NOT NULL)
);
CALL tenure_isolate('retention_overrides');
GRANT SELECT, INSERT, UPDATE (archive_after, purge_after, may_shorten, set_at, set_by), DELETE ON retention_overrides TO tenure_app;

-- Removals: scheduled, taken back, carried out. At most one of an instance is scheduled, and at most one was ever carried out.
CREATE TABLE purges (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  instance_id uuid NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  intent text NOT NULL CHECK (intent IN ('rule', 'person', 'tenant')),
  rule_id text,
  policy_version integer,
  cycle integer NOT NULL,
  scheduled_at timestamptz(3) NOT NULL,
  scheduled_by jsonb NOT NULL,
  status text NOT NULL DEFAULT 'scheduled' CHECK (status IN ('scheduled', 'cancelled', 'purged')),
  ended_at timestamptz(3),
  ended_by jsonb,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads,
  CHECK ((status = 'scheduled') = (ended_at IS NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX purges_scheduled ON purges (tenant_id, instance_id) WHERE status = 'scheduled';
CREATE UNIQUE INDEX purges_purged ON purges (tenant_id, instance_id) WHERE status = 'purged';
-- What limits count.
CREATE INDEX purges_by_rule ON purges (tenant_id, environment, ended_at) WHERE status = 'purged' AND intent = 'rule';
CALL tenure_isolate_environments('purges');
GRANT SELECT, INSERT, UPDATE (status, ended_at, ended_by) ON purges TO tenure_app;

-- Notice that was given of a removal. Only delivered ones: one in the journal is delivered when it is committed.
CREATE TABLE purge_notices (
  tenant_id uuid NOT NULL,
  purge_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('journal')),
  delivered_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, purge_id, channel, delivered_at),
  FOREIGN KEY (tenant_id, purge_id) REFERENCES purges
);
CALL tenure_isolate('purge_notices');
GRANT SELECT, INSERT ON purge_notices TO tenure_app;

-- Who else agreed to it: keys that have nothing to do with the one that asked.
CREATE TABLE purge_approvals (
  tenant_id uuid NOT NULL,
  purge_id uuid NOT NULL,
  key_id uuid NOT NULL,
  approved_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, purge_id, key_id),
  FOREIGN KEY (tenant_id, purge_id) REFERENCES purges
);
CALL tenure_isolate('purge_approvals');
GRANT SELECT, INSERT, UPDATE (approved_at) ON purge_approvals TO tenure_app;

-- The key that made this one, or that it replaced; null: the operator.
ALTER TABLE api_keys ADD COLUMN created_by uuid;
GRANT SELECT (created_by) ON api_keys TO tenure_app;

-- What proves a removal: when the keys died and under which decision, and when the last row was gone. Nothing personal; never changed but for the latter.
CREATE TABLE purge_certificates (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  purge_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  decision jsonb NOT NULL,
  keys_destroyed_at timestamptz(3) NOT NULL,
  rows_erased_at timestamptz(3),
  rows_erased jsonb,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, purge_id) REFERENCES purges
);
CALL tenure_isolate_environments('purge_certificates');
GRANT SELECT, INSERT, UPDATE (rows_erased_at, rows_erased) ON purge_certificates TO tenure_app;

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

-- The sweep takes what a person or the operator asked for in every mode, and a rescue at any time.
ALTER TABLE retention_schedule ADD COLUMN intent text NOT NULL DEFAULT 'rule' CHECK (intent IN ('rule', 'person', 'tenant'));
ALTER TABLE retention_schedule DROP CONSTRAINT retention_schedule_next_action_check;
ALTER TABLE retention_schedule ADD CHECK (next_action IN ('archive', 'schedule_purge', 'purge', 'cancel'));
GRANT UPDATE (intent) ON retention_schedule TO tenure_app;
GRANT SELECT (intent) ON retention_schedule TO tenure_platform;

CREATE OR REPLACE VIEW retention_facts WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id AS instance_id, h.cycle, i.environment, i.name, i.labels, i.deletion_protection, i.desired_state,
       i.lifecycle, i.lifecycle_from, i.lifecycle_since, i.created_at, i.restored_at, i.cancelled_at,
       COALESCE(c.state, 'never_paired') AS connection_state,
       COALESCE(c.settled_state, 'never_paired') AS settled_state, c.settled_reason, COALESCE(c.settled_since, i.created_at) AS settled_since,
       c.reason_at, c.pairing_since, c.storm_until, c.last_connected_at, c.last_activity_at,
       t.suspended_at AS tenant_suspended_at, t.resumed_at AS tenant_resumed_at,
       i.purge_intent, i.purge_cycle, released.at AS hold_released_at, removed.last_24h AS removals_last_24h, removed.frees_at AS removals_free_at,
       agreed.notice_at AS notice_delivered_at, agreed.approvals,
       o.archive_after AS override_archive_after, o.purge_after AS override_purge_after, o.may_shorten AS override_may_shorten,
       i.lifecycle = 'purge_scheduled' AND EXISTS (
         SELECT 1 FROM retention_run_members m JOIN retention_runs r ON r.tenant_id = m.tenant_id AND r.id = m.run_id
         WHERE m.tenant_id = i.tenant_id AND m.instance_id = i.id AND m.outcome IS NULL AND r.status = 'blocked') AS run_blocked
FROM instances i
JOIN instance_heads h ON h.tenant_id = i.tenant_id AND h.instance_id = i.id
JOIN tenants t ON t.id = i.tenant_id
LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
LEFT JOIN retention_overrides o ON o.tenant_id = i.tenant_id AND o.instance_id = i.id
-- Only of what is scheduled: for the others it is all the same, and is not looked for. Labels that were changed under a hold by label may have taken the instance out of it.
LEFT JOIN LATERAL (
  SELECT max(r.at) AS at FROM (
    SELECT p.released_at AS at FROM platform_holds p WHERE p.released_at >= i.lifecycle_since
    UNION ALL
    SELECT r.released_at FROM hold_history r
    WHERE r.tenant_id = i.tenant_id AND r.released_at >= i.lifecycle_since AND r.environment = i.environment
      AND CASE r.scope
            WHEN 'tenant' THEN true
            WHEN 'instance' THEN r.instance_id = i.id
            ELSE i.labels_since > r.released_at OR (i.labels ? (r.selector ->> 'key') AND COALESCE(i.labels ->> (r.selector ->> 'key') = r.selector ->> 'value', true))
          END
    UNION ALL
    SELECT i.labels_since
    WHERE i.labels_since >= i.lifecycle_since
      AND (EXISTS (SELECT 1 FROM active_holds a
                   WHERE a.tenant_id = i.tenant_id AND a.environment = i.environment AND a.scope = 'selector' AND a.placed_at <= i.labels_since)
           OR EXISTS (SELECT 1 FROM hold_history r
                      WHERE r.tenant_id = i.tenant_id AND r.environment = i.environment AND r.scope = 'selector' AND r.placed_at <= i.labels_since
                        AND r.released_at >= i.labels_since))
  ) r WHERE i.lifecycle = 'purge_scheduled') AS released ON true
LEFT JOIN LATERAL (
  SELECT count(*)::int AS last_24h, min(p.ended_at) + interval '24 hours' AS frees_at FROM purges p
  WHERE p.tenant_id = i.tenant_id AND p.environment = i.environment AND p.status = 'purged' AND p.intent = 'rule'
    AND i.lifecycle = 'purge_scheduled' AND p.ended_at > (SELECT tenure_now()) - interval '24 hours') AS removed ON true
-- An approval from before the release of a hold is of another time.
LEFT JOIN LATERAL (
  SELECT (SELECT max(n.delivered_at) FROM purge_notices n WHERE n.tenant_id = p.tenant_id AND n.purge_id = p.id) AS notice_at,
         (SELECT count(*)::int FROM purge_approvals a
          WHERE a.tenant_id = p.tenant_id AND a.purge_id = p.id AND a.approved_at >= COALESCE(released.at, '-infinity')) AS approvals
  FROM purges p WHERE p.tenant_id = i.tenant_id AND p.instance_id = i.id AND p.status = 'scheduled' AND i.lifecycle = 'purge_scheduled') AS agreed ON true;

-- A rescue is under way within a second and is no step of the rules: it is not shown.
CREATE OR REPLACE VIEW instance_overview WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id, i.environment, i.name, i.name_key, i.labels, i.deletion_protection, i.desired_state, i.lifecycle,
       i.created_at, i.updated_at, i.version,
       CASE WHEN orphan.was_connected THEN 'disconnected' WHEN orphan.was_trying THEN c.settled_state ELSE COALESCE(c.state, 'never_paired') END AS connection_state,
       CASE WHEN orphan.was_connected THEN 'platform_stopped' ELSE c.reason END AS connection_reason,
       COALESCE(CASE WHEN orphan.was_trying THEN c.settled_since ELSE c.since END, i.created_at) AS connection_since,
       c.phone_number, c.profile_name, n.id AS owner_node,
       NULLIF(s.next_action, 'cancel') AS next_action, CASE WHEN s.next_action <> 'cancel' THEN s.next_due_at END::timestamptz(3) AS next_due_at, s.rule_id
FROM instances i
LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
LEFT JOIN nodes n ON n.id = c.owner_node AND n.lease_until > clock_timestamp()
LEFT JOIN retention_schedule s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
CROSS JOIN LATERAL (SELECT
  c.owner_node IS NOT NULL AND n.id IS NULL AND c.state <> 'disconnected' AND c.settled_state = 'connected' AS was_connected,
  c.owner_node IS NOT NULL AND n.id IS NULL AND c.state <> 'disconnected' AND c.settled_state <> 'connected' AS was_trying) AS orphan;
