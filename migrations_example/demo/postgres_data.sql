-- A few years of a tool library, as they are after migration 0006. Not a migration, and so not in their folder.
BEGIN;

INSERT INTO members (id, email, name, phone, joined_on)
  SELECT i, 'member' || i || '@example.org', 'Member ' || i,
         CASE WHEN i % 3 <> 0 THEN '555-' || lpad(i::text, 4, '0') END, date '2022-01-01' + i * 5
    FROM generate_series(1, 200) AS i;

INSERT INTO tools (id, category_id, name, condition, acquired_on)
  SELECT i, 1 + i % 5, 'Tool ' || i,
         (CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'worn' ELSE 'good' END)::tool_condition, date '2021-06-01' + i * 9
    FROM generate_series(1, 80) AS i;

-- The last forty are still out, each another tool with another member.
INSERT INTO loans (id, tool_id, member_id, lent_on, due_on, returned_on)
  SELECT i, 1 + i % 80, 1 + (i * 7) % 200, date '2023-01-01' + i, date '2023-01-01' + i + 14,
         CASE WHEN i <= 1160 THEN date '2023-01-01' + i + 3 + i % 17 END
    FROM generate_series(1, 1200) AS i;

INSERT INTO fees (loan_id, cents, reason, paid_on)
  SELECT id, 50 * (1 + id % 4), 'late', CASE WHEN id % 5 <> 0 THEN returned_on END
    FROM loans WHERE returned_on > due_on;

INSERT INTO paper_cards (borrower, tool, year, remark)
  SELECT 'Neighbour ' || (1 + i % 40), 'Tool ' || (1 + i % 80), 1990 + i % 30,
         CASE WHEN i % 6 = 0 THEN 'came back late' END
    FROM generate_series(1, 150) AS i;

SELECT setval(pg_get_serial_sequence('members', 'id'), (SELECT max(id) FROM members));
SELECT setval(pg_get_serial_sequence('tools', 'id'), (SELECT max(id) FROM tools));
SELECT setval(pg_get_serial_sequence('loans', 'id'), (SELECT max(id) FROM loans));

COMMIT;
