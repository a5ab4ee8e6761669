"""`consent worker`: background jobs."""

import click

from consent import worker
from consent.cli.context import opened


@click.command("worker")
@click.option("--once", is_flag=True, help="Run every job once and end.")
def command(*, once: bool) -> None:
    """Run the background jobs: forget what has had its time, make partitions ahead."""
    _, database = opened()
    if once:
        worker.run_all(database)
    else:
        worker.run_for_ever(database)
