-- Two transactions: the first takes its lock for a moment only, the second reads the table while it is in use.
-- NOT NULL at once would lock out everybody for as long as the table takes to read.
ALTER TABLE tools ADD CONSTRAINT tools_acquired_on_known CHECK (acquired_on IS NOT NULL) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE tools VALIDATE CONSTRAINT tools_acquired_on_known;
