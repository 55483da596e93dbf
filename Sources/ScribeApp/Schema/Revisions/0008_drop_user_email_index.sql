-- revision: 362b63af6741
-- down_revision: 86348643ad0b
-- created: 2026-01-13
-- title: drop the extra index on users.email
-- lint: exempt because the original has it so, and every database has it already
-- test: allow restored-otherwise because the original makes a plain index; 5afd87136a29 makes it unique on its way down

-- up

-- Until the next revision nothing keeps users.email unique.
DROP INDEX IF EXISTS ix_users_email;

-- down

-- Not unique although it was so before, as in the original: it becomes unique when 5afd87136a29 goes down.
CREATE INDEX ix_users_email ON users (email);
