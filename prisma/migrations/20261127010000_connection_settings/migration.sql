-- Settings of an instance's connection. No row: the defaults. The document is sealed under the instance's key as a whole, since it may hold the
-- password of a proxy; `version` counts changes by people, and tells the owner of a session that it has to look.
CREATE TABLE connection_settings (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  ciphertext bytea NOT NULL,
  PRIMARY KEY (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads
);
CALL tenure_isolate('connection_settings');
GRANT SELECT, INSERT, UPDATE (version, ciphertext), DELETE ON connection_settings TO tenure_app;
GRANT SELECT (tenant_id, instance_id, version) ON connection_settings TO tenure_platform;
