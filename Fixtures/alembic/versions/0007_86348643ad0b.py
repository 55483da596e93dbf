"""email_template on users"""

import sqlalchemy as sa
from alembic import op

revision = "86348643ad0b"
down_revision = "ea71a873bb8e"


def upgrade():
    op.add_column("users", sa.Column("email_template", sa.Text))


def downgrade():
    op.drop_column("users", "email_template")
