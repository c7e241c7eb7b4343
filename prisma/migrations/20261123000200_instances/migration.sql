CREATE TABLE instances (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  name text,
  name_key text,
  labels jsonb NOT NULL DEFAULT '{}',
  deletion_protection boolean NOT NULL DEFAULT false,
  desired_state text NOT NULL DEFAULT 'stopped' CHECK (desired_state IN ('running', 'stopped')),
  lifecycle text NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'archived', 'purge_scheduled', 'purged')),
  lifecycle_from text CHECK (lifecycle_from IN ('active', 'archived')),
  lifecycle_since timestamptz(3) NOT NULL,
  restored_at timestamptz(3),
  cancelled_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, id) REFERENCES instance_heads,
  CHECK ((lifecycle = 'purge_scheduled') = (lifecycle_from IS NOT NULL)),
  -- a tombstone carries nothing personal; everything else has a name
  CHECK ((lifecycle = 'purged') = (name IS NULL AND name_key IS NULL))
) WITH (fillfactor = 80);
-- A purged name is free again.
CREATE UNIQUE INDEX instances_name ON instances (tenant_id, name_key) WHERE lifecycle <> 'purged';
CALL tenure_isolate_environments('instances');
GRANT SELECT, INSERT,
  UPDATE (name, name_key, labels, deletion_protection, desired_state, lifecycle, lifecycle_from, lifecycle_since, restored_at, cancelled_at, updated_at, version)
  ON instances TO tenure_app;
GRANT SELECT (tenant_id, id, desired_state, lifecycle) ON instances TO tenure_platform;
