-- Each mount of the OpenID Provider keeps its own records: a code, a token or a session of one is nothing to the other.
-- What is here lives minutes and is unlogged: whoever is in the middle of a sign-in begins it again.
TRUNCATE oidc_records;
ALTER TABLE oidc_records ADD COLUMN mount text NOT NULL CHECK (mount IN ('strict', 'franceconnect'));
ALTER TABLE oidc_records DROP CONSTRAINT oidc_records_pkey, ADD PRIMARY KEY (mount, model, record_id);
DROP INDEX oidc_records_uid;
CREATE UNIQUE INDEX oidc_records_uid ON oidc_records (mount, model, uid) WHERE uid IS NOT NULL;
