-- Several workers share a fleet: what each says about itself, so that none takes more than its share, and looks whose price follows what is to be done.

-- What a node serves and holds, in its own words. `rounds_at`: when its loop last came round (real time); null, or long ago: it takes nothing more.
ALTER TABLE nodes
  ADD COLUMN environments text[] NOT NULL DEFAULT '{live}',
  ADD COLUMN held_live integer NOT NULL DEFAULT 0,
  ADD COLUMN held_test integer NOT NULL DEFAULT 0,
  ADD COLUMN rounds_at timestamptz(3);
GRANT SELECT (environments, held_live, held_test, rounds_at), UPDATE (draining, held_live, held_test, rounds_at) ON nodes TO tenure_platform;

-- `unwanted`: somebody owns it and it should not run any more: it is for the owner, as `restart_requested` is. It starts anew with each owner.
ALTER TABLE connections ADD COLUMN unwanted boolean NOT NULL DEFAULT false;
GRANT SELECT (unwanted) ON connections TO tenure_platform;
-- What an owner looks at once a second: those it has been called to, however many it owns; and its own in pages, or those of one tenant.
CREATE INDEX connections_called ON connections (owner_node) WHERE owner_node IS NOT NULL AND (unwanted OR restart_requested);
CREATE INDEX connections_owned ON connections (owner_node, tenant_id, instance_id) WHERE owner_node IS NOT NULL;
DROP INDEX connections_owner;
CREATE INDEX tenants_suspended ON tenants (id) WHERE suspended_at IS NOT NULL;

-- In the transaction of the change and under the instance's lock.
CREATE OR REPLACE FUNCTION tenure_instance_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  idle boolean := NOT (NEW.desired_state = 'running' AND NEW.lifecycle IN ('active', 'purge_scheduled'));
BEGIN
  UPDATE connections SET unwanted = idle
  WHERE tenant_id = NEW.tenant_id AND instance_id = NEW.id AND owner_node IS NOT NULL AND unwanted <> idle;
  PERFORM tenure_queue_session(NEW.tenant_id, NEW.id);
  RETURN NULL;
END $$;

-- `due_at` is since when it waits, or from when it may be opened: the longest due is the first. What waits keeps its place.
CREATE OR REPLACE FUNCTION tenure_queue_session(tenant uuid, instance uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO session_queue AS q (tenant_id, instance_id, environment, due_at)
  SELECT i.tenant_id, i.id, i.environment, COALESCE(c.retry_at, clock_timestamp())
  FROM instances i LEFT JOIN connections c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
  WHERE i.tenant_id = tenant AND i.id = instance AND i.desired_state = 'running' AND i.lifecycle IN ('active', 'purge_scheduled')
    AND c.owner_node IS NULL AND c.halted_seq IS NULL
  ON CONFLICT (tenant_id, instance_id) DO UPDATE SET due_at = CASE
    WHEN EXISTS (SELECT 1 FROM connections c WHERE c.tenant_id = tenant AND c.instance_id = instance AND c.retry_at IS NOT NULL) THEN excluded.due_at
    ELSE least(q.due_at, excluded.due_at) END;
  IF NOT FOUND THEN
    DELETE FROM session_queue WHERE tenant_id = tenant AND instance_id = instance;
  END IF;
END $$;

-- A worker that serves only one environment does not wade through the other's.
CREATE INDEX session_queue_waiting ON session_queue (environment, due_at);
DROP INDEX session_queue_due;
