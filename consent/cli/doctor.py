"""`consent doctor`: what is wrong with an installation, or with a site's page, and what to do."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import click
from sqlalchemy.exc import DBAPIError

from consent import config, doctor, migrate, storage
from consent.config import Settings
from consent.db import Database
from consent.errors import ConsentError, SettingError


def _address(_context: click.Context, _option: click.Parameter, url: str | None) -> str | None:
    if url is not None and not _is_web(url):
        raise click.BadParameter("give an http or https address.")
    return url


@click.command("doctor")
@click.option("--page", "url", callback=_address, help="A page of a site to look at instead.")
@click.option("--site", "site_key", help="The site's key; otherwise the one in the page.")
@click.option("--own", multiple=True, help="Another host of the site itself; may be repeated.")
@click.option("--insecure", is_flag=True, help="Believe any certificate of the page's server.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(
    *, url: str | None, site_key: str | None, own: tuple[str, ...], insecure: bool, as_json: bool
) -> None:
    """Find the common mistakes of this installation, or of a page, and say what to do."""
    if url is None and (site_key or own or insecure):
        raise click.UsageError("--site, --own and --insecure go with --page URL.")
    if url is None:
        found = doctor.examine_installation()
    else:
        with _here() as (service, lookup):
            asked = doctor.Asked(url, site_key or "", service, own, insecure)
            found = doctor.examine_page(asked, lookup)
    held = doctor.held(found)
    if as_json:
        click.echo(json.dumps({"held": held, "findings": doctor.as_values(found)}, indent=2))
    else:
        for line in doctor.written(found):
            click.echo(line)
    sys.exit(0 if held else 1)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


@contextmanager
def _here() -> Iterator[tuple[str, doctor.Lookup]]:
    """Give this installation's address and what it has released; elsewhere neither is there."""
    try:
        settings = config.load()
    except SettingError:
        settings = None
    database = _database(settings) if settings else None
    if settings is None or database is None:
        yield "", lambda _service, _site_key: None
        return
    ours = settings
    try:
        with database.reading() as session:
            yield (
                ours.public_url,
                lambda service, site_key: (
                    doctor.released_for(session, ours, site_key)
                    if service == ours.public_url
                    else None
                ),
            )
    finally:
        database.close()


def _database(settings: Settings) -> Database | None:
    try:
        if not storage.dialect(settings.database_url).is_there(settings.database_url):
            return None
        database = Database(settings.database_url)
        if migrate.is_current(database):
            return database
        database.close()
    except (ConsentError, DBAPIError):
        return None
    return None
