CREATE TABLE tenants (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  suspended_at timestamptz(3),
  resumed_at timestamptz(3)
);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tenants TO tenure_app USING (id = tenure_tenant());
CREATE POLICY platform ON tenants TO tenure_platform USING (true);
GRANT SELECT, INSERT ON tenants TO tenure_app;
-- The operator lists tenants by name.
GRANT SELECT (id, name, created_at, suspended_at) ON tenants TO tenure_platform;

-- A key is shown once; only its SHA-256 stays. The prefix finds the row, the hash decides.
CREATE TABLE api_keys (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  name text NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  scopes text[] NOT NULL,
  prefix text NOT NULL,
  hash bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_keys_prefix ON api_keys (prefix);
CALL tenure_isolate_environments('api_keys');
-- A tenant never reads a hash; the look-up, which knows no tenant yet, reads nothing but what decides it.
GRANT SELECT (tenant_id, id, name, environment, scopes, prefix, created_at, expires_at, revoked_at, last_used_at),
  INSERT, UPDATE (revoked_at, last_used_at) ON api_keys TO tenure_app;
GRANT SELECT (tenant_id, id, environment, scopes, prefix, hash, expires_at, revoked_at) ON api_keys TO tenure_platform;

-- Keys of the operator belong to no tenant: the app role cannot see them.
CREATE TABLE operator_keys (
  id uuid PRIMARY KEY,
  prefix text NOT NULL UNIQUE,
  hash bytea NOT NULL,
  created_at timestamptz(3) NOT NULL
);
GRANT SELECT (id, prefix, hash), INSERT, DELETE ON operator_keys TO tenure_platform;
