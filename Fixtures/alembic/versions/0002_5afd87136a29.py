"""template type and metadata on emails"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "5afd87136a29"
down_revision = "4c1052b2c70b"


kind = pg.ENUM("research", "book", "general", name="template_type_enum", create_type=False)


def upgrade():
    kind.create(op.get_bind(), checkfirst=True)
    op.add_column("emails", sa.Column("template_type", kind, nullable=False))
    op.add_column(
        "emails", sa.Column("metadata", pg.JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False))
    op.create_index("ix_emails_template_type", "emails", ["template_type"])


def downgrade():
    op.drop_index("ix_users_email", "users")
    op.create_index("ix_users_email", "users", ["email"], unique=True)
    op.drop_index("ix_emails_template_type", "emails")
    op.drop_column("emails", "metadata")
    op.drop_column("emails", "template_type")
