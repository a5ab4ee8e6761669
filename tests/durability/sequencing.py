"""A process that keeps logs until it is killed, or kills itself at a point it was told."""

import os
import signal
import sys
import time

from consent import ledger, sequencer
from consent.config import Settings
from consent.db import Database
from consent.ledger import Marks

SEED = "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU="
URL = "https://consent.example"


def die(*_: object) -> None:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(work, then):
    """Return a function that does its work and then something else."""

    def done(*arguments):
        found = work(*arguments)
        if found:
            then()
        return found

    return done


def arm(point: str) -> None:
    """Make this process die at a point: inside a transaction, or between two of them."""
    if point == "inside placing":
        ledger.sequence = after(ledger.sequence, die)
    elif point == "after placing":
        sequencer.Sequencer.show = die
    elif point == "inside signing":
        ledger.draft = after(ledger.draft, die)
    elif point == "before the mark":
        Marks.keep = die
    elif point == "after the mark":
        ledger.show = die
    elif point != "never":
        raise ValueError(point)


def main(url: str, folder: str, point: str) -> None:
    """Keep the logs as fast as it goes."""
    sequencer.SECONDS_BETWEEN = sequencer.SECONDS_UNSHOWN = 0.05
    arm(point)
    settings = Settings(
        database_url=url, public_url=URL, ledger_key=SEED, state_dir=folder, secret_keys=("k" * 32,)
    )
    keeper = sequencer.Sequencer(Database(url), settings)
    while True:
        keeper.step()
        time.sleep(0.002)


if __name__ == "__main__":
    main(*sys.argv[1:])
