"""Alembic's door: runs the versions on the connection that `schema.upgrade` hands in."""

from alembic import context

from server.persistence.models import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
