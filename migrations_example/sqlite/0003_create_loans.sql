CREATE TABLE loans (
  id          INTEGER PRIMARY KEY,
  tool_id     INTEGER NOT NULL REFERENCES tools (id),
  member_id   INTEGER NOT NULL REFERENCES members (id),
  lent_on     TEXT NOT NULL,
  due_on      TEXT NOT NULL,
  returned_on TEXT,
  CHECK (due_on >= lent_on)
);

CREATE INDEX loans_by_member ON loans (member_id);

-- A tool is with one member at a time.
CREATE UNIQUE INDEX loans_one_open_per_tool ON loans (tool_id) WHERE returned_on IS NULL;
