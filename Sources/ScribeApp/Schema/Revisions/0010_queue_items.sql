-- revision: bbddd04b993d
-- down_revision: a0cdf47631c6
-- created: 2026-01-13
-- title: queue_items table
-- lint: exempt because the original has it so, and every database has it already

-- up

CREATE TABLE queue_items (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    recipient_name varchar(255) NOT NULL,
    recipient_interest text NOT NULL,
    email_template text NOT NULL,
    status varchar(20) NOT NULL,
    celery_task_id varchar(255),
    email_id uuid,
    error_message text,
    current_step varchar(50),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    PRIMARY KEY (id),
    FOREIGN KEY (email_id) REFERENCES emails (id) ON DELETE SET NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_queue_items_created_at ON queue_items (created_at);
CREATE INDEX ix_queue_items_status ON queue_items (status);
CREATE INDEX ix_queue_items_user_id ON queue_items (user_id);
CREATE INDEX ix_queue_items_user_status ON queue_items (user_id, status);

-- down

DROP INDEX ix_queue_items_user_status;
DROP INDEX ix_queue_items_user_id;
DROP INDEX ix_queue_items_status;
DROP INDEX ix_queue_items_created_at;
DROP TABLE queue_items;
