"""Run migrations on a connection handed over in code; `consent upgrade` does so."""

from alembic import context

from consent.tables import metadata


def run() -> None:
    """Migrate with the given connection, one transaction for each revision."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        include_object=_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def _ours(_object, name, kind, _reflected, _compare_to):
    # Partitions are made by the service ahead of time, not by migrations.
    return not (kind == "table" and name.startswith(("consent_record_", "log_opening_")))


run()
