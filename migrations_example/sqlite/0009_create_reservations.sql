CREATE TABLE reservations (
  tool_id     INTEGER NOT NULL REFERENCES tools (id) ON DELETE CASCADE,
  member_id   INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  reserved_at TEXT NOT NULL DEFAULT (datetime('now')),
  PRIMARY KEY (tool_id, member_id)
) WITHOUT ROWID;
