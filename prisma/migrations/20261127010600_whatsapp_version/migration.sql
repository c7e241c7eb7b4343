-- As which WhatsApp Web the fleet appears, set while it runs; no row: what the settings of each process say. Of no tenant.
CREATE TABLE whatsapp_version (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  version text NOT NULL CHECK (version ~ '^\d+\.\d+\.\d+$'),
  since timestamptz(3) NOT NULL,
  set_by uuid NOT NULL
);
GRANT SELECT (id, version, since, set_by), INSERT, UPDATE (version, since, set_by), DELETE ON whatsapp_version TO tenure_platform;

-- Those that WhatsApp refused as outdated wait long; another version brings them forward.
CREATE INDEX connections_rejected ON connections (retry_at) WHERE last_close_code = 405 AND owner_node IS NULL;
GRANT SELECT (last_close_code, retry_at) ON connections TO tenure_platform;
