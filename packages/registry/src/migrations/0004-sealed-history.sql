-- The citizen's history of sign-ins, sealed to a key that only the citizen can open. What the server can read of it:
-- that there is one, and how many entries each month has. Not which service, not when.

CREATE TABLE history_keys (
  identity_id text PRIMARY KEY REFERENCES identities ON DELETE CASCADE,
  -- P-256, uncompressed.
  public_key bytea NOT NULL CHECK (octet_length(public_key) = 65)
) PARTITION BY HASH (identity_id);

-- Copies of the private key, each under a secret that the server never sees: a passkey's PRF output or a printed code.
CREATE TABLE history_wraps (
  identity_id text NOT NULL REFERENCES history_keys ON DELETE CASCADE,
  -- The device whose passkey opens it; 'recovery' for the printed code.
  opened_by text NOT NULL,
  salt bytea NOT NULL CHECK (octet_length(salt) = 32),
  nonce bytea NOT NULL CHECK (octet_length(nonce) = 12),
  wrapped bytea NOT NULL CHECK (octet_length(wrapped) = 48),
  PRIMARY KEY (identity_id, opened_by)
) PARTITION BY HASH (identity_id);

CREATE TABLE history_entries (
  identity_id text NOT NULL REFERENCES history_keys ON DELETE CASCADE,
  entry_id text NOT NULL,
  -- First day of the month, for the retention clock.
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  -- One length for all: 65 of encapsulated key, 1024 of padded text, 16 of tag.
  sealed bytea NOT NULL CHECK (octet_length(sealed) = 1105),
  PRIMARY KEY (identity_id, entry_id)
) PARTITION BY HASH (identity_id);

DO $$
DECLARE
  parent text;
  shard int;
BEGIN
  FOREACH parent IN ARRAY ARRAY['history_keys', 'history_wraps', 'history_entries'] LOOP
    FOR shard IN 0..15 LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)', parent || '_' || shard, parent, shard);
    END LOOP;
  END LOOP;
END $$;
CREATE INDEX history_entries_month ON history_entries (month);
