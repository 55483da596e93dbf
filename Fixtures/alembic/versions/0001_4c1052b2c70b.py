"""users and emails tables"""

import sqlalchemy as sa
from alembic import op

revision = "4c1052b2c70b"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("display_name", sa.String(255)),
        sa.Column("generation_count", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_users_created_at", "users", ["created_at"])
    op.create_index("ix_users_email", "users", ["email"], unique=True)
    op.create_table(
        "emails",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("recipient_name", sa.String(255), nullable=False),
        sa.Column("recipient_interest", sa.String(500), nullable=False),
        sa.Column("email_message", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_emails_created_at", "emails", ["created_at"])
    op.create_index("ix_emails_user_created", "emails", ["user_id", "created_at"])
    op.create_index("ix_emails_user_id", "emails", ["user_id"])


def downgrade():
    for name in ["ix_emails_user_id", "ix_emails_user_created", "ix_emails_created_at"]:
        op.drop_index(name, "emails")
    op.drop_table("emails")
    op.drop_index("ix_users_email", "users")
    op.drop_index("ix_users_created_at", "users")
    op.drop_table("users")
