-- The first thing that stands in the way of what comes next; null: only time does.
ALTER TABLE retention_schedule ADD COLUMN blocked_by text;
CREATE INDEX retention_schedule_blocked ON retention_schedule (blocked_by) WHERE blocked_by IS NOT NULL;
GRANT UPDATE (blocked_by) ON retention_schedule TO tenure_app;
GRANT SELECT (blocked_by) ON retention_schedule TO tenure_platform;
