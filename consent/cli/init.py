"""`consent init`: the first start of an installation."""

import click

from consent.cli import upgrade


@click.command("init")
@click.pass_context
def command(context: click.Context) -> None:
    """Make keys and database for a new installation, and say what to do next."""
    context.invoke(upgrade.command)
    click.echo(
        "Next: `consent site create KEY --name NAME --origin https://...`, then `consent serve`."
    )
