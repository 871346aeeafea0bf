-- How often a genuine document was brought to a sealed room within a day. The tag is a keyed hash under a label of its
-- own: it can be joined with no other table, and without the key it says nothing about anybody. Gone a day after the first try.
CREATE TABLE document_tries (
  try_tag bytea PRIMARY KEY,
  tries int NOT NULL CHECK (tries > 0),
  expires_at timestamptz NOT NULL
);
CREATE INDEX document_tries_expiry ON document_tries (expires_at);
