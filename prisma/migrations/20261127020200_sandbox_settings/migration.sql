-- The key under which an account's devices share settings: made by its phone, given to each device that it links.
ALTER TABLE sandbox.phones ADD COLUMN settings_key bytea;
GRANT UPDATE (settings_key) ON sandbox.phones TO tenure_app;
ALTER TABLE sandbox.devices ADD COLUMN settings_key_sent boolean NOT NULL DEFAULT false;
GRANT UPDATE (settings_key_sent) ON sandbox.devices TO tenure_app;

-- Settings of an account (WhatsApp: app state), by collection: its version and the hash of all that is in it.
CREATE TABLE sandbox.settings (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  collection text NOT NULL CHECK (collection IN ('critical_block', 'critical_unblock_low', 'regular_high', 'regular_low', 'regular')),
  version integer NOT NULL DEFAULT 0,
  hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, number, collection),
  FOREIGN KEY (tenant_id, number) REFERENCES sandbox.phones
) WITH (fillfactor = 70);
CALL tenure_isolate('sandbox.settings');
GRANT SELECT, INSERT, UPDATE (version, hash) ON sandbox.settings TO tenure_app;

-- What is in a collection now: encrypted values under the MACs of their names.
CREATE TABLE sandbox.setting_records (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  collection text NOT NULL,
  index_mac text NOT NULL,
  value bytea NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, number, collection, index_mac),
  FOREIGN KEY (tenant_id, number, collection) REFERENCES sandbox.settings
) WITH (fillfactor = 80);
CALL tenure_isolate('sandbox.setting_records');
GRANT SELECT, INSERT, UPDATE (value, changed_at), DELETE ON sandbox.setting_records TO tenure_app;

-- The latest changes of a collection, for devices that have not seen them.
CREATE TABLE sandbox.setting_patches (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  collection text NOT NULL,
  version integer NOT NULL,
  patch bytea NOT NULL,
  PRIMARY KEY (tenant_id, number, collection, version),
  FOREIGN KEY (tenant_id, number, collection) REFERENCES sandbox.settings
);
CALL tenure_isolate('sandbox.setting_patches');
GRANT SELECT, INSERT, DELETE ON sandbox.setting_patches TO tenure_app;
