-- Chat, author, text and original are one ciphertext under the instance's key; the chat is found by a keyed hash.
CREATE TABLE messages (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  id uuid NOT NULL,
  chat_hash bytea NOT NULL,
  whatsapp_id text NOT NULL,
  from_me boolean NOT NULL,
  type text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'sent', 'delivered', 'read', 'failed', 'received')),
  sent_at timestamptz(3) NOT NULL,
  content bytea NOT NULL,
  original bytea,
  error text,
  PRIMARY KEY (tenant_id, instance_id, id),
  UNIQUE (tenant_id, instance_id, chat_hash, whatsapp_id, from_me),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads
);
CREATE INDEX messages_newest ON messages (tenant_id, instance_id, sent_at DESC, id DESC);
CALL tenure_isolate('messages');
GRANT SELECT, INSERT, UPDATE (status, error), DELETE ON messages TO tenure_app;
