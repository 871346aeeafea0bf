-- What a citizen holds in their hand about the sealed room of one attempt, kept with the attempt so that a lost answer can
-- be asked for again, and deleted with it. Both hold openings of log entries: random ids, hashes of keys, times, an outcome.
-- Attempts of the version before are void: their sealed rooms died with the server that ran it, and it logged no keys.
DELETE FROM enrolments;
ALTER TABLE enrolments
  -- The entry of the transparency log under which the room's keys were logged before they were certified.
  ADD COLUMN booth_logged jsonb NOT NULL,
  -- The erasure receipt, once both cells were reaped.
  ADD COLUMN receipt jsonb;
