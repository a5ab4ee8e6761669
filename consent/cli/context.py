"""What commands share: settings with their keys, and a database that is up to date."""

from consent import config, logs, migrate
from consent.config import Settings
from consent.db import Database
from consent.errors import NotDurableError


def opened(*, migrated: bool = True) -> tuple[Settings, Database]:
    """Return settings and database; a schema of another release is refused unless asked for."""
    settings = config.with_keys(config.load())
    logs.setup(settings)
    database = Database(settings.database_url)
    if migrated and not migrate.is_current(database):
        raise NotDurableError("The database is not that of this release: run `consent upgrade`.")
    return settings, database
