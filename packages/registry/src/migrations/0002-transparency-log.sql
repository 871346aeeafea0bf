-- The transparency log: a public, append-only list of salted commitments. No row here says anything about anybody:
-- texts and salts are elsewhere, but for what the operator itself publishes.

-- Entries whose transaction has committed and that no tree holds yet. Taken out by deleting, never by number: numbers
-- are handed out before they commit.
CREATE TABLE log_pending (
  commitment bytea PRIMARY KEY CHECK (length(commitment) = 32)
);

-- Where an entry lies. Not unique: the same salt and text twice are two leaves, and either proves it.
CREATE TABLE log_leaves (
  commitment bytea NOT NULL,
  leaf_index bigint NOT NULL
);
CREATE INDEX log_leaves_commitment ON log_leaves (commitment);

-- C2SP tlog-tiles: up to 256 hashes of 32 bytes; level -1 are the entries themselves, 32 bytes each. Only ever extended.
CREATE TABLE log_tiles (
  level smallint NOT NULL CHECK (level BETWEEN -1 AND 7),
  tile_index bigint NOT NULL,
  content bytea NOT NULL CHECK (length(content) BETWEEN 32 AND 8192),
  PRIMARY KEY (level, tile_index)
);
-- Hashes don't shrink.
ALTER TABLE log_tiles ALTER COLUMN content SET STORAGE EXTERNAL;

-- The tree, and how much of it has been signed. A batch is whole and durable before it is signed, and none is begun
-- before the last one was: whatever is killed in between, the same state is signed again.
CREATE TABLE log_head (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  size bigint NOT NULL,
  root bytea NOT NULL,
  signed_size bigint NOT NULL CHECK (signed_size <= size),
  checkpoint text NOT NULL
);
INSERT INTO log_head (size, root, signed_size, checkpoint)
VALUES (0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', -1, '');

-- What the operator changed, with salt and text for everybody to read. `fact` is the entry's subject, `sha256` its last value.
CREATE TABLE log_public_openings (
  opening_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fact text NOT NULL,
  sha256 text NOT NULL,
  salt text NOT NULL,
  entry text NOT NULL
);
CREATE INDEX log_public_openings_fact ON log_public_openings (fact, opening_id);
