-- The ground: tenancy by row-level security, the instance lock, the journal with its positions, the clock.
-- Roles are made before this by the installer: tenure_owner (runs this), tenure_app (one tenant), tenure_platform (a short list across tenants).

CREATE FUNCTION tenure_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid $$;

CREATE FUNCTION tenure_environment() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.environment', true), '') $$;

-- Every table with a tenant_id goes through this: forced row-level security, its tenant's rows for the app, all rows for the platform role
-- (which sees only the columns it is granted: a short list, and nothing in it says what an instance is called, holds or whose it is).
CREATE PROCEDURE tenure_isolate(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant ON %s TO tenure_app USING (tenant_id = tenure_tenant())', target);
  EXECUTE format('CREATE POLICY platform ON %s TO tenure_platform USING (true)', target);
END $$;

-- The same for what belongs to one environment: a key sees only its own.
CREATE PROCEDURE tenure_isolate_environments(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant ON %s TO tenure_app USING (tenant_id = tenure_tenant()
    AND (tenure_environment() IS NULL OR environment = tenure_environment()))', target);
  EXECUTE format('CREATE POLICY platform ON %s TO tenure_platform USING (true)', target);
END $$;

-- One row: switches and clock of the whole installation.
CREATE TABLE platform_state (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  kill_switch boolean NOT NULL DEFAULT false,
  clock_offset_ms bigint NOT NULL DEFAULT 0,
  clock_mark timestamptz(3),
  clock_quarantined_until timestamptz(3),
  clock_quarantine_reason text,
  master_key_check bytea
);
INSERT INTO platform_state DEFAULT VALUES;
GRANT SELECT (id, kill_switch, clock_offset_ms, clock_mark, clock_quarantined_until, clock_quarantine_reason) ON platform_state TO tenure_app;
GRANT SELECT (id, kill_switch, clock_offset_ms, clock_mark, master_key_check), UPDATE (clock_mark, master_key_check) ON platform_state TO tenure_platform;

-- The one clock of facts and deadlines. Leases, jobs and tokens use clock_timestamp() itself.
CREATE FUNCTION tenure_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() + (SELECT clock_offset_ms FROM platform_state) * interval '1 millisecond' $$;

-- THE lock of an instance is its row here, FOR UPDATE. Lives for ever, also after a purge.
CREATE TABLE instance_heads (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  seq bigint NOT NULL DEFAULT 0,
  cycle integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, instance_id)
) WITH (fillfactor = 70);
CALL tenure_isolate_environments('instance_heads');
GRANT SELECT, INSERT, UPDATE (seq, cycle) ON instance_heads TO tenure_app;
GRANT SELECT (tenant_id, instance_id, environment) ON instance_heads TO tenure_platform;

-- The instance's data key, wrapped by the master key, from create to purge; and its archive.
CREATE TABLE instance_payload (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  wrapped_key bytea NOT NULL,
  master_key_id text NOT NULL,
  archive bytea,
  PRIMARY KEY (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads
);
CALL tenure_isolate('instance_payload');
GRANT SELECT, INSERT, UPDATE (archive), DELETE ON instance_payload TO tenure_app;

-- Append-only: everything that happened. Nothing has a foreign key into it.
CREATE TABLE journal (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  instance_id uuid,
  seq bigint,
  type text NOT NULL,
  occurred_at timestamptz(3) NOT NULL,
  actor jsonb NOT NULL,
  causation_id uuid,
  data jsonb NOT NULL,
  personal bytea,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, instance_id, seq),
  CHECK ((instance_id IS NULL) = (seq IS NULL))
);
CALL tenure_isolate('journal');
GRANT SELECT, INSERT ON journal TO tenure_app;

-- Appended and not yet positioned. Drained by the sequencer.
CREATE TABLE journal_pending (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.005);
CREATE INDEX journal_pending_tenant ON journal_pending (tenant_id, n);
CALL tenure_isolate('journal_pending');
GRANT INSERT ON journal_pending TO tenure_app;
GRANT SELECT (n, tenant_id, event_id), DELETE ON journal_pending TO tenure_platform;

-- The last position given, one row per tenant: locked by whoever sequences that tenant.
CREATE TABLE journal_heads (
  tenant_id uuid PRIMARY KEY,
  position bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CALL tenure_isolate('journal_heads');
GRANT SELECT ON journal_heads TO tenure_app;
GRANT SELECT (tenant_id, position), INSERT, UPDATE (position) ON journal_heads TO tenure_platform;

-- Dense per tenant: the one honest cursor.
CREATE TABLE journal_positions (
  tenant_id uuid NOT NULL,
  position bigint NOT NULL,
  event_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, position),
  UNIQUE (tenant_id, event_id)
);
CALL tenure_isolate('journal_positions');
GRANT SELECT ON journal_positions TO tenure_app;
GRANT INSERT ON journal_positions TO tenure_platform;
