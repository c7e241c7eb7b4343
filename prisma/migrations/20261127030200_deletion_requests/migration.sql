-- What a person asked to be deleted, and confirmed or not. The token is kept as its hash; what would go is what was shown.
CREATE TABLE deletion_requests (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  instance_id uuid NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  instance_version integer NOT NULL,
  would_remove jsonb NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  requested_by jsonb NOT NULL,
  key_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  -- of the real clock: a token is no deadline of a rule
  token_until timestamptz(3) NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'confirmed', 'cancelled')),
  purge_id uuid,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads,
  FOREIGN KEY (tenant_id, purge_id) REFERENCES purges,
  CHECK (status <> 'confirmed' OR purge_id IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX deletion_requests_instance ON deletion_requests (tenant_id, instance_id, id);
CALL tenure_isolate_environments('deletion_requests');
GRANT SELECT, INSERT, UPDATE (status, purge_id) ON deletion_requests TO tenure_app;
