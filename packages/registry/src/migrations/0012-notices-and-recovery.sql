-- What happened to an identity, for its holder to see on every device until they put it away. A kind from a closed list
-- and a time: not who, not where, not which service.
CREATE TABLE notices (
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  notice_id text NOT NULL,
  kind text NOT NULL,
  given_at timestamptz NOT NULL,
  -- When an e-mail saying that there is a notice is to be tried next; null when there is nothing to send any more.
  mail_at timestamptz,
  PRIMARY KEY (identity_id, notice_id)
) PARTITION BY HASH (identity_id);
DO $$
BEGIN
  FOR shard IN 0..15 LOOP
    EXECUTE format('CREATE TABLE notices_%s PARTITION OF notices FOR VALUES WITH (MODULUS 16, REMAINDER %s)', shard, shard);
  END LOOP;
END $$;
CREATE INDEX notices_given_at ON notices (given_at);
CREATE INDEX notices_mail_at ON notices (mail_at) WHERE mail_at IS NOT NULL;

-- Somebody showed the document and the face of an identity again and made a new passkey. It waits a day before it may
-- take the place of the old ones; one with an old one can veto that. What was vetoed is counted for a month.
CREATE TABLE recoveries (
  recovery_id text PRIMARY KEY,
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  state text NOT NULL CHECK (state IN ('waiting', 'vetoed')),
  -- While it waits: the document that was shown, the new device's row as it will be, and what the verdict said.
  document_tag bytea,
  device_id text,
  sign_count bigint,
  sealed_device bytea CHECK (octet_length(sealed_device) <= 4125),
  sealed bytea CHECK (octet_length(sealed) <= 4125),
  ready_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CHECK ((state = 'waiting') = (document_tag IS NOT NULL AND device_id IS NOT NULL AND sign_count IS NOT NULL AND sealed_device IS NOT NULL AND sealed IS NOT NULL))
);
-- One at a time: a newer one takes the place of the one that waits.
CREATE UNIQUE INDEX recoveries_waiting ON recoveries (identity_id) WHERE state = 'waiting';
CREATE INDEX recoveries_identity ON recoveries (identity_id);
CREATE INDEX recoveries_expiry ON recoveries (expires_at);

-- A code on its way to an e-mail address, both sealed: at most one per identity, so many a day, so many tries each. The
-- address itself, once confirmed, is in the identity's sealed row.
CREATE TABLE email_codes (
  identity_id text PRIMARY KEY REFERENCES identities ON DELETE CASCADE,
  sealed bytea CHECK (octet_length(sealed) <= 4125),
  tries int NOT NULL,
  sent int NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX email_codes_expiry ON email_codes (expires_at);
