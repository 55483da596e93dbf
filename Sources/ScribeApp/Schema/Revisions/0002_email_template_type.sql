-- revision: 5afd87136a29
-- down_revision: 4c1052b2c70b
-- created: 2025-11-14
-- title: template type and metadata on emails
-- lint: exempt because the original has it so, and every database has it already
-- test: allow up-fails because the original adds a column without default, so emails must be empty
-- test: allow residue because the original leaves the enum behind, and the way up takes it as it is

-- up

-- Only if absent: the way down leaves the type behind, so it is there already the second time up.
DO $$
BEGIN
    IF pg_catalog.to_regtype('template_type_enum') IS NULL THEN
        CREATE TYPE template_type_enum AS ENUM ('research', 'book', 'general');
    END IF;
END
$$;

-- No default, as in the original: this step fails when emails has rows.
ALTER TABLE emails ADD COLUMN template_type template_type_enum NOT NULL;
ALTER TABLE emails ADD COLUMN metadata jsonb DEFAULT '{}'::jsonb NOT NULL;
CREATE INDEX ix_emails_template_type ON emails (template_type);

-- down

-- Coming down through 362b63af6741 left a plain index: from here on it is unique again.
DROP INDEX ix_users_email;
CREATE UNIQUE INDEX ix_users_email ON users (email);
DROP INDEX ix_emails_template_type;
ALTER TABLE emails DROP COLUMN metadata;
ALTER TABLE emails DROP COLUMN template_type;
