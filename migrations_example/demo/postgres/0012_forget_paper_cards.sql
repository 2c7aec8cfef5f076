DROP TABLE paper_cards;
ALTER TABLE members DROP COLUMN phone;
