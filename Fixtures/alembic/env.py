"""Alembic's environment: one connection to the URL that the driver was given, one transaction for each command."""

import sqlalchemy
from alembic import context

import models

engine = sqlalchemy.create_engine(context.config.attributes["url"], poolclass=sqlalchemy.pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=models.metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()
