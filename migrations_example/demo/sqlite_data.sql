-- A few years of a tool library, as they are after migration 0006. Not a migration, and so not in their folder.
BEGIN;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO members (id, email, name, phone, joined_on)
  SELECT i, 'member' || i || '@example.org', 'Member ' || i,
         CASE WHEN i % 3 <> 0 THEN printf('555-%04d', i) END, date('2022-01-01', '+' || (i * 5) || ' days')
    FROM n;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80)
INSERT INTO tools (id, category_id, name, condition, acquired_on)
  SELECT i, 1 + i % 5, 'Tool ' || i, CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'worn' ELSE 'good' END,
         date('2021-06-01', '+' || (i * 9) || ' days')
    FROM n;

-- The last forty are still out, each another tool with another member.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
INSERT INTO loans (id, tool_id, member_id, lent_on, due_on, returned_on)
  SELECT i, 1 + i % 80, 1 + (i * 7) % 200, date('2023-01-01', '+' || i || ' days'),
         date('2023-01-01', '+' || (i + 14) || ' days'),
         CASE WHEN i <= 1160 THEN date('2023-01-01', '+' || (i + 3 + i % 17) || ' days') END
    FROM n;

INSERT INTO fees (loan_id, cents, reason, paid_on)
  SELECT id, 50 * (1 + id % 4), 'late', CASE WHEN id % 5 <> 0 THEN returned_on END
    FROM loans WHERE returned_on > due_on;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
INSERT INTO paper_cards (borrower, tool, year, remark)
  SELECT 'Neighbour ' || (1 + i % 40), 'Tool ' || (1 + i % 80), 1990 + i % 30,
         CASE WHEN i % 6 = 0 THEN 'came back late' END
    FROM n;

COMMIT;
