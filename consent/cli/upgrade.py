"""`consent upgrade`: bring the database to this release."""

import click

from consent import migrate
from consent.cli.context import opened


@click.command("upgrade")
def command() -> None:
    """Create the database, or migrate it to what this release expects."""
    settings, database = opened(migrated=False)
    migrate.upgrade(database)
    click.echo(f"The database {database.engine.url!r} is up to date.")
    click.echo(f"Keys made on first start lie in {settings.state_dir}/ (readable by you alone).")
