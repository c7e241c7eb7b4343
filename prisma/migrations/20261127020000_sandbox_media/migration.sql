-- The certificate by which the media server is known; one row for the whole installation.
CREATE TABLE sandbox.media_certificate (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  certificate text NOT NULL,
  private_key text NOT NULL
);
GRANT SELECT, INSERT ON sandbox.media_certificate TO tenure_app;

-- Files that were uploaded: ciphertexts, of which only who got the message has the key, and what people gave to their phones to send.
CREATE TABLE sandbox.media (
  tenant_id uuid NOT NULL,
  id text NOT NULL,
  content bytea NOT NULL,
  bytes integer NOT NULL,
  uploaded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id)
);
-- what a file is does not compress
ALTER TABLE sandbox.media ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX sandbox_media_age ON sandbox.media (tenant_id, uploaded_at) INCLUDE (bytes);
CALL tenure_isolate('sandbox.media');
GRANT SELECT, INSERT, UPDATE (uploaded_at), DELETE ON sandbox.media TO tenure_app;

-- What kind of file a message carries: type, MIME type, name and size.
ALTER TABLE sandbox.messages ADD COLUMN media jsonb;
GRANT UPDATE (media) ON sandbox.messages TO tenure_app;
