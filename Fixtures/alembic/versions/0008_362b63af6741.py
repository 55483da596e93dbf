"""drop the extra index on users.email"""

import sqlalchemy as sa
from alembic import op

revision = "362b63af6741"
down_revision = "86348643ad0b"


def upgrade():
    indexes = sa.inspect(op.get_bind()).get_indexes("users")
    if any(index["name"] == "ix_users_email" for index in indexes):
        op.drop_index("ix_users_email", "users")


def downgrade():
    op.create_index("ix_users_email", "users", ["email"])
