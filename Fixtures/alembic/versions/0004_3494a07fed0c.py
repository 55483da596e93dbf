"""is_confident on emails"""

import sqlalchemy as sa
from alembic import op

revision = "3494a07fed0c"
down_revision = "9f243b0c00f9"


def upgrade():
    op.add_column("emails", sa.Column("is_confident", sa.Boolean, server_default=sa.text("false"), nullable=False))
    op.alter_column("users", "template_count", server_default=None)


def downgrade():
    op.alter_column("users", "template_count", server_default="0")
    op.drop_column("emails", "is_confident")
