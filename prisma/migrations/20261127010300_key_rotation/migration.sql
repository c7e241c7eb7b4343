-- Rotation of the master key: which one wraps now, which ones did before, and which processes have which.

-- The id of the current master key; `master_key_check` is its check. Null until a process of this version has started.
ALTER TABLE platform_state ADD COLUMN master_key_id text;
GRANT SELECT (master_key_id) ON platform_state TO tenure_app;
GRANT SELECT (master_key_id), UPDATE (master_key_id) ON platform_state TO tenure_platform;

-- Keys that a rotation has replaced. A key never becomes current again.
CREATE TABLE former_master_keys (
  id text PRIMARY KEY,
  replaced_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- since when no data key is under it; null: the rotation is not finished
  retired_at timestamptz(3)
);
GRANT SELECT (id, replaced_at, retired_at), INSERT (id), UPDATE (retired_at) ON former_master_keys TO tenure_platform;

-- Which process has which keys, said again every few seconds: a rotation does not begin while one of them could not read what it writes.
CREATE TABLE key_holders (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  key_ids text[] NOT NULL,
  seen_at timestamptz(3) NOT NULL
) WITH (fillfactor = 50);
GRANT SELECT (id, name, key_ids, seen_at), INSERT, UPDATE (key_ids, seen_at), DELETE ON key_holders TO tenure_platform;

-- Rows are found across tenants by the id of their key; the key itself is read and written in its tenant only.
GRANT SELECT (tenant_id, instance_id, master_key_id) ON instance_payload TO tenure_platform;
GRANT UPDATE (wrapped_key, master_key_id) ON instance_payload TO tenure_app;

-- What the runtime may do with that: move a row from a former master key to the current one, and nothing else. Never the same key wrapped again,
-- never a way back.
CREATE FUNCTION tenure_guard_wrapped_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user IN ('tenure_app', 'tenure_platform')
    AND (NEW.master_key_id = OLD.master_key_id OR NEW.master_key_id IS DISTINCT FROM (SELECT master_key_id FROM platform_state)) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a wrapped data key changes only when it moves to the current master key';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER instance_payload_wrapped_key BEFORE UPDATE OF wrapped_key, master_key_id ON instance_payload
  FOR EACH ROW EXECUTE FUNCTION tenure_guard_wrapped_key();

-- Replies that are kept for a day say which master key they are sealed under, so that nobody drops it before.
ALTER TABLE idempotent_requests ADD COLUMN master_key_id text;
GRANT UPDATE (master_key_id) ON idempotent_requests TO tenure_app;
GRANT SELECT (master_key_id) ON idempotent_requests TO tenure_platform;
