DROP VIEW IF EXISTS overdue_loans;

CREATE VIEW overdue_loans AS
  SELECT loans.id, loans.tool_id, members.name, members.email, loans.due_on
    FROM loans JOIN members ON members.id = loans.member_id
   WHERE loans.returned_on IS NULL AND loans.due_on < date('now');
