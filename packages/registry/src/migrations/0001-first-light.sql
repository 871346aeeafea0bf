-- Identities and what surrounds them. There is no column here, nor anywhere later, for an image, a template or a score.
-- Tables that grow with the population are hash-partitioned by identity id from the first day, so that a sharded
-- PostgreSQL can take them over without a change of key. Times come from the caller's clock, never from now().

-- One attempt to enrol. No personal data: only random ids, a key's thumbprint and what was consented to.
CREATE TABLE enrolments (
  enrolment_id text PRIMARY KEY,
  request_id text NOT NULL UNIQUE,
  client_key_thumbprint text NOT NULL,
  consent_id text NOT NULL UNIQUE,
  consent_text_version text NOT NULL,
  consent_language text NOT NULL,
  booth_certificate text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'bound', 'withdrawn', 'ended')),
  -- The id the identity will have if there ever is one; also the passkey's user handle. Random.
  identity_id text NOT NULL UNIQUE,
  -- SHA-256 of the request that bound it, so that a repeated request can be told from a second one.
  bind_fingerprint bytea,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX enrolments_expiry ON enrolments (expires_at);

CREATE TABLE identities (
  identity_id text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('active')),
  family_name text NOT NULL,
  given_names text NOT NULL,
  date_of_birth date NOT NULL,
  sex text NOT NULL CHECK (sex IN ('male', 'female', 'unspecified')),
  nationality text NOT NULL,
  document_type text NOT NULL CHECK (document_type IN ('passport', 'identityCard')),
  document_issuing_state text NOT NULL,
  document_number text NOT NULL,
  document_expiry date NOT NULL,
  level_of_assurance text NOT NULL CHECK (level_of_assurance IN ('eidas1', 'eidas2', 'eidas3')),
  pathway text NOT NULL CHECK (pathway IN ('face', 'counter')),
  policy_version text NOT NULL,
  created_at timestamptz NOT NULL
) PARTITION BY HASH (identity_id);

CREATE TABLE devices (
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  device_id text NOT NULL,
  credential_id text NOT NULL,
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  transports text[] NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (identity_id, device_id),
  UNIQUE (identity_id, credential_id)
) PARTITION BY HASH (identity_id);

-- What the citizen agreed to when the identity was made.
CREATE TABLE consents (
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  consent_id text NOT NULL,
  text_version text NOT NULL,
  language text NOT NULL,
  given_at timestamptz NOT NULL,
  PRIMARY KEY (identity_id, consent_id)
) PARTITION BY HASH (identity_id);

-- Which services a citizen lets know which claims. Not when or how often they were used.
CREATE TABLE service_consents (
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  client_id text NOT NULL,
  claims text[] NOT NULL,
  given_at timestamptz NOT NULL,
  PRIMARY KEY (identity_id, client_id)
) PARTITION BY HASH (identity_id);

DO $$
DECLARE
  parent text;
  shard int;
BEGIN
  FOREACH parent IN ARRAY ARRAY['identities', 'devices', 'consents', 'service_consents'] LOOP
    FOR shard IN 0..15 LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)', parent || '_' || shard, parent, shard);
    END LOOP;
  END LOOP;
END $$;

-- One living identity per document. The tag is a keyed hash: without the key the table says nothing about anybody.
CREATE TABLE document_tags (
  document_tag bytea PRIMARY KEY,
  identity_id text NOT NULL UNIQUE REFERENCES identities ON DELETE CASCADE
);

-- WebAuthn challenges, each good once.
CREATE TABLE challenges (
  challenge_id text PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('registration', 'session', 'interaction')),
  -- What it was made for: an enrolment, an interaction, or nothing yet.
  subject text NOT NULL,
  challenge text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX challenges_subject ON challenges (purpose, subject);
CREATE INDEX challenges_expiry ON challenges (expires_at);

-- The citizen's own pages. Only a hash of the cookie is kept.
CREATE TABLE sessions (
  token_hash bytea PRIMARY KEY,
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Who proved themselves by passkey in a sign-in in progress.
CREATE TABLE interaction_proofs (
  interaction_uid text PRIMARY KEY,
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  proven_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX interaction_proofs_expiry ON interaction_proofs (expires_at);

-- What the OpenID Provider keeps: codes, grants, tokens, interactions, provider sessions.
CREATE TABLE oidc_records (
  model text NOT NULL,
  record_id text NOT NULL,
  payload jsonb NOT NULL,
  grant_id text,
  uid text,
  consumed_at timestamptz,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (model, record_id)
);
CREATE INDEX oidc_records_grant ON oidc_records (grant_id) WHERE grant_id IS NOT NULL;
CREATE UNIQUE INDEX oidc_records_uid ON oidc_records (model, uid) WHERE uid IS NOT NULL;
CREATE INDEX oidc_records_expiry ON oidc_records (expires_at);
