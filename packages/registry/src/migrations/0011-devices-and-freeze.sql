-- Several devices to one identity, and what their holder can stop: one device, one method, or everything.

-- Set by the citizen (or at a counter): no service signs this person in until it is lifted.
ALTER TABLE identities ADD COLUMN frozen boolean NOT NULL DEFAULT false;

-- Until then, this device's passkey is good for nothing; 'infinity' is until somebody unlocks it.
ALTER TABLE devices ADD COLUMN locked_until timestamptz;

-- The same for ways to be known that are no device.
CREATE TABLE method_locks (
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  method text NOT NULL CHECK (method IN ('phoneApproval', 'recovery')),
  locked_until timestamptz NOT NULL,
  PRIMARY KEY (identity_id, method)
) PARTITION BY HASH (identity_id);

-- The day on which a passkey was last used, for its holder to see; never a finer time, and no earlier day. Unlogged: what
-- is written ahead would live as long as an archive, and nobody needs to know last year's days.
CREATE TABLE device_uses (
  identity_id text NOT NULL,
  device_id text NOT NULL,
  day date NOT NULL,
  PRIMARY KEY (identity_id, device_id),
  FOREIGN KEY (identity_id, device_id) REFERENCES devices ON DELETE CASCADE
) PARTITION BY HASH (identity_id);

DO $$
BEGIN
  FOR shard IN 0..15 LOOP
    EXECUTE format('CREATE TABLE method_locks_%s PARTITION OF method_locks FOR VALUES WITH (MODULUS 16, REMAINDER %s)', shard, shard);
    EXECUTE format('CREATE UNLOGGED TABLE device_uses_%s PARTITION OF device_uses FOR VALUES WITH (MODULUS 16, REMAINDER %s)', shard, shard);
  END LOOP;
END $$;
CREATE INDEX device_uses_day ON device_uses (day);

-- A device on its way into an account: one at a time. Of the code and of the new device's claim only hashes are kept.
CREATE TABLE device_tickets (
  identity_id text PRIMARY KEY REFERENCES identities ON DELETE CASCADE,
  ticket_id text NOT NULL UNIQUE,
  code_hash bytea NOT NULL UNIQUE,
  state text NOT NULL CHECK (state IN ('waiting', 'opened', 'made', 'added')),
  -- Whoever opened the ticket, and nobody else, goes on with it.
  claim_hash bytea UNIQUE,
  -- From `made` on: what both devices show, and the new device's row as it will be.
  number text CHECK (number ~ '^[0-9]{4}$'),
  device_id text,
  sign_count bigint,
  sealed bytea CHECK (octet_length(sealed) <= 4125),
  -- The new device's key for the history, and the history's key sealed to it by the device that is known.
  handover_key bytea CHECK (octet_length(handover_key) = 65),
  handover bytea CHECK (octet_length(handover) = 113),
  expires_at timestamptz NOT NULL,
  CHECK ((state IN ('waiting', 'opened') AND number IS NULL AND device_id IS NULL AND sealed IS NULL) OR (state IN ('made', 'added') AND number IS NOT NULL AND device_id IS NOT NULL AND sealed IS NOT NULL))
);
CREATE INDEX device_tickets_expiry ON device_tickets (expires_at);

-- Which passkey opened a session of the citizen's own pages: removing or locking that device ends it.
ALTER TABLE sessions ADD COLUMN device_id text;
CREATE INDEX sessions_identity ON sessions (identity_id);
