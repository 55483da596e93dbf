"""queue_items table"""

import sqlalchemy as sa
from alembic import op

revision = "bbddd04b993d"
down_revision = "a0cdf47631c6"


def upgrade():
    op.create_table(
        "queue_items",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("recipient_name", sa.String(255), nullable=False),
        sa.Column("recipient_interest", sa.Text, nullable=False),
        sa.Column("email_template", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("celery_task_id", sa.String(255)),
        sa.Column("email_id", sa.Uuid),
        sa.Column("error_message", sa.Text),
        sa.Column("current_step", sa.String(50)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["email_id"], ["emails.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_queue_items_created_at", "queue_items", ["created_at"])
    op.create_index("ix_queue_items_status", "queue_items", ["status"])
    op.create_index("ix_queue_items_user_id", "queue_items", ["user_id"])
    op.create_index("ix_queue_items_user_status", "queue_items", ["user_id", "status"])


def downgrade():
    for name in ["user_status", "user_id", "status", "created_at"]:
        op.drop_index(f"ix_queue_items_{name}", "queue_items")
    op.drop_table("queue_items")
