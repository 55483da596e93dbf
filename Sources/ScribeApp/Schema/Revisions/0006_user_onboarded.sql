-- revision: ea71a873bb8e
-- down_revision: fa538ab74d2b
-- created: 2026-01-13
-- title: onboarded on users
-- lint: exempt because the original has it so, and every database has it already

-- up

ALTER TABLE users ADD COLUMN onboarded boolean DEFAULT false NOT NULL;

-- down

ALTER TABLE users DROP COLUMN onboarded;
