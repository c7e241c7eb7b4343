-- Reading across features goes through these three. security_invoker: the reader's row-level security applies, not the owner's.

-- What a list or a single read of an instance shows. A connection whose owner's lease has lapsed is nobody's: whatever its row last said, it
-- is shown as disconnected by the platform until its next owner has written that down.
CREATE VIEW instance_overview WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id, i.environment, i.name, i.name_key, i.labels, i.deletion_protection, i.desired_state, i.lifecycle,
       i.created_at, i.updated_at, i.version,
       CASE WHEN orphan.was_connected THEN 'disconnected' WHEN orphan.was_trying THEN c.settled_state ELSE COALESCE(c.state, 'never_paired') END AS connection_state,
       CASE WHEN orphan.was_connected THEN 'platform_stopped' ELSE c.reason END AS connection_reason,
       COALESCE(CASE WHEN orphan.was_trying THEN c.settled_since ELSE c.since END, i.created_at) AS connection_since,
       c.phone_number, c.profile_name, n.id AS owner_node,
       s.next_action, s.next_due_at, s.rule_id
FROM instances i
LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
LEFT JOIN nodes n ON n.id = c.owner_node AND n.lease_until > clock_timestamp()
LEFT JOIN retention_schedule s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
CROSS JOIN LATERAL (SELECT
  c.owner_node IS NOT NULL AND n.id IS NULL AND c.state <> 'disconnected' AND c.settled_state = 'connected' AS was_connected,
  c.owner_node IS NOT NULL AND n.id IS NULL AND c.state <> 'disconnected' AND c.settled_state <> 'connected' AS was_trying) AS orphan;
GRANT SELECT ON instance_overview TO tenure_app;

-- What decide() is given: preview, explain, sweep and removal read this very row.
CREATE VIEW retention_facts WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id AS instance_id, h.cycle, i.environment, i.name, i.labels, i.deletion_protection, i.desired_state,
       i.lifecycle, i.lifecycle_from, i.lifecycle_since, i.created_at, i.restored_at, i.cancelled_at,
       COALESCE(c.state, 'never_paired') AS connection_state,
       COALESCE(c.settled_state, 'never_paired') AS settled_state, c.settled_reason, COALESCE(c.settled_since, i.created_at) AS settled_since,
       c.reason_at, c.pairing_since, c.storm_until, c.last_connected_at, c.last_activity_at,
       t.suspended_at AS tenant_suspended_at, t.resumed_at AS tenant_resumed_at
FROM instances i
JOIN instance_heads h ON h.tenant_id = i.tenant_id AND h.instance_id = i.id
JOIN tenants t ON t.id = i.tenant_id
LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id;
GRANT SELECT ON retention_facts TO tenure_app;

-- The only one across tenants: which instances there are, whether each should have a session, and who has it.
CREATE VIEW fleet_overview WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id AS instance_id, i.lifecycle, t.suspended_at IS NOT NULL AS suspended,
       i.desired_state = 'running' AND i.lifecycle IN ('active', 'purge_scheduled') AND t.suspended_at IS NULL AS should_run,
       c.owner_node, c.restart_requested
FROM instances i
JOIN tenants t ON t.id = i.tenant_id
LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id;
GRANT SELECT (tenant_id, instance_id, lifecycle, suspended, should_run, owner_node, restart_requested) ON fleet_overview TO tenure_platform;
