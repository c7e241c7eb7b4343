-- What the metrics count over the whole fleet: how many instances there are of each kind, and nothing that says which. A state is the one that
-- instance_overview shows: a connection whose owner's lease has lapsed is nobody's.
GRANT SELECT (environment) ON instances TO tenure_platform;
GRANT SELECT (state, reason) ON connections TO tenure_platform;

CREATE VIEW fleet_counts WITH (security_invoker = true) AS
SELECT i.environment, i.lifecycle,
       CASE WHEN orphan.was_connected THEN 'disconnected' WHEN orphan.was_trying THEN c.settled_state ELSE COALESCE(c.state, 'never_paired') END AS connection_state,
       CASE WHEN orphan.was_connected THEN 'platform_stopped' ELSE c.reason END AS connection_reason,
       count(*)::int AS instances
FROM instances i
LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
LEFT JOIN nodes n ON n.id = c.owner_node AND n.lease_until > clock_timestamp()
CROSS JOIN LATERAL (SELECT
  c.owner_node IS NOT NULL AND n.id IS NULL AND c.state <> 'disconnected' AND c.settled_state = 'connected' AS was_connected,
  c.owner_node IS NOT NULL AND n.id IS NULL AND c.state <> 'disconnected' AND c.settled_state <> 'connected' AS was_trying) AS orphan
GROUP BY 1, 2, 3, 4;
GRANT SELECT (environment, lifecycle, connection_state, connection_reason, instances) ON fleet_counts TO tenure_platform;
