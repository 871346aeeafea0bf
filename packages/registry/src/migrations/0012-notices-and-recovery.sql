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
