-- Content goes by age: chat, author, text and original. The row stays, and with it the knowledge that the message was had: it is not kept again.
ALTER TABLE messages ALTER COLUMN content DROP NOT NULL;
ALTER TABLE messages ADD COLUMN content_erased_at timestamptz(3);
ALTER TABLE messages
  ADD CHECK ((content IS NULL) = (content_erased_at IS NOT NULL)),
  ADD CHECK (content IS NOT NULL OR original IS NULL);
GRANT UPDATE (content, original, content_erased_at) ON messages TO tenure_app;
-- The oldest content of an instance, however much was erased before it.
CREATE INDEX messages_with_content ON messages (tenant_id, instance_id, sent_at, id) WHERE content IS NOT NULL;

-- How long the content of an instance's messages is kept, and when its oldest is due; a row for each instance that rules put a limit to.
-- `due_at` null: nothing is due until a message comes or something changes. Whoever inserts a message that is due sooner says so here.
CREATE TABLE message_deadlines (
  tenant_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  keep_ms bigint NOT NULL CHECK (keep_ms > 0),
  due_at timestamptz(3),
  PRIMARY KEY (tenant_id, instance_id),
  FOREIGN KEY (tenant_id, instance_id) REFERENCES instance_heads
) WITH (fillfactor = 70);
CREATE INDEX message_deadlines_due ON message_deadlines (due_at, instance_id) WHERE due_at IS NOT NULL;
CALL tenure_isolate('message_deadlines');
GRANT SELECT, INSERT, UPDATE (keep_ms, due_at), DELETE ON message_deadlines TO tenure_app;
GRANT SELECT (tenant_id, instance_id, due_at) ON message_deadlines TO tenure_platform;
