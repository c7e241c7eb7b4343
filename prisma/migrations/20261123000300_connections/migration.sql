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
GRANT SELECT (id, lease_until) ON nodes TO tenure_app;
GRANT SELECT (id, place, lease_until), INSERT, UPDATE (lease_until), DELETE ON nodes TO tenure_platform;

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
GRANT SELECT (tenant_id, instance_id, settled_state, settled_reason, settled_since, storm_until, restart_requested, owner_node) ON connections TO tenure_platform;

-- Where a worker looks once a second: each instance that should run, that nobody owns and that is not halted, from `due_at` on. The look reads
-- its first rows, however many run or are stopped: no index over `instances` or `connections` alone could tell these apart. Derived by the triggers
-- below, in the transaction of the change and under the instance's lock; nothing else writes here. A tenant's suspension is not in it.
CREATE TABLE session_queue (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  environment text NOT NULL,
  due_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads
) WITH (autovacuum_vacuum_scale_factor = 0.005);
CREATE INDEX session_queue_due ON session_queue (due_at);
CALL tenure_isolate_environments('session_queue');
GRANT SELECT, INSERT, UPDATE (due_at), DELETE ON session_queue TO tenure_app;
GRANT SELECT (tenant_id, instance_id, environment, due_at) ON session_queue TO tenure_platform;

-- Runs as whoever changes the instance, under their row-level security. A purge that a rule scheduled leaves a session running.
CREATE FUNCTION tenure_queue_session(tenant uuid, instance uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO session_queue (tenant_id, instance_id, environment, due_at)
  SELECT i.tenant_id, i.id, i.environment, COALESCE(c.retry_at, '-infinity')
  FROM instances i LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
  WHERE i.tenant_id = tenant AND i.id = instance AND i.desired_state = 'running' AND i.lifecycle IN ('active', 'purge_scheduled')
    AND c.owner_node IS NULL AND c.halted_seq IS NULL
  ON CONFLICT (tenant_id, instance_id) DO UPDATE SET due_at = excluded.due_at;
  IF NOT FOUND THEN
    DELETE FROM session_queue WHERE tenant_id = tenant AND instance_id = instance;
  END IF;
END $$;

CREATE FUNCTION tenure_instance_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tenure_queue_session(NEW.tenant_id, NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER session_queue_insert AFTER INSERT ON instances FOR EACH ROW
  WHEN (NEW.desired_state = 'running') EXECUTE FUNCTION tenure_instance_changed();
CREATE TRIGGER session_queue_update AFTER UPDATE OF desired_state, lifecycle ON instances FOR EACH ROW
  WHEN ((OLD.desired_state, OLD.lifecycle) IS DISTINCT FROM (NEW.desired_state, NEW.lifecycle)) EXECUTE FUNCTION tenure_instance_changed();

CREATE FUNCTION tenure_connection_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tenure_queue_session(COALESCE(NEW.tenant_id, OLD.tenant_id), COALESCE(NEW.instance_id, OLD.instance_id));
  RETURN NULL;
END $$;
CREATE TRIGGER session_queue_insert_delete AFTER INSERT OR DELETE ON connections FOR EACH ROW EXECUTE FUNCTION tenure_connection_changed();
CREATE TRIGGER session_queue_update AFTER UPDATE OF owner_node, halted_seq, retry_at ON connections FOR EACH ROW
  WHEN ((OLD.owner_node, OLD.halted_seq, OLD.retry_at) IS DISTINCT FROM (NEW.owner_node, NEW.halted_seq, NEW.retry_at))
  EXECUTE FUNCTION tenure_connection_changed();

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
GRANT SELECT, INSERT, UPDATE (version, owner_epoch, revoked_at, ciphertext), DELETE ON wa_credentials TO tenure_app;

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
GRANT SELECT, INSERT, UPDATE (ciphertext), DELETE ON wa_signal_keys TO tenure_app;
