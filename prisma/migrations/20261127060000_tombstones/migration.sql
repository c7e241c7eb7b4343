-- What was purged is listed in a file outside the database, too; null: it is not there yet.
ALTER TABLE purge_certificates ADD COLUMN tombstone_at timestamptz(3);
CREATE INDEX purge_certificates_unlisted ON purge_certificates (keys_destroyed_at) WHERE tombstone_at IS NULL;
GRANT SELECT (tenant_id, id, instance_id, keys_destroyed_at, tombstone_at), UPDATE (tombstone_at) ON purge_certificates TO tenure_platform;

-- A restored backup has alive what was purged after it was made: that is purged again, and nobody asks for it anew.
ALTER TABLE instances DROP CONSTRAINT instances_purge_intent_check;
ALTER TABLE instances ADD CONSTRAINT instances_purge_intent_check CHECK (purge_intent IN ('rule', 'person', 'tenant', 'tombstone'));
ALTER TABLE purges DROP CONSTRAINT purges_intent_check;
ALTER TABLE purges ADD CONSTRAINT purges_intent_check CHECK (intent IN ('rule', 'person', 'tenant', 'tombstone'));
