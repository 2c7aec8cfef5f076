CREATE INDEX fees_unpaid ON fees (loan_id) WHERE paid_on IS NULL;
