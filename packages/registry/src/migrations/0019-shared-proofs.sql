-- Proofs that a citizen hands to somebody by a link. Of the link only a hash is kept. `sealed` is for the citizen's own
-- list, under the identity's data key: for whom, for what, which attributes by name.
CREATE TABLE shared_proofs (
  proof_id text PRIMARY KEY,
  identity_id text NOT NULL REFERENCES identities ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  sealed bytea NOT NULL CHECK (octet_length(sealed) <= 4125),
  max_views smallint NOT NULL CHECK (max_views BETWEEN 1 AND 10),
  -- Each look once, and the id that the last one came with.
  seen_at timestamptz[] NOT NULL DEFAULT '{}' CHECK (cardinality(seen_at) <= max_views),
  last_look text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX shared_proofs_identity ON shared_proofs (identity_id);
CREATE INDEX shared_proofs_expiry ON shared_proofs (expires_at);

-- What the link opens, sealed to the link's key and then once more under the identity's data key, so that an erased
-- identity's can't be opened from a backup even with the link. Goes at the end of the link, whichever comes first.
CREATE TABLE shared_proof_boxes (
  proof_id text PRIMARY KEY REFERENCES shared_proofs ON DELETE CASCADE,
  sealed bytea NOT NULL CHECK (octet_length(sealed) <= 4125),
  expires_at timestamptz NOT NULL
);
CREATE INDEX shared_proof_boxes_expiry ON shared_proof_boxes (expires_at);
