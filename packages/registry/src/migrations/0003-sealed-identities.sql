-- What describes a person, their devices and their consents is sealed under a key of the identity's own, which lies in
-- the key store and never in this database. In clear stays what the database itself decides on: random ids, states,
-- counters that only rise, keyed tags, and months for the clocks of retention.

-- Identities of the first version were written in clear and it was never released: they are dropped, not carried over,
-- so that no clear text lives on in what a sealed row replaced. Whoever tried it out enrols again.
TRUNCATE identities, devices, consents, service_consents, document_tags, sessions, interaction_proofs CASCADE;
DELETE FROM enrolments;
DELETE FROM challenges;
DELETE FROM oidc_records;

ALTER TABLE identities
  DROP CONSTRAINT identities_state_check,
  DROP COLUMN family_name, DROP COLUMN given_names, DROP COLUMN date_of_birth, DROP COLUMN sex, DROP COLUMN nationality,
  DROP COLUMN document_type, DROP COLUMN document_issuing_state, DROP COLUMN document_number, DROP COLUMN document_expiry,
  DROP COLUMN level_of_assurance, DROP COLUMN pathway, DROP COLUMN policy_version, DROP COLUMN created_at,
  ADD COLUMN sealed bytea NOT NULL,
  -- First day of the month, UTC, in which a passkey of this identity was last used; never a finer time.
  ADD COLUMN active_month date NOT NULL,
  -- First day of the month in which a booth or an agent last compared holder and document.
  ADD COLUMN checked_month date NOT NULL,
  -- Set when the erasure has been decided and is not done yet; from then on it goes forward only.
  ADD COLUMN erasure_reason text,
  ADD CONSTRAINT identities_state_check CHECK ((state = 'active' AND erasure_reason IS NULL) OR (state = 'erasing' AND erasure_reason IN ('citizen', 'inactive', 'lastCheckTooOld', 'deceased')));
CREATE INDEX identities_active_month ON identities (active_month);
CREATE INDEX identities_checked_month ON identities (checked_month);
CREATE INDEX identities_erasing ON identities (identity_id) WHERE state = 'erasing';

ALTER TABLE devices DROP COLUMN credential_id, DROP COLUMN public_key, DROP COLUMN transports, DROP COLUMN added_at, ADD COLUMN sealed bytea NOT NULL;

ALTER TABLE consents DROP COLUMN text_version, DROP COLUMN language, DROP COLUMN given_at, ADD COLUMN sealed bytea NOT NULL;

-- The service is told apart by a tag under a key made from the identity's own: without that key nobody can say which service it is.
ALTER TABLE service_consents DROP COLUMN client_id, DROP COLUMN claims, DROP COLUMN given_at, ADD COLUMN service_tag text NOT NULL, ADD COLUMN sealed bytea NOT NULL;
ALTER TABLE service_consents ADD PRIMARY KEY (identity_id, service_tag);

-- One living identity per person: a keyed hash over normalised names and birth date.
CREATE TABLE person_tags (
  person_tag bytea PRIMARY KEY,
  identity_id text NOT NULL UNIQUE REFERENCES identities ON DELETE CASCADE
);

-- What the transparency log says of an identity, so that the citizen can be shown it: sealed, and the entries' salts
-- need the key store too.
CREATE TABLE identity_log (
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  opening_id text NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (identity_id, opening_id)
) PARTITION BY HASH (identity_id);
DO $$
BEGIN
  FOR shard IN 0..15 LOOP
    EXECUTE format('CREATE TABLE identity_log_%s PARTITION OF identity_log FOR VALUES WITH (MODULUS 16, REMAINDER %s)', shard, shard);
  END LOOP;
END $$;

-- The closed list of purposes is the code's.
ALTER TABLE challenges DROP CONSTRAINT IF EXISTS challenges_purpose_check;

-- A renewal binds an enrolment to the identity that was there before: an identity may have several.
ALTER TABLE enrolments DROP CONSTRAINT IF EXISTS enrolments_identity_id_key;
CREATE INDEX enrolments_identity ON enrolments (identity_id);

-- Which key store holds the keys of the identities here. Keys are tidied away only where both sides agree: a database
-- that was restored, or started empty by mistake, must not make anybody's key look like an orphan.
CREATE TABLE key_store_binding (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  key_store_id text NOT NULL
);
