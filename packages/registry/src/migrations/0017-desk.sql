-- Those who work at a counter, and what they do there. An agent is a member of staff, and no citizen: name and passkey
-- are the operator's own record.
CREATE TABLE agents (
  agent_id text PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  roles text[] NOT NULL CHECK (cardinality(roles) BETWEEN 1 AND 2 AND roles <@ ARRAY['agent', 'reviewer']),
  withdrawn boolean NOT NULL DEFAULT false,
  -- SHA-256 of the code that lets one passkey in, until it does.
  invitation_hash bytea UNIQUE CHECK (octet_length(invitation_hash) = 32),
  invitation_expires_at timestamptz,
  credential_id text,
  public_key bytea CHECK (octet_length(public_key) <= 2048),
  sign_count bigint NOT NULL DEFAULT 0,
  CHECK ((credential_id IS NULL) = (public_key IS NULL)),
  CHECK ((invitation_hash IS NULL) = (invitation_expires_at IS NULL))
);

-- Only a hash of the cookie is kept.
CREATE TABLE desk_sessions (
  token_hash bytea PRIMARY KEY,
  agent_id text NOT NULL REFERENCES agents,
  expires_at timestamptz NOT NULL
);
CREATE INDEX desk_sessions_expiry ON desk_sessions (expires_at);

-- What agents did, each with the salt that opens it in the public log. Random ids only: nothing here names a citizen.
CREATE TABLE desk_acts (
  act_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  agent_id text NOT NULL,
  act text NOT NULL,
  subject text NOT NULL,
  salt text NOT NULL,
  entry text NOT NULL
);
CREATE FUNCTION desk_acts_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'desk_acts is append-only'; END $$;
CREATE TRIGGER desk_acts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON desk_acts FOR EACH STATEMENT EXECUTE FUNCTION desk_acts_stay();

-- A citizen's visit to a counter: from the code that their device shows to what two agents say. No personal data.
CREATE TABLE counter_visits (
  visit_id text PRIMARY KEY,
  -- Keyed hash of the code.
  code_tag bytea NOT NULL UNIQUE CHECK (octet_length(code_tag) = 32),
  client_key_thumbprint text NOT NULL,
  consent_id text NOT NULL UNIQUE,
  consent_text_version text NOT NULL,
  consent_language text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'opened', 'attested', 'confirmed', 'refused')),
  opened_by text REFERENCES agents,
  -- The one reading of the document that the agents speak of.
  enrolment_id text UNIQUE,
  checks text[] NOT NULL DEFAULT '{}',
  confirmed_by text REFERENCES agents CHECK (confirmed_by <> opened_by),
  refusal text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CHECK (state = 'waiting' OR opened_by IS NOT NULL),
  CHECK (state NOT IN ('attested', 'confirmed') OR (enrolment_id IS NOT NULL AND cardinality(checks) > 0)),
  CHECK ((state = 'confirmed') = (confirmed_by IS NOT NULL)),
  CHECK ((state = 'refused') = (refusal IS NOT NULL))
);
CREATE INDEX counter_visits_expiry ON counter_visits (expires_at);

-- Which door was consented to. A verdict of the other one makes nothing of it.
ALTER TABLE enrolments ADD COLUMN pathway text NOT NULL DEFAULT 'face' CHECK (pathway IN ('face', 'counter'));
