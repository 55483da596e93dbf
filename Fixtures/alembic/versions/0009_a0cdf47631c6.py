"""unique constraint on users.email"""

from alembic import op

revision = "a0cdf47631c6"
down_revision = "362b63af6741"


def upgrade():
    op.create_unique_constraint("users_email_key", "users", ["email"])


def downgrade():
    op.drop_constraint("users_email_key", "users")
