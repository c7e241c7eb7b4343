-- What is due is read page by page from the front of an index and joined afterwards. Asked for in one statement, the planner, which cannot know how little
-- is due, came to read every deadline of the installation at each tick. Removals by rule are of runs, not of the sweep: each has an index of its own.
DROP INDEX retention_schedule_due;
CREATE INDEX retention_schedule_due ON retention_schedule (next_due_at, instance_id)
  WHERE blocked_by IS DISTINCT FROM 'mode-simulate' AND NOT (next_action = 'purge' AND intent = 'rule');
CREATE INDEX retention_schedule_removals ON retention_schedule (next_due_at, instance_id)
  WHERE blocked_by IS DISTINCT FROM 'mode-simulate' AND next_action = 'purge' AND intent = 'rule';

-- Each step, and whether anything for its whole tenant or the whole installation stands in its way: the mode, the kill switch, a clock that is not
-- trusted, a platform hold. Rescues always go.
CREATE VIEW retention_steps WITH (security_invoker = true) AS
SELECT s.tenant_id, s.instance_id, h.environment, s.next_action, s.intent, s.next_due_at,
       s.next_action = 'cancel'
       OR ((t.mode = 'enforce' OR s.intent <> 'rule')
           AND NOT p.kill_switch AND h.environment <> ALL ((SELECT tenure_quarantined_environments())::text[])
           AND (s.next_action = 'archive' OR NOT EXISTS (SELECT 1 FROM platform_holds WHERE released_at IS NULL))) AS may_go
FROM retention_schedule s
JOIN instance_heads h ON h.tenant_id = s.tenant_id AND h.instance_id = s.instance_id
LEFT JOIN tenant_retention t ON t.tenant_id = s.tenant_id
CROSS JOIN platform_state p;
GRANT SELECT (tenant_id, instance_id, environment, next_action, intent, next_due_at, may_go) ON retention_steps TO tenure_platform;
