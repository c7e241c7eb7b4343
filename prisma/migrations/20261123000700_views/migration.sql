-- Reading across features goes through these two. security_invoker: the reader's row-level security applies, not the owner's.

-- What a list or a single read of an instance shows.
CREATE VIEW instance_overview WITH (security_invoker = true) AS
SELECT i.tenant_id, i.id, i.environment, i.name, i.name_key, i.labels, i.deletion_protection, i.desired_state, i.lifecycle,
       i.created_at, i.updated_at, i.version,
       COALESCE(c.state, 'never_paired') AS connection_state, c.reason AS connection_reason, COALESCE(c.since, i.created_at) AS connection_since,
       c.phone_number, c.profile_name, c.owner_node,
       s.next_action, s.next_due_at, s.rule_id
FROM instances i
LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
LEFT JOIN retention_schedule s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id;
GRANT SELECT ON instance_overview TO tenure_app, tenure_platform;

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
