CREATE TABLE reservations (
  tool_id     bigint NOT NULL REFERENCES tools (id) ON DELETE CASCADE,
  member_id   bigint NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  reserved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tool_id, member_id)
);
