-- While nobody watched the clock, sessions were down, too: removal waits until every instance of these environments that should run has tried to connect since then
-- (real time, as the queue of sessions has it).
ALTER TABLE platform_state
  ADD COLUMN clock_awaits text[] NOT NULL DEFAULT '{}',
  ADD COLUMN clock_awaits_since timestamptz(3),
  ADD COLUMN clock_acknowledged_at timestamptz(3),
  ADD COLUMN clock_acknowledged_by uuid;
GRANT SELECT (clock_awaits) ON platform_state TO tenure_app;
GRANT SELECT (clock_awaits, clock_awaits_since, clock_acknowledged_at, clock_acknowledged_by),
  UPDATE (clock_quarantined_until, clock_quarantine_reason, clock_awaits, clock_awaits_since, clock_acknowledged_at, clock_acknowledged_by)
  ON platform_state TO tenure_platform;

-- The environments in which the clock is not trusted now: it jumped, it went unwatched, or it is behind where it was seen. For the sweep and the metrics; what
-- is decided reads the same columns for itself.
CREATE FUNCTION tenure_quarantined_environments() RETURNS text[] LANGUAGE sql VOLATILE AS $$
  SELECT CASE WHEN p.clock_quarantined_until > c.now OR c.now < p.clock_mark - interval '2 seconds' THEN ARRAY['live', 'test'] ELSE p.clock_awaits END
  FROM platform_state p, (SELECT tenure_now() AS now) AS c
$$;

-- Only for development, and nobody who runs the product may: the heartbeat goes with the offset, so that it is no jump.
CREATE FUNCTION tenure_move_clock(offset_ms bigint) RETURNS timestamptz LANGUAGE sql AS $$
  UPDATE platform_state SET clock_offset_ms = offset_ms, clock_mark = clock_timestamp() + offset_ms * interval '1 millisecond' RETURNING clock_mark
$$;
REVOKE ALL ON FUNCTION tenure_move_clock(bigint) FROM PUBLIC;
