-- The card index from before the database. Volunteers type it in; nothing refers to it.
CREATE TABLE paper_cards (
  id       INTEGER PRIMARY KEY,
  borrower TEXT NOT NULL,
  tool     TEXT NOT NULL,
  year     INTEGER,
  remark   TEXT
);
