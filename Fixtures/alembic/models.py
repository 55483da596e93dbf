"""The schema at the head, as SQLAlchemy has it, for `alembic check`."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData()


def now(name, **more):
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False, **more)


def owner():
    return sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False)


sa.Table(
    "users", metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("email", sa.String(255), nullable=False),
    sa.Column("display_name", sa.String(255)),
    sa.Column("generation_count", sa.Integer, nullable=False),
    now("created_at"),
    sa.Column("template_count", sa.Integer, nullable=False),
    sa.Column("onboarded", sa.Boolean, server_default=sa.text("false"), nullable=False),
    sa.Column("email_template", sa.Text),
    sa.UniqueConstraint("email", name="users_email_key"),
    sa.Index("ix_users_created_at", "created_at"),
)

sa.Table(
    "emails", metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    owner(),
    sa.Column("recipient_name", sa.String(255), nullable=False),
    sa.Column("recipient_interest", sa.String(500), nullable=False),
    sa.Column("email_message", sa.Text, nullable=False),
    now("created_at"),
    sa.Column("template_type", pg.ENUM("research", "book", "general", name="template_type_enum"), nullable=False),
    sa.Column("metadata", pg.JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.Column("is_confident", sa.Boolean, nullable=False),
    sa.Column("displayed", sa.Boolean, server_default=sa.text("true"), nullable=False),
    sa.Index("ix_emails_created_at", "created_at"),
    sa.Index("ix_emails_displayed", "displayed"),
    sa.Index("ix_emails_template_type", "template_type"),
    sa.Index("ix_emails_user_created", "user_id", "created_at"),
    sa.Index("ix_emails_user_displayed", "user_id", "displayed"),
    sa.Index("ix_emails_user_id", "user_id"),
)

sa.Table(
    "templates", metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    owner(),
    sa.Column("pdf_url", sa.String(500), nullable=False),
    sa.Column("template_text", sa.Text, nullable=False),
    sa.Column("user_instructions", sa.Text, nullable=False),
    now("created_at"),
    sa.Index("ix_templates_created_at", "created_at"),
    sa.Index("ix_templates_user_created", "user_id", "created_at"),
    sa.Index("ix_templates_user_id", "user_id"),
)

sa.Table(
    "queue_items", metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    owner(),
    sa.Column("recipient_name", sa.String(255), nullable=False),
    sa.Column("recipient_interest", sa.Text, nullable=False),
    sa.Column("email_template", sa.Text, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("celery_task_id", sa.String(255)),
    sa.Column("email_id", sa.Uuid, sa.ForeignKey("emails.id", ondelete="SET NULL")),
    sa.Column("error_message", sa.Text),
    sa.Column("current_step", sa.String(50)),
    now("created_at"),
    sa.Column("started_at", sa.DateTime(timezone=True)),
    sa.Column("completed_at", sa.DateTime(timezone=True)),
    sa.Index("ix_queue_items_created_at", "created_at"),
    sa.Index("ix_queue_items_status", "status"),
    sa.Index("ix_queue_items_user_id", "user_id"),
    sa.Index("ix_queue_items_user_status", "user_id", "status"),
)
