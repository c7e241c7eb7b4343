-- A tenant on its way out: since when, and when the last of it was gone. What is left then is its id and its dates.
ALTER TABLE tenants ADD COLUMN leaving_since timestamptz(3), ADD COLUMN deleted_at timestamptz(3), ALTER COLUMN name DROP NOT NULL;
ALTER TABLE tenants
  -- what leaves is suspended
  ADD CHECK (leaving_since IS NULL OR suspended_at IS NOT NULL),
  ADD CHECK (deleted_at IS NULL OR leaving_since IS NOT NULL),
  ADD CHECK (name IS NOT NULL OR deleted_at IS NOT NULL);
GRANT UPDATE (leaving_since, deleted_at) ON tenants TO tenure_app;
GRANT SELECT (leaving_since, deleted_at) ON tenants TO tenure_platform;

-- The operator's requests to delete tenants. The token is kept as its hash; what would go is what was shown.
CREATE TABLE tenant_deletions (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  tenant_version integer NOT NULL,
  would_remove jsonb NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  requested_by jsonb NOT NULL,
  key_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  -- of the real clock: a token is no deadline of a rule
  token_until timestamptz(3) NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'confirmed', 'cancelled', 'deleted')),
  -- whether it was suspended before: then a cancel leaves it so
  was_suspended boolean,
  confirmed_at timestamptz(3),
  ended_at timestamptz(3),
  look_at timestamptz(3),
  PRIMARY KEY (tenant_id, id),
  CHECK ((status IN ('confirmed', 'deleted')) <= (confirmed_at IS NOT NULL AND was_suspended IS NOT NULL)),
  CHECK ((status IN ('cancelled', 'deleted')) = (ended_at IS NOT NULL)),
  CHECK ((status = 'confirmed') = (look_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX tenant_deletions_confirmed ON tenant_deletions (tenant_id) WHERE status = 'confirmed';
CREATE INDEX tenant_deletions_look ON tenant_deletions (look_at) WHERE status = 'confirmed';
CALL tenure_isolate('tenant_deletions');
GRANT SELECT, INSERT, UPDATE (status, was_suspended, confirmed_at, ended_at, look_at) ON tenant_deletions TO tenure_app;
GRANT SELECT (tenant_id, id, status, look_at) ON tenant_deletions TO tenure_platform;

-- Exactly the instances that were there when it was confirmed.
CREATE TABLE tenant_deletion_members (
  tenant_id uuid NOT NULL,
  deletion_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  scheduled_at timestamptz(3),
  -- what stands in the way of its being scheduled
  reason text,
  PRIMARY KEY (tenant_id, deletion_id, instance_id),
  FOREIGN KEY (tenant_id, deletion_id) REFERENCES tenant_deletions
) WITH (fillfactor = 80);
CALL tenure_isolate('tenant_deletion_members');
GRANT SELECT, INSERT, UPDATE (scheduled_at, reason) ON tenant_deletion_members TO tenure_app;

-- What of a tenant itself goes in the end. The database lets it go of nobody else.
CREATE FUNCTION tenure_is_leaving() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT EXISTS (SELECT 1 FROM tenants WHERE id = tenure_tenant() AND leaving_since IS NOT NULL) $$;
CREATE POLICY only_leaving ON api_keys AS RESTRICTIVE FOR DELETE TO tenure_app USING (tenure_is_leaving());
CREATE POLICY only_leaving ON policy_versions AS RESTRICTIVE FOR DELETE TO tenure_app USING (tenure_is_leaving());
CREATE POLICY only_leaving ON tenant_retention AS RESTRICTIVE FOR DELETE TO tenure_app USING (tenure_is_leaving());
CREATE POLICY only_leaving ON hold_history AS RESTRICTIVE FOR DELETE TO tenure_app USING (tenure_is_leaving());
GRANT DELETE ON api_keys, policy_versions, tenant_retention, hold_history TO tenure_app;
