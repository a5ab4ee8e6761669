"""`consent site`: websites whose visitors are asked."""

import sys
from html import escape
from pathlib import Path

import click
from tqdm import tqdm

from consent import clock, ledger, notices, records, sites, snippet, staff
from consent.cli.context import opened
from consent.cli.subject import finish
from consent.db import Database
from consent.sequencer import Sequencer
from consent.snippet import File


@click.group("site")
def command() -> None:
    """Create sites, list them, embed them."""


@command.command("create")
@click.argument("key")
@click.option("--name", required=True, help="The name visitors know.")
@click.option("--origin", "origins", multiple=True, required=True, help="https://host[:port]")
@click.option("--language", default="en", show_default=True, help="Default language.")
@click.option("--retention", default="P5Y", show_default=True, help="How long records are kept.")
@click.option("--public-log", is_flag=True, help="Show the evidence log's tiles to everybody.")
def create(  # noqa: PLR0913 - an option each
    key: str,
    name: str,
    origins: tuple[str, ...],
    *,
    language: str,
    retention: str,
    public_log: bool,
) -> None:
    """Make a site and publish the default notice for it, ready to embed."""
    settings, database = opened()
    core = snippet.core()
    with database.transaction() as session:
        site = sites.create(
            session,
            key,
            name,
            list(origins),
            default_language=language,
            retention=retention,
            public_log=public_log,
        )
        version = snippet.first_notice(session, site, core, settings.public_url)
        facts = {"digest": version.digest, "site": key, "version": version.version}
        staff.note(session, ledger.log_id_of(session, site.id), "site.create", facts)
    click.echo(f"The site {key} is ready. Put this into the <head> of its pages:")
    click.echo(f'  <script src="{settings.public_url}/v1/sites/{key}/loader.js" async></script>')
    click.echo(f"People without JavaScript decide at {settings.public_url}/privacy/{key}")


@command.command("list")
def list_all() -> None:
    """List all sites."""
    _, database = opened()
    with database.reading() as session:
        for site in sites.all_sites(session):
            click.echo(f"{site.key}\t{site.name}\t{' '.join(site.origins)}")


@command.command("embed")
@click.argument("key")
def embed(key: str) -> None:
    """Print what goes into the <head> of a site's pages."""
    settings, database = opened()
    core = snippet.core()
    with database.transaction() as session:
        site = sites.find(session, key)
        version = notices.in_force(session, site.id)
        loader = snippet.release(session, site, version, core, settings.public_url)
        frozen, digest = loader.name, snippet.integrity(loader.body)
        modes = notices.read(version).options.consent_modes
    base = f"{settings.public_url}/v1/sites/{key}/"
    click.echo("First in the <head>, before anything that others made:\n")
    _say(base, "loader.js", None, modes)
    click.echo(
        "\nOne frozen release instead, which follows no later publication:\n"
        f"  {_tag(base + frozen, digest)}"
    )


@command.command("bundle")
@click.argument("key")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the files.",
)
@click.option("--base-url", required=True, help="Where the site will serve that folder.")
def bundle(key: str, output: Path, base_url: str) -> None:
    """Write the snippet as static files for the site's own host or CDN.

    Run it again after each publication: parts of before stay, pages that are open still load them.
    """
    base = _base(base_url)
    settings, database = opened()
    with database.reading() as session:
        site = sites.find(session, key)
        loader, parts = snippet.files(session, site, snippet.core(), settings.public_url, base)
        modes = notices.read(notices.in_force(session, site.id)).options.consent_modes
    names = snippet.write(output, loader, parts)
    click.echo(f"{len(names)} files are in {output}, each also as .gz and .br.")
    click.echo(f"Serve them at {base} and put this first into the <head>:\n")
    _say(base, loader.name, loader, modes)
    click.echo(
        f"\nWhere the pages cannot change with each publication, {base}loader.js is the newest; it "
        "carries no integrity value.\nOn another host than the pages the files need the header "
        "Access-Control-Allow-Origin: *"
    )


@command.command("retention")
@click.argument("key")
@click.option("--keep", metavar="PERIOD", help="Set how long records are kept, such as P3Y.")
@click.option("--dry-run", is_flag=True, help="Say what a run would erase now.")
@click.option("--run", "is_run", is_flag=True, help="Erase now what has had its time.")
def retention(key: str, keep: str | None, *, dry_run: bool, is_run: bool) -> None:
    """Say or set how long records are kept. The worker erases older ones once a day.

    A record goes when it is older than the period and has expired, unless a hold keeps it.
    """
    if dry_run and is_run:
        raise click.UsageError("Choose --dry-run or --run.")
    settings, database = opened()
    if keep is not None and not dry_run:
        with database.transaction() as session:
            records.set_period(session, sites.find(session, key), keep)
    with database.reading() as session:
        site = sites.find(session, key)
        due = records.due(session, site, keep)
    click.echo(f"Records of {key} are kept for {site.retention}.")
    if keep is not None and dry_run:
        click.echo(f"With a period of {keep} instead:")
    _say_due(due)
    if is_run:
        _retain(database, Sequencer(database, settings), site, due)


def _say_due(due: records.Due) -> None:
    if due.first and due.last:
        period = f" from {clock.to_text(due.first)} to {clock.to_text(due.last)}"
    else:
        period = ""
    click.echo(f"Older and expired: {due.records} records{period}.")
    if due.held:
        click.echo(f"Kept by holds: {due.held} records as old.")


def _retain(database: Database, sequencer: Sequencer, site: sites.Site, due: records.Due) -> None:
    with database.reading() as session:
        logs = records.logs_of(session, site)
    for log_id in logs:
        sequencer.place(log_id)
    count, last = 0, None
    with tqdm(total=due.records, unit=" records", disable=None, file=sys.stderr) as bar:
        is_full = True
        while is_full:
            with database.transaction() as session:
                batch = records.run_retention(session, site)
            count, last, is_full = count + batch.records, batch.erased or last, batch.is_full
            bar.update(batch.records)
    click.echo(f"Erased: {count} records.")
    if last is not None:
        finish(database, sequencer, last)


def _base(address: str) -> str:
    page = sites.of_page(address)
    if page is None or "?" in address or "#" in address:
        raise click.UsageError(f"--base-url must be an http or https address, not {address!r}.")
    return page[0] + page[1].rstrip("/") + "/"


def _say(base: str, name: str, loader: File | None, modes: tuple[str, ...]) -> None:
    if modes:
        click.echo(f"  <script>{snippet.stub(modes)}</script>")
    digest = snippet.integrity(loader.body) if loader else None
    click.echo(f"  {_tag(base + name, digest)}")
    if modes:
        click.echo(
            "\nA Content-Security-Policy allows the first of them by this source in script-src:\n"
            f"  {snippet.stub_source(modes)}"
        )


def _tag(address: str, digest: str | None) -> str:
    whole = f' integrity="{digest}" crossorigin' if digest else ""
    return f'<script src="{escape(address)}"{whole} async></script>'
