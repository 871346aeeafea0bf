-- What a freeze, an erasure and "this wasn't me" look for, among the records of everybody who is signing in.
CREATE INDEX oidc_records_account ON oidc_records ((payload->>'accountId')) WHERE payload->>'accountId' IS NOT NULL;
CREATE INDEX interaction_proofs_identity ON interaction_proofs (identity_id);

-- A challenge lives minutes, and one that a crash lost is asked for again: unlogged, as the sign-ins that they belong to.
-- One that was answered can't come back that way either: after a crash the table is empty.
ALTER TABLE challenges SET UNLOGGED;
