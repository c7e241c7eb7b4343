-- Node leases: compared with the database's real clock only. `place` lets a process of the same machine see that this one is dead.
CREATE TABLE nodes (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  place text,
  capacity integer NOT NULL,
  draining boolean NOT NULL DEFAULT false,
  started_at timestamptz(3) NOT NULL,
  lease_until timestamptz(3) NOT NULL
);
GRANT SELECT ON nodes TO tenure_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON nodes TO tenure_platform;

-- No row: never started. `settled_*` is what a rule sees; attempts do not change it. Only the process named by `owner_node` writes here, under
-- the instance's lock. `attempts` failed in a row, `flaps` are connections in a row that
-- did not last; both put `retry_at` (real time) off; `trying_since` is the first of them. `halted_seq`: no further
-- attempt until somebody asks again, which is a journal entry of a higher seq. `restart_requested` is for the owner.
CREATE TABLE connections (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('never_paired', 'pairing', 'connecting', 'connected', 'disconnected')),
  reason text,
  since timestamptz(3) NOT NULL,
  settled_state text NOT NULL CHECK (settled_state IN ('never_paired', 'connected', 'disconnected')),
  settled_reason text,
  settled_since timestamptz(3) NOT NULL,
  reason_at timestamptz(3),
  pairing_since timestamptz(3),
  storm_until timestamptz(3),
  last_connected_at timestamptz(3),
  last_activity_at timestamptz(3),
  phone_number text,
  profile_name text,
  retry_at timestamptz(3),
  attempts integer NOT NULL DEFAULT 0,
  flaps integer NOT NULL DEFAULT 0,
  trying_since timestamptz(3),
  halted_seq bigint,
  restart_requested boolean NOT NULL DEFAULT false,
  owner_node uuid,
  PRIMARY KEY (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads
) WITH (fillfactor = 70);
CREATE INDEX connections_owner ON connections (owner_node) WHERE owner_node IS NOT NULL;
-- The storm watch reads the last minutes of it.
CREATE INDEX connections_disconnected ON connections (settled_since) WHERE settled_state = 'disconnected';
CALL tenure_isolate('connections');
GRANT SELECT, INSERT, UPDATE, DELETE ON connections TO tenure_app;
GRANT SELECT ON connections TO tenure_platform;

-- The fence: every write of a session carries owner_epoch and loses when a newer owner has raised it. No row: archived or never started.
CREATE TABLE wa_credentials (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  version integer NOT NULL DEFAULT 0,
  owner_epoch bigint NOT NULL DEFAULT 0,
  revoked_at timestamptz(3),
  ciphertext bytea,
  PRIMARY KEY (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads
) WITH (fillfactor = 70);
CALL tenure_isolate('wa_credentials');
GRANT SELECT, INSERT, UPDATE, DELETE ON wa_credentials TO tenure_app;

-- Signal ids hold phone numbers: only a keyed hash of each is stored.
CREATE TABLE wa_signal_keys (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  type text NOT NULL,
  id_hash bytea NOT NULL,
  ciphertext bytea NOT NULL,
  PRIMARY KEY (tenant_id, instance_id, type, id_hash)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CALL tenure_isolate('wa_signal_keys');
GRANT SELECT, INSERT, UPDATE, DELETE ON wa_signal_keys TO tenure_app;
