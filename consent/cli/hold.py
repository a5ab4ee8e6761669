"""`consent hold`: keep records from being erased, by request or by retention."""

from datetime import UTC, datetime
from uuid import UUID

import click

from consent import clock, records, sites
from consent.cli.context import opened
from consent.records import LegalHold, Scope


@click.group("hold")
def command() -> None:
    """Keep records that may be needed as evidence from being erased."""


def _utc(_context: click.Context, _option: click.Parameter, at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at else None


_SITE = click.option("--site", "site_key", required=True, help="The site's key.")
_SUBJECT = click.option("--subject", "subject_id", help="One person's records; otherwise all.")
_FROM = click.option(
    "--from", "start", type=click.DateTime(), callback=_utc, help="First moment, UTC, included."
)
_TO = click.option(
    "--to", "end", type=click.DateTime(), callback=_utc, help="Last moment, UTC, not included."
)


@command.command("add")
@_SITE
@_SUBJECT
@_FROM
@_TO
@click.option("--reason", required=True, help="Why; kept beside the log.")
def add(
    site_key: str,
    subject_id: str | None,
    start: datetime | None,
    end: datetime | None,
    reason: str,
) -> None:
    """Hold a site's records, one person's, or those of a period."""
    _, database = opened()
    with database.transaction() as session:
        site = sites.find(session, site_key)
        made = records.hold(session, site, Scope(subject_id, start, end), reason)
    click.echo(made.id)


@command.command("release")
@_SITE
@click.argument("hold_id", type=click.UUID, required=False)
@_SUBJECT
@_FROM
@_TO
@click.option("--reason", required=True, help="Why; kept beside the log.")
def release(  # noqa: PLR0913, PLR0917 - an option each
    site_key: str,
    hold_id: UUID | None,
    subject_id: str | None,
    start: datetime | None,
    end: datetime | None,
    reason: str,
) -> None:
    """End a hold, named by HOLD_ID or by the very scope it was added with."""
    scope = Scope(subject_id, start, end)
    if hold_id is not None and scope != Scope():
        raise click.UsageError("Name the hold by HOLD_ID or by its scope, not by both.")
    _, database = opened()
    with database.transaction() as session:
        site = sites.find(session, site_key)
        if hold_id is None:
            hold_id = _only(list(records.holds_like(session, site, scope)))
        found = records.release(session, site, hold_id, reason)
    click.echo(f"Released: {found.id}. What it held can be erased again.")


@command.command("list")
@_SITE
def list_all(site_key: str) -> None:
    """List all holds of a site, also those that were released."""
    _, database = opened()
    with database.reading() as session:
        site = sites.find(session, site_key)
        for each in records.holds_of(session, site):
            click.echo(_line(each))


def _only(found: list[LegalHold]) -> UUID:
    if not found:
        raise click.ClickException(
            "No hold in force has exactly this scope: see `consent hold list`."
        )
    if len(found) > 1:
        listed = "\n".join(_line(each) for each in found)
        raise click.ClickException(f"Several holds have this scope: name one by its id.\n{listed}")
    return found[0].id


def _line(found: LegalHold) -> str:
    over = f"released {clock.to_text(found.released_at)}" if found.released_at else "in force"
    facts = (
        str(found.id),
        over,
        f"added {clock.to_text(found.added_at)}",
        found.subject_id or "all",
        f"from {clock.to_text(found.start)}" if found.start else "from the first",
        f"to {clock.to_text(found.end)}" if found.end else "to the last",
        " / ".join(found.reason.splitlines()),
    )
    return "\t".join(facts)
