-- The retention row of a tenant: active version and mode. Locked FOR NO KEY UPDATE by whatever removes or changes rules.
CREATE TABLE tenant_retention (
  tenant_id uuid PRIMARY KEY REFERENCES tenants,
  active_version integer,
  mode text NOT NULL DEFAULT 'off' CHECK (mode IN ('off', 'simulate', 'enforce')),
  activated_at timestamptz(3)
) WITH (fillfactor = 50);
CALL tenure_isolate('tenant_retention');
GRANT SELECT, INSERT, UPDATE (active_version, mode, activated_at) ON tenant_retention TO tenure_app;
GRANT SELECT (tenant_id, mode) ON tenant_retention TO tenure_platform;

-- Immutable once activated: the app may only set the activation, and only of a draft.
CREATE TABLE policy_versions (
  tenant_id uuid NOT NULL REFERENCES tenants,
  version integer NOT NULL CHECK (version > 0),
  document jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  created_by jsonb NOT NULL,
  activated_at timestamptz(3),
  activated_by jsonb,
  PRIMARY KEY (tenant_id, version)
);
CALL tenure_isolate('policy_versions');
CREATE POLICY only_drafts ON policy_versions AS RESTRICTIVE FOR UPDATE TO tenure_app USING (activated_at IS NULL) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (activated_at, activated_by) ON policy_versions TO tenure_app;

-- Backstop in the schema: the payload of a held instance cannot be deleted, whatever the code does.
CREATE TABLE active_holds (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  scope text NOT NULL CHECK (scope IN ('instance', 'selector', 'tenant')),
  instance_id uuid,
  selector jsonb,
  reason text NOT NULL,
  placed_at timestamptz(3) NOT NULL,
  placed_by jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_payload ON DELETE RESTRICT,
  CHECK ((scope = 'instance') = (instance_id IS NOT NULL)),
  CHECK ((scope = 'selector') = (selector IS NOT NULL))
);
CREATE INDEX active_holds_instance ON active_holds (tenant_id, instance_id) WHERE instance_id IS NOT NULL;
CALL tenure_isolate('active_holds');
GRANT SELECT, INSERT, DELETE ON active_holds TO tenure_app;
