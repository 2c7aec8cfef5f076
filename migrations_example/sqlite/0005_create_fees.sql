CREATE TABLE fees (
  id      INTEGER PRIMARY KEY,
  loan_id INTEGER NOT NULL REFERENCES loans (id) ON DELETE CASCADE,
  cents   INTEGER NOT NULL CHECK (cents > 0),
  reason  TEXT NOT NULL CHECK (reason IN ('late', 'damaged', 'lost')),
  paid_on TEXT
);

CREATE INDEX fees_by_loan ON fees (loan_id);
