-- The new values can be used once this is committed, so not in this file.
ALTER TYPE tool_condition ADD VALUE 'in repair';
ALTER TYPE tool_condition ADD VALUE 'lost';
