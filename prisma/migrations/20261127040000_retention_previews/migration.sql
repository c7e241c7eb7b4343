-- What somebody saw before a version is put in force: which instances it would act on, each in its cycle. Kept for a day, and a few per tenant.
-- `environment` is that of the key that looked: it saw no others. `compared_with` null: no version was in force.
-- `instance_ids` are as the API names them: they are compared and nothing else, and a hundred thousand uuids take a quarter of a second to make.
CREATE TABLE retention_previews (
  tenant_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  version integer NOT NULL,
  compared_with integer,
  instance_ids text[] NOT NULL,
  cycles integer[] NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  created_by jsonb NOT NULL,
  PRIMARY KEY (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, version) REFERENCES policy_versions,
  CHECK (cardinality(instance_ids) = cardinality(cycles))
);
CREATE INDEX retention_previews_age ON retention_previews (created_at);
CALL tenure_isolate_environments('retention_previews');
GRANT SELECT, INSERT, DELETE ON retention_previews TO tenure_app;
GRANT SELECT (tenant_id, token_hash, created_at), DELETE ON retention_previews TO tenure_platform;
