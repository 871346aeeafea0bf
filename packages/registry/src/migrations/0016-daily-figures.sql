-- What happens, counted by day and by nothing else. Each count is spread over sixteen rows, so that people who come at one
-- time don't wait for one another. Gone once the day is published.
CREATE TABLE daily_counts (
  day date NOT NULL,
  counted text NOT NULL,
  part smallint NOT NULL CHECK (part BETWEEN 0 AND 15),
  n bigint NOT NULL CHECK (n > 0),
  PRIMARY KEY (day, counted, part)
);

-- What was published of each day, word for word, and what opens its entry in the transparency log.
CREATE TABLE daily_figures (
  day date PRIMARY KEY,
  figures text NOT NULL,
  salt text NOT NULL,
  entry text NOT NULL
);
