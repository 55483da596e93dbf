"""onboarded on users"""

import sqlalchemy as sa
from alembic import op

revision = "ea71a873bb8e"
down_revision = "fa538ab74d2b"


def upgrade():
    op.add_column("users", sa.Column("onboarded", sa.Boolean, server_default=sa.text("false"), nullable=False))


def downgrade():
    op.drop_column("users", "onboarded")
