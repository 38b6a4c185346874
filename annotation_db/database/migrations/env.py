"""Alembic's environment: the connection comes from `annotation_db.database.migrations.upgrade`."""

from alembic import context

from annotation_db.database.schema import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite cannot alter columns in place
)
context.run_migrations()
