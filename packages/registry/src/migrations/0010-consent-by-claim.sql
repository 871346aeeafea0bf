-- Claims are agreed to or declined one by one. What was agreed to before was agreed to as a whole, by who could not
-- decline a part: everybody is asked once more.
DELETE FROM service_consents;

-- What a citizen reported. In clear: that there is a case, of which kind, since when, and whether it is open. Which
-- service it is about is sealed, and told apart by the same tag as in service_consents.
CREATE TABLE cases (
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  case_number text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('notMe')),
  opened_at timestamptz NOT NULL,
  -- While it is open, the service is shut out.
  closed_at timestamptz,
  service_tag text NOT NULL,
  sealed bytea NOT NULL CONSTRAINT cases_sealed_size CHECK (octet_length(sealed) <= 4125),
  PRIMARY KEY (identity_id, case_number)
) PARTITION BY HASH (identity_id);
DO $$
BEGIN
  FOR shard IN 0..15 LOOP
    EXECUTE format('CREATE TABLE cases_%s PARTITION OF cases FOR VALUES WITH (MODULUS 16, REMAINDER %s)', shard, shard);
  END LOOP;
END $$;
CREATE UNIQUE INDEX cases_open ON cases (identity_id, service_tag) WHERE closed_at IS NULL;
CREATE INDEX cases_closed_at ON cases (closed_at);
