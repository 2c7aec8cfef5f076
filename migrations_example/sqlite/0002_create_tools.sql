CREATE TABLE categories (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- What every branch of the library lends; a branch adds its own.
INSERT INTO categories (name) VALUES ('Drilling'), ('Sawing'), ('Gardening'), ('Painting'), ('Measuring');

CREATE TABLE tools (
  id          INTEGER PRIMARY KEY,
  category_id INTEGER NOT NULL REFERENCES categories (id),
  name        TEXT NOT NULL,
  condition   TEXT NOT NULL DEFAULT 'good' CHECK (condition IN ('new', 'good', 'worn')),
  acquired_on TEXT
);

CREATE INDEX tools_by_category ON tools (category_id);
