-- revision: 9f243b0c00f9
-- down_revision: 5afd87136a29
-- created: 2025-11-25
-- title: templates table, template_count on users
-- lint: exempt because the original has it so, and every database has it already

-- up

CREATE TABLE templates (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    pdf_url varchar(500) NOT NULL,
    template_text text NOT NULL,
    user_instructions text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_templates_created_at ON templates (created_at);
CREATE INDEX ix_templates_user_created ON templates (user_id, created_at);
CREATE INDEX ix_templates_user_id ON templates (user_id);
ALTER TABLE users ADD COLUMN template_count integer DEFAULT 0 NOT NULL;

-- down

ALTER TABLE users DROP COLUMN template_count;
DROP INDEX ix_templates_user_id;
DROP INDEX ix_templates_user_created;
DROP INDEX ix_templates_created_at;
DROP TABLE templates;
