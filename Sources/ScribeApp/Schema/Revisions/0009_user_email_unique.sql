-- revision: a0cdf47631c6
-- down_revision: 362b63af6741
-- created: 2026-01-13
-- title: unique constraint on users.email
-- lint: exempt because the original has it so, and every database has it already

-- up

ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);

-- down

ALTER TABLE users DROP CONSTRAINT users_email_key;
