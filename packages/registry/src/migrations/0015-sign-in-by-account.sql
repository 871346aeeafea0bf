-- What a freeze, an erasure and "this wasn't me" look for, among the records of everybody who is signing in.
CREATE INDEX oidc_records_account ON oidc_records ((payload->>'accountId')) WHERE payload->>'accountId' IS NOT NULL;
CREATE INDEX interaction_proofs_identity ON interaction_proofs (identity_id);
