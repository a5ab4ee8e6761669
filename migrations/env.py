"""Run migrations on a connection handed over in code; `consent upgrade` does so."""

from alembic import context

from consent.migrate import is_migrated
from consent.tables import metadata


def run() -> None:
    """Migrate with the given connection, one transaction for each revision."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        include_object=is_migrated,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
