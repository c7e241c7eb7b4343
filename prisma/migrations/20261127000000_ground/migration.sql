-- Quotas and suspension of tenants, keys that are rotated, requests that are acted on once, the platform's switches, nodes as the operator sees them.

-- `quotas` holds what the operator set; what is not in it is the product's default. `version` counts changes by people.
ALTER TABLE tenants ADD COLUMN quotas jsonb NOT NULL DEFAULT '{}', ADD COLUMN version integer NOT NULL DEFAULT 1;
GRANT UPDATE (name, quotas, version, suspended_at, resumed_at) ON tenants TO tenure_app;
-- The look-up of a key learns whether its tenant is suspended and how often it may call.
GRANT SELECT (quotas, version) ON tenants TO tenure_platform;

GRANT UPDATE (expires_at) ON api_keys TO tenure_app;
GRANT SELECT (last_used_at) ON api_keys TO tenure_platform;

-- How much of a quota is used. A row and not a count: a count would cost the more the more there is.
CREATE TABLE tenant_usage (
  tenant_id uuid NOT NULL REFERENCES tenants,
  resource text NOT NULL CHECK (resource IN ('instances')),
  used integer NOT NULL CHECK (used >= 0),
  PRIMARY KEY (tenant_id, resource)
) WITH (fillfactor = 50);
CALL tenure_isolate('tenant_usage');
GRANT SELECT, INSERT, UPDATE (used) ON tenant_usage TO tenure_app;

-- Active and scheduled instances count; the archived and the purged do not.
CREATE FUNCTION tenure_counts_as_used(lifecycle text) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN lifecycle IN ('active', 'purge_scheduled') THEN 1 ELSE 0 END $$;

CREATE FUNCTION tenure_count_instance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change integer := tenure_counts_as_used(NEW.lifecycle);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    change := change - tenure_counts_as_used(OLD.lifecycle);
  END IF;
  IF change <> 0 THEN
    INSERT INTO tenant_usage (tenant_id, resource, used) VALUES (NEW.tenant_id, 'instances', GREATEST(change, 0))
    ON CONFLICT (tenant_id, resource) DO UPDATE SET used = tenant_usage.used + change;
  END IF;
  RETURN NULL;
END $$;
-- Deferred: the row every creation of a tenant meets at is locked for the commit only, unless a quota has to be looked at before.
CREATE CONSTRAINT TRIGGER instances_usage AFTER INSERT OR UPDATE OF lifecycle ON instances DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION tenure_count_instance();

-- What there is already. Its own row-level security would hide it from the owner.
ALTER TABLE instances NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_usage NO FORCE ROW LEVEL SECURITY;
INSERT INTO tenant_usage (tenant_id, resource, used)
SELECT tenant_id, 'instances', sum(tenure_counts_as_used(lifecycle)) FROM instances GROUP BY tenant_id;
ALTER TABLE tenant_usage FORCE ROW LEVEL SECURITY;
ALTER TABLE instances FORCE ROW LEVEL SECURITY;

-- Requests with an Idempotency-Key, each seen by the API key that sent it and by nobody else: written in the transaction of the effect, with its reply.
-- No reply yet: the effect lies outside the database (a message) and is under way, or its process died over it.
CREATE FUNCTION tenure_principal() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.principal_id', true), '')::uuid $$;

CREATE TABLE idempotent_requests (
  principal_id uuid NOT NULL,
  key_hash bytea NOT NULL,
  fingerprint bytea NOT NULL,
  reply bytea,
  -- the part of the reply that is repeated for ten minutes only: a new key
  secrets bytea,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (principal_id, key_hash)
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX idempotent_requests_age ON idempotent_requests (created_at);
CREATE INDEX idempotent_requests_secrets ON idempotent_requests (created_at) WHERE secrets IS NOT NULL;
ALTER TABLE idempotent_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY principal ON idempotent_requests TO tenure_app USING (principal_id = tenure_principal());
CREATE POLICY platform ON idempotent_requests TO tenure_platform USING (true);
GRANT SELECT, INSERT, UPDATE (reply, secrets), DELETE ON idempotent_requests TO tenure_app;
GRANT SELECT (principal_id, key_hash, created_at, secrets), UPDATE (secrets), DELETE ON idempotent_requests TO tenure_platform;

-- Who pulled the switch, when and why.
ALTER TABLE platform_state ADD COLUMN kill_switch_since timestamptz(3), ADD COLUMN kill_switch_by uuid, ADD COLUMN kill_switch_reason text;
GRANT SELECT (kill_switch_since, kill_switch_by, kill_switch_reason, clock_quarantined_until, clock_quarantine_reason),
  UPDATE (kill_switch, kill_switch_since, kill_switch_by, kill_switch_reason) ON platform_state TO tenure_platform;

GRANT SELECT (name, capacity, draining, started_at) ON nodes TO tenure_platform;
