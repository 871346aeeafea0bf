-- Who is signing in to which service, right now. These rows live minutes, but what is written ahead of them would live as
-- long as an archive of the write-ahead log, a standby or a backup: unlogged tables are in none of these. A database that
-- crashes empties them, and who was in the middle of a sign-in begins it again.
ALTER TABLE oidc_records SET UNLOGGED;
ALTER TABLE interaction_proofs SET UNLOGGED;
