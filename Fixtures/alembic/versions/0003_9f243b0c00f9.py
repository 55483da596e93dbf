"""templates table, template_count on users"""

import sqlalchemy as sa
from alembic import op

revision = "9f243b0c00f9"
down_revision = "5afd87136a29"


def upgrade():
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("pdf_url", sa.String(500), nullable=False),
        sa.Column("template_text", sa.Text, nullable=False),
        sa.Column("user_instructions", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_templates_created_at", "templates", ["created_at"])
    op.create_index("ix_templates_user_created", "templates", ["user_id", "created_at"])
    op.create_index("ix_templates_user_id", "templates", ["user_id"])
    op.add_column("users", sa.Column("template_count", sa.Integer, server_default="0", nullable=False))


def downgrade():
    op.drop_column("users", "template_count")
    for name in ["ix_templates_user_id", "ix_templates_user_created", "ix_templates_created_at"]:
        op.drop_index(name, "templates")
    op.drop_table("templates")
