-- Sign-ins on a computer that a phone is asked to approve. Minutes, unlogged as what they belong to; who approves is in
-- interaction_proofs and not here.
CREATE UNLOGGED TABLE phone_approvals (
  approval_id text PRIMARY KEY,
  interaction_uid text NOT NULL,
  attempt smallint NOT NULL,
  -- What the computer's page shows, as the phone's will: service, claims, level.
  asked jsonb NOT NULL,
  number smallint NOT NULL,
  numbers smallint[] NOT NULL,
  state text NOT NULL CHECK (state IN ('showing', 'scanned', 'numberRight', 'approved', 'numberWrong', 'scannedTwice', 'refused', 'over')),
  -- SHA-256 of the cookie of the browser that scanned.
  phone_hash bytea CHECK (octet_length(phone_hash) = 32),
  -- Keyed hash, of this approval only, of the computer's network: compared once, and no address.
  network_tag bytea NOT NULL CHECK (octet_length(network_tag) = 32),
  code_made_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX phone_approvals_interaction ON phone_approvals (interaction_uid);
CREATE INDEX phone_approvals_expiry ON phone_approvals (expires_at);

-- What the moving picture showed. Only a hash is kept.
CREATE UNLOGGED TABLE phone_codes (
  code_hash bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
  approval_id text NOT NULL REFERENCES phone_approvals ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX phone_codes_approval ON phone_codes (approval_id);
CREATE INDEX phone_codes_expiry ON phone_codes (expires_at);

-- How often a sign-in asked for a phone, and how often a phone's browser chose a wrong number, under keyed tags: these
-- outlive the sign-in, and must not say which it was.
CREATE TABLE phone_tries (
  try_tag bytea PRIMARY KEY CHECK (octet_length(try_tag) = 32),
  tries smallint NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX phone_tries_expiry ON phone_tries (expires_at);
