ALTER TABLE tools ADD COLUMN last_lent_on TEXT;

UPDATE tools SET last_lent_on = (SELECT max(lent_on) FROM loans WHERE loans.tool_id = tools.id);

CREATE TRIGGER loans_remember_the_last AFTER INSERT ON loans
BEGIN
  UPDATE tools SET last_lent_on = NEW.lent_on
   WHERE id = NEW.tool_id AND (last_lent_on IS NULL OR last_lent_on < NEW.lent_on);
END;
