CREATE TRIGGER loans_at_most_five BEFORE INSERT ON loans
WHEN NEW.returned_on IS NULL
BEGIN
  SELECT RAISE(ABORT, 'a member may have five tools at a time')
   WHERE (SELECT count(*) FROM loans WHERE member_id = NEW.member_id AND returned_on IS NULL) >= 5;
END;
