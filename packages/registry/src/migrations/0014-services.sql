-- Services registered while servers run, by an operator or, in the demo, by a developer. What the operator's file says
-- is in no table, but each change of it is in the log like the others. Nothing here is about a person.
CREATE SEQUENCE service_revisions;
CREATE TABLE services (
  client_id text PRIMARY KEY,
  registrar text NOT NULL CHECK (registrar IN ('operator', 'developer')),
  registration jsonb NOT NULL CHECK (octet_length(registration::text) <= 32768),
  -- SHA-256, base64url: the secrets themselves were shown once and are kept nowhere.
  client_secret_sha256 text CHECK (length(client_secret_sha256) = 43),
  management_secret_sha256 text CHECK (length(management_secret_sha256) = 43),
  expires_at timestamptz,
  withdrawn boolean NOT NULL DEFAULT false,
  -- Grows with every change, in the order of commits: servers ask for what is newer than what they know.
  revision bigint NOT NULL UNIQUE,
  CHECK ((registrar = 'developer') = (management_secret_sha256 IS NOT NULL AND expires_at IS NOT NULL))
);
-- What the operator changed, with the salt that opens it in the log: for everybody.
CREATE TABLE service_changes (
  change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  client_id text NOT NULL,
  change text NOT NULL CHECK (change IN ('registered', 'withdrawn')),
  sha256 text NOT NULL,
  salt text NOT NULL,
  entry text NOT NULL
);
CREATE INDEX service_changes_by_service ON service_changes (client_id, change_id);
