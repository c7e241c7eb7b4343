-- What is said on simulated phones beyond plain texts: replies, edits, messages taken back, reactions and polls.
-- `original` is kept for messages that came in, too: a vote needs the secret of its poll, a reply quotes what it answers.
ALTER TABLE sandbox.messages
  -- who wrote it, as a JID by number; null for messages from before this was kept, which were between two
  ADD COLUMN author text,
  -- id of the message that it answers, reacts to, changes or votes on
  ADD COLUMN refers_to text,
  -- a poll's question, options and how many of them one may choose
  ADD COLUMN poll jsonb,
  ADD COLUMN edited_at timestamptz(3),
  ADD COLUMN revoked_at timestamptz(3),
  -- emoji by the JID of who reacted
  ADD COLUMN reactions jsonb NOT NULL DEFAULT '{}',
  -- names of the chosen options by the JID of who voted
  ADD COLUMN votes jsonb NOT NULL DEFAULT '{}';
GRANT UPDATE (text, original, poll, edited_at, revoked_at, reactions, votes) ON sandbox.messages TO tenure_app;
