CREATE TABLE members (
  id        INTEGER PRIMARY KEY,
  email     TEXT NOT NULL UNIQUE,
  name      TEXT NOT NULL,
  phone     TEXT,
  joined_on TEXT NOT NULL DEFAULT (date('now'))
);
