-- The entry in which somebody said so: what a sweep does about it later names that entry as its cause. Null: of before this was noted.
-- No foreign key: nothing has one into the journal.
ALTER TABLE purges ADD COLUMN scheduled_event uuid;

ALTER TABLE bulk_requests ADD COLUMN confirmed_event uuid;
GRANT UPDATE (confirmed_event) ON bulk_requests TO tenure_app;

ALTER TABLE tenant_deletions ADD COLUMN confirmed_event uuid;
GRANT UPDATE (confirmed_event) ON tenant_deletions TO tenure_app;
