-- The simulated WhatsApp of test keys. What it must still know after a kill -9 is written here before it answers.
-- The private keys in these tables are stored as they are: they belong to simulated phones, protect invented messages between test keys
-- and open nothing else. Nothing of a live instance ever comes here.
CREATE SCHEMA sandbox;
GRANT USAGE ON SCHEMA sandbox TO tenure_app;

-- One row for the whole installation: who signs the server's certificate, and the server's key.
CREATE TABLE sandbox.authority (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  root_public bytea NOT NULL,
  root_private bytea NOT NULL,
  server_public bytea NOT NULL,
  server_private bytea NOT NULL,
  certificate_chain bytea NOT NULL
);
GRANT SELECT, INSERT ON sandbox.authority TO tenure_app;

-- A simulated phone: the account, its number and its LID. `signal_credentials` is its own Signal identity, as JSON.
CREATE TABLE sandbox.phones (
  tenant_id uuid NOT NULL,
  number text NOT NULL CHECK (number ~ '^[1-9][0-9]{6,14}$'),
  lid text NOT NULL,
  name text NOT NULL,
  signal_credentials text NOT NULL,
  next_device integer NOT NULL DEFAULT 1,
  next_pre_key integer NOT NULL DEFAULT 1,
  -- counts the changes of its Signal side: who changes it must have seen the last one
  revision integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, number),
  UNIQUE (tenant_id, lid)
) WITH (fillfactor = 80);
CALL tenure_isolate('sandbox.phones');
GRANT SELECT, INSERT, UPDATE (next_device, next_pre_key, revision) ON sandbox.phones TO tenure_app;

-- What others may know of a device: 0 is the phone itself, the rest are linked to it. Locked by whoever puts something into its queue,
-- so that a queue's positions are in commit order.
CREATE TABLE sandbox.devices (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  device integer NOT NULL CHECK (device >= 0),
  registration_id integer NOT NULL,
  identity_key bytea NOT NULL,
  signed_pre_key_id integer NOT NULL,
  signed_pre_key bytea NOT NULL,
  signed_pre_key_signature bytea NOT NULL,
  -- the static key of its handshake; null for the phone, which never connects
  noise_key bytea,
  history_sent boolean NOT NULL DEFAULT false,
  linked_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, number, device),
  FOREIGN KEY (tenant_id, number) REFERENCES sandbox.phones
) WITH (fillfactor = 80);
CALL tenure_isolate('sandbox.devices');
GRANT SELECT, INSERT, UPDATE (signed_pre_key_id, signed_pre_key, signed_pre_key_signature, history_sent), DELETE ON sandbox.devices TO tenure_app;

-- Public one-time pre-keys that a linked device uploaded and nobody has taken yet.
CREATE TABLE sandbox.pre_keys (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  device integer NOT NULL,
  id integer NOT NULL,
  public_key bytea NOT NULL,
  PRIMARY KEY (tenant_id, number, device, id),
  FOREIGN KEY (tenant_id, number, device) REFERENCES sandbox.devices ON DELETE CASCADE
);
CALL tenure_isolate('sandbox.pre_keys');
GRANT SELECT, INSERT, UPDATE (public_key), DELETE ON sandbox.pre_keys TO tenure_app;

-- Everything on its way to a device, until that device has answered it. `answer` is what the answer will name it by.
CREATE TABLE sandbox.stanzas (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  device integer NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  answer text NOT NULL,
  node bytea NOT NULL,
  PRIMARY KEY (tenant_id, number, device, position),
  FOREIGN KEY (tenant_id, number, device) REFERENCES sandbox.devices ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX stanzas_answer ON sandbox.stanzas (tenant_id, number, device, answer);
CALL tenure_isolate('sandbox.stanzas');
GRANT SELECT, INSERT, DELETE ON sandbox.stanzas TO tenure_app;

-- What a phone's Signal side keeps: sessions, identities of others, its own pre-keys. JSON.
CREATE TABLE sandbox.phone_keys (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  type text NOT NULL,
  id text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (tenant_id, number, type, id),
  FOREIGN KEY (tenant_id, number) REFERENCES sandbox.phones
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CALL tenure_isolate('sandbox.phone_keys');
GRANT SELECT, INSERT, UPDATE (value), DELETE ON sandbox.phone_keys TO tenure_app;

-- The messages on a phone's screen: received, sent from it, and sent by its linked devices.
CREATE TABLE sandbox.messages (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  id text NOT NULL,
  chat text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  kind text NOT NULL,
  text text,
  -- the protobuf Message, for a recipient that asks again; null when it was received
  original bytea,
  status text NOT NULL CHECK (status IN ('received', 'sent', 'delivered', 'read')),
  at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  PRIMARY KEY (tenant_id, number, position),
  FOREIGN KEY (tenant_id, number) REFERENCES sandbox.phones
) WITH (fillfactor = 80);
CREATE INDEX sandbox_messages_id ON sandbox.messages (tenant_id, number, id);
CALL tenure_isolate('sandbox.messages');
GRANT SELECT, INSERT, UPDATE (status), DELETE ON sandbox.messages TO tenure_app;
