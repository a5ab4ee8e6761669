"""`consent token`: how programs come in."""

from datetime import UTC, datetime

import click

from consent import clock, ledger, sites, staff
from consent.cli.context import opened
from consent.staff import Ability, Order, Role


@click.group("token")
def command() -> None:
    """Make tokens for programs, list and revoke them."""


@command.command("create")
@click.option("--site", "site_key", help="The site's key; without it the token is for all sites.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option(
    "--only",
    "scopes",
    multiple=True,
    type=click.Choice([ability.value for ability in Ability]),
    help="Only this ability of the role; may be given several times.",
)
@click.option("--until", type=click.DateTime(), help="When it ends, UTC.")
def create(
    site_key: str | None,
    role: str,
    *,
    name: str,
    scopes: tuple[str, ...],
    until: datetime | None,
) -> None:
    """Make a token and print it, once."""
    _, database = opened()
    with database.transaction() as session:
        site_id = sites.find(session, site_key).id if site_key else None
        only = tuple(Ability(each) for each in scopes) or None
        ends = until.replace(tzinfo=UTC) if until else None
        order = Order(name, Role(role), site_id, only, ends)
        made, token = staff.create_token(session, order, None, staff.COMMAND_LINE)
        facts = {"role": role, "site": site_key or "*", "token": made.key}
        staff.note(
            session, ledger.instance_log(session), "token.make", facts, details={"name": name}
        )
    click.echo(token)


@command.command("list")
def list_all() -> None:
    """List all tokens."""
    _, database = opened()
    with database.reading() as session:
        places = {site.id: site.key for site in sites.all_sites(session)}
        for each in staff.tokens(session):
            place = places[each.site_id] if each.site_id else "*"
            over = each.expires_at is not None and each.expires_at <= clock.now()
            state = "revoked" if each.revoked_at else "expired" if over else "active"
            click.echo(f"{each.key}\t{each.role}\t{place}\t{state}\t{each.name}")


@command.command("revoke")
@click.argument("token_id")
def revoke(token_id: str) -> None:
    """Revoke a token by its id (t_...): nobody comes in with it any more."""
    _, database = opened()
    with database.transaction() as session:
        staff.revoke(session, token_id)
        facts = {"token": token_id}
        staff.note(session, ledger.instance_log(session), "token.revoke", facts)
    click.echo(f"{token_id} is revoked.")
