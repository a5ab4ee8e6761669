"""`consent worker`: background jobs."""

import click

from consent import anchors, worker
from consent.cli.context import opened
from consent.courier import Courier
from consent.exporter import Jobs
from consent.sequencer import Sequencer


@click.command("worker")
@click.option("--once", is_flag=True, help="Run every job once and end.")
def command(*, once: bool) -> None:
    """Keep the evidence logs, forget what has had its time, make partitions ahead."""
    settings, database = opened()
    sequencer = Sequencer(database, settings)
    if once:
        sequencer.step()
        worker.run_all(database)
        worker.anchor(database, settings, anchors.Memory())
        Jobs(database, settings).run_once()
        Courier(database, settings).run_once()
    else:
        worker.run_for_ever(database, sequencer, settings)
