-- `last_close_*`: how a socket last ended, of a connection or of an attempt; the settled reason says more about a session than about its line.
-- `pairing_outcome`: why the last pairing linked nothing; null after one that did. A pairing links the number that the instance had before
-- unless `other_number_allowed`, which holds for one pairing.
ALTER TABLE connections
  ADD COLUMN last_close_reason text,
  ADD COLUMN last_close_code integer,
  ADD COLUMN last_close_at timestamptz(3),
  ADD COLUMN pairing_outcome text CHECK (pairing_outcome IN ('expired', 'other_number')),
  ADD COLUMN other_number_allowed boolean NOT NULL DEFAULT false;
