CREATE FUNCTION refuse_a_sixth_loan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM loans WHERE member_id = NEW.member_id AND returned_on IS NULL) >= 5 THEN
    RAISE EXCEPTION 'a member may have five tools at a time';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER loans_at_most_five BEFORE INSERT ON loans
  FOR EACH ROW WHEN (NEW.returned_on IS NULL) EXECUTE FUNCTION refuse_a_sixth_loan();
