"""`consent notice`: a whole notice as one JSON file."""

import json
import sys
from typing import BinaryIO

import click

from consent import ledger, notices, sites, snippet, staff
from consent.cli.context import opened
from consent.errors import NoticeError

MOST_BYTES = 4 * 1024 * 1024


@click.group("notice")
def command() -> None:
    """Carry notices in and out."""


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--site", "site_key", required=True, help="The site's key.")
@click.option("--publish", is_flag=True, help="Publish it at once.")
def import_file(file: BinaryIO, site_key: str, *, publish: bool) -> None:
    """Keep a notice file as the site's draft; with --publish make it the next version."""
    settings, database = opened()
    try:
        data = ledger.parse(file.read(MOST_BYTES))
    except ledger.NotCanonicalError as error:
        raise NoticeError({"file": str(error)}) from error
    with database.transaction() as session:
        site = sites.find(session, site_key)
        notices.draft(session, site, data)
        version = notices.publish(session, site, settings.public_url) if publish else None
        facts: dict[str, object] = {"site": site.key}
        if version:
            snippet.release(session, site, version, snippet.core(), settings.public_url)
            facts |= {"digest": version.digest, "version": version.version}
        verb = "notice.publish" if version else "notice.draft"
        staff.note(session, ledger.log_id_of(session, site.id), verb, facts)
    if version:
        click.echo(f"Version {version.version} is published: {version.digest}")
    else:
        click.echo("The draft is kept. Publish it with --publish.")


@command.command("export")
@click.option("--site", "site_key", required=True, help="The site's key.")
@click.option("--version", "number", type=int, help="An older version instead of the newest.")
def export(site_key: str, number: int | None) -> None:
    """Print a published notice; importing it again gives the same digest."""
    _, database = opened()
    with database.reading() as session:
        site = sites.find(session, site_key)
        if number is None:
            version = notices.in_force(session, site.id)
        else:
            version = notices.published_or_refuse(session, site.id, number)
    json.dump(ledger.parse(version.document), sys.stdout, ensure_ascii=False, indent=2)
    click.echo()
