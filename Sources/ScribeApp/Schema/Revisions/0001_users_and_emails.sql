-- revision: 4c1052b2c70b
-- down_revision: base
-- created: 2025-11-12
-- title: users and emails tables
-- lint: exempt because the original has it so, and every database has it already

-- up

CREATE TABLE users (
    id uuid NOT NULL,
    email varchar(255) NOT NULL,
    display_name varchar(255),
    generation_count integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_users_created_at ON users (created_at);
CREATE UNIQUE INDEX ix_users_email ON users (email);

CREATE TABLE emails (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    recipient_name varchar(255) NOT NULL,
    recipient_interest varchar(500) NOT NULL,
    email_message text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_emails_created_at ON emails (created_at);
CREATE INDEX ix_emails_user_created ON emails (user_id, created_at);
CREATE INDEX ix_emails_user_id ON emails (user_id);

-- down

DROP INDEX ix_emails_user_id;
DROP INDEX ix_emails_user_created;
DROP INDEX ix_emails_created_at;
DROP TABLE emails;
DROP INDEX ix_users_email;
DROP INDEX ix_users_created_at;
DROP TABLE users;
