-- Fees are written all day: the index is built beside them. It cannot run in a transaction, and so runs alone.
CREATE INDEX CONCURRENTLY fees_unpaid ON fees (loan_id) WHERE paid_on IS NULL;
