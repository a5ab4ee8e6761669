"""The command `consent`: one file a subcommand.

Exit status: 0 held, 1 failed, 2 wrong use. Failures are one sentence that says what to do.
"""

import sys

import click

from consent import logs
from consent.cli import (
    backup,
    demo,
    doctor,
    export,
    hold,
    init,
    ledger,
    notice,
    restore,
    seed,
    serve,
    settings,
    site,
    subject,
    token,
    upgrade,
    verify,
    worker,
)
from consent.errors import ConsentError

COMMANDS = (
    backup,
    demo,
    doctor,
    export,
    hold,
    init,
    ledger,
    notice,
    restore,
    seed,
    serve,
    settings,
    site,
    subject,
    token,
    upgrade,
    verify,
    worker,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="consent-service")
def group() -> None:
    """Ask visitors, keep the proof, hand it over: a self-hosted consent service."""
    logs.setup()


for _module in COMMANDS:
    group.add_command(_module.command)


def main() -> None:
    """Run a command; our own failures are sentences, not tracebacks."""
    try:
        group()
    except ConsentError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
