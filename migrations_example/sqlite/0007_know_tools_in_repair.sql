-- SQLite cannot change a CHECK: the table is made anew, filled from the old one, and takes its name.
-- Foreign keys are off while a migration runs, so that dropping the old table leaves the loans alone.
CREATE TABLE tools_new (
  id          INTEGER PRIMARY KEY,
  category_id INTEGER NOT NULL REFERENCES categories (id),
  name        TEXT NOT NULL,
  condition   TEXT NOT NULL DEFAULT 'good' CHECK (condition IN ('new', 'good', 'worn', 'in repair', 'lost')),
  acquired_on TEXT
);

INSERT INTO tools_new (id, category_id, name, condition, acquired_on)
  SELECT id, category_id, name, condition, acquired_on FROM tools;

DROP TABLE tools;
ALTER TABLE tools_new RENAME TO tools;

CREATE INDEX tools_by_category ON tools (category_id);
