-- revision: 3494a07fed0c
-- down_revision: 9f243b0c00f9
-- created: 2025-12-03
-- title: is_confident on emails
-- lint: exempt because the original has it so, and every database has it already

-- up

ALTER TABLE emails ADD COLUMN is_confident boolean DEFAULT false NOT NULL;
ALTER TABLE users ALTER COLUMN template_count DROP DEFAULT;

-- down

ALTER TABLE users ALTER COLUMN template_count SET DEFAULT 0;
ALTER TABLE emails DROP COLUMN is_confident;
