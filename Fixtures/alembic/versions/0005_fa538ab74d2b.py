"""displayed on emails (soft delete)"""

import sqlalchemy as sa
from alembic import op

revision = "fa538ab74d2b"
down_revision = "3494a07fed0c"


def upgrade():
    op.add_column("emails", sa.Column("displayed", sa.Boolean, server_default=sa.text("true"), nullable=False))
    op.alter_column("emails", "is_confident", server_default=None)
    op.create_index("ix_emails_displayed", "emails", ["displayed"])
    op.create_index("ix_emails_user_displayed", "emails", ["user_id", "displayed"])


def downgrade():
    op.drop_index("ix_emails_user_displayed", "emails")
    op.drop_index("ix_emails_displayed", "emails")
    op.alter_column("emails", "is_confident", server_default=sa.text("false"))
    op.drop_column("emails", "displayed")
