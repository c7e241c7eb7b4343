-- Positioned and not yet sealed: a row for each tenant with something to do. Written by the sequencer, taken away by the sealer.
CREATE TABLE journal_unsealed (
  tenant_id uuid PRIMARY KEY,
  position bigint NOT NULL,
  since timestamptz(3) NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.005, fillfactor = 50);
CALL tenure_isolate('journal_unsealed');
GRANT SELECT, UPDATE (since), DELETE ON journal_unsealed TO tenure_app;
GRANT SELECT (tenant_id, position, since), INSERT, UPDATE (position) ON journal_unsealed TO tenure_platform;
-- What a former version positioned is sealed now.
INSERT INTO journal_unsealed (tenant_id, position, since) SELECT tenant_id, position, clock_timestamp() FROM journal_heads WHERE position > 0;

-- Where each tenant's tree stands: locked by whoever seals or signs. `frontier`: the perfect subtrees it consists of, the largest first.
CREATE TABLE audit_heads (
  tenant_id uuid PRIMARY KEY,
  size bigint NOT NULL DEFAULT 0,
  frontier bytea[] NOT NULL DEFAULT '{}',
  generation integer NOT NULL DEFAULT 1,
  signed_size bigint NOT NULL DEFAULT 0,
  wanted_size bigint NOT NULL DEFAULT 0,
  unsigned_since timestamptz(3)
) WITH (fillfactor = 50);
CREATE INDEX audit_heads_unsigned ON audit_heads (unsigned_since) WHERE unsigned_since IS NOT NULL;
CREATE INDEX audit_heads_wanted ON audit_heads (tenant_id) WHERE wanted_size > signed_size;
CALL tenure_isolate('audit_heads');
GRANT SELECT, INSERT, UPDATE (size, frontier, generation, signed_size, wanted_size, unsigned_since) ON audit_heads TO tenure_app;
GRANT SELECT (tenant_id, size, generation, signed_size, wanted_size, unsigned_since) ON audit_heads TO tenure_platform;

-- Append-only: the leaves, and the perfect subtrees of 256, 65,536 and 16,777,216 of them. What is between is computed.
CREATE TABLE audit_nodes (
  tenant_id uuid NOT NULL,
  level smallint NOT NULL CHECK (level IN (0, 8, 16, 24)),
  index bigint NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (tenant_id, level, index)
);
CALL tenure_isolate('audit_nodes');
GRANT SELECT, INSERT ON audit_nodes TO tenure_app;

-- Append-only: what was signed. `note` is the whole of it, the rest is there to be found.
CREATE TABLE audit_checkpoints (
  tenant_id uuid NOT NULL,
  generation integer NOT NULL,
  size bigint NOT NULL,
  root bytea NOT NULL,
  note text NOT NULL,
  signed_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, generation, size)
);
CALL tenure_isolate('audit_checkpoints');
GRANT SELECT, INSERT ON audit_checkpoints TO tenure_app;
GRANT SELECT (tenant_id, generation, size, note) ON audit_checkpoints TO tenure_platform;

-- Of the platform: who signs. Public keys stay for ever; of one that has retired nothing is left to sign with.
CREATE TABLE audit_signing_keys (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  public_key bytea NOT NULL UNIQUE,
  wrapped_private_key bytea,
  master_key_id text,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  retires_at timestamptz(3),
  CHECK ((wrapped_private_key IS NULL) = (master_key_id IS NULL)),
  CHECK (wrapped_private_key IS NOT NULL OR retires_at IS NOT NULL)
);
GRANT SELECT (id, name, public_key, wrapped_private_key, master_key_id, created_at, retires_at), INSERT,
      UPDATE (wrapped_private_key, master_key_id, retires_at) ON audit_signing_keys TO tenure_platform;
