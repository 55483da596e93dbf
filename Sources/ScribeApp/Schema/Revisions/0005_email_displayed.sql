-- revision: fa538ab74d2b
-- down_revision: 3494a07fed0c
-- created: 2026-01-01
-- title: displayed on emails (soft delete)
-- lint: exempt because the original has it so, and every database has it already

-- up

ALTER TABLE emails ADD COLUMN displayed boolean DEFAULT true NOT NULL;
ALTER TABLE emails ALTER COLUMN is_confident DROP DEFAULT;
CREATE INDEX ix_emails_displayed ON emails (displayed);
CREATE INDEX ix_emails_user_displayed ON emails (user_id, displayed);

-- down

DROP INDEX ix_emails_user_displayed;
DROP INDEX ix_emails_displayed;
ALTER TABLE emails ALTER COLUMN is_confident SET DEFAULT false;
ALTER TABLE emails DROP COLUMN displayed;
