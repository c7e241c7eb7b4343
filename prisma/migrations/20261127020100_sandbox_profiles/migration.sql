-- What an account says of itself, whom it lets see that, and whom it does not want to hear.
ALTER TABLE sandbox.phones
  ADD COLUMN about text NOT NULL DEFAULT 'Hey there! I am using WhatsApp.',
  ADD COLUMN about_at timestamptz(3),
  ADD COLUMN last_seen timestamptz(3),
  -- who sees what, by WhatsApp's names; what is not named is open to all
  ADD COLUMN privacy jsonb NOT NULL DEFAULT '{}';
GRANT UPDATE (name, about, about_at, last_seen, privacy) ON sandbox.phones TO tenure_app;

-- Pictures of accounts (by number) and of groups (by id).
CREATE TABLE sandbox.pictures (
  tenant_id uuid NOT NULL,
  owner text NOT NULL,
  id text NOT NULL,
  image bytea NOT NULL,
  set_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, owner)
);
ALTER TABLE sandbox.pictures ALTER COLUMN image SET STORAGE EXTERNAL;
CALL tenure_isolate('sandbox.pictures');
GRANT SELECT, INSERT, UPDATE (id, image, set_at), DELETE ON sandbox.pictures TO tenure_app;

-- Whom an account has blocked, by number.
CREATE TABLE sandbox.blocks (
  tenant_id uuid NOT NULL,
  number text NOT NULL,
  blocked text NOT NULL,
  PRIMARY KEY (tenant_id, number, blocked),
  FOREIGN KEY (tenant_id, number) REFERENCES sandbox.phones,
  FOREIGN KEY (tenant_id, blocked) REFERENCES sandbox.phones
);
CALL tenure_isolate('sandbox.blocks');
GRANT SELECT, INSERT, DELETE ON sandbox.blocks TO tenure_app;
