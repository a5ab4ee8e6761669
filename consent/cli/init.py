"""`consent init`: the first start of an installation."""

import click

from consent import ledger, staff
from consent.cli import upgrade
from consent.cli.context import opened
from consent.staff import Grant, Person, Role


@click.command("init")
@click.option("--admin", "email", help="E-mail address of the first administrator.")
@click.option("--name", help="Their name; else the address.")
@click.pass_context
def command(context: click.Context, email: str | None, name: str | None) -> None:
    """Make keys and database for a new installation, and say what to do next.

    With --admin also the first login of the console, or a new password for that administrator.
    """
    context.invoke(upgrade.command)
    if email:
        _say_password(email, name or email)
    else:
        click.echo("The console's first login: `consent init --admin you@example.org`.")
    click.echo(
        "Next: `consent site create KEY --name NAME --origin https://...`, then `consent serve`."
    )


def _say_password(email: str, name: str) -> None:
    settings, database = opened()
    with database.transaction() as session:
        member = staff.by_email(session, email)
        verb = "staff.password_once"
        if member is None:
            member = staff.create_member(session, Person(name, email), [Grant(Role.ADMIN)])
            verb = "staff.first"
        password = staff.set_password_once(session, member)
        staff.note(session, ledger.instance_log(session), verb, {"member": member.key})
    click.echo(f"Log in at {settings.public_url}/console/ as {member.email}")
    click.echo(f"with this password, which works once and asks for another: {password}")
