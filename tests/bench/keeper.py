"""A worker in small: the database's upkeep each second, and the log's where it is told so."""

import sys
import time

from consent import config
from consent.db import Database
from consent.sequencer import Sequencer


def main(*words: str) -> None:
    """Go on until the process is ended."""
    settings = config.with_keys(config.load())
    database = Database(settings.database_url)
    sequencer = Sequencer(database, settings)
    while True:
        if "log" in words:
            sequencer.step()
        database.tidy()
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
