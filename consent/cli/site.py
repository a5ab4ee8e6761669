"""`consent site`: websites whose visitors are asked."""

from html import escape
from pathlib import Path

import click

from consent import ledger, notices, sites, snippet, staff
from consent.cli.context import opened
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
        document = notices.default_document(origin=site.origins[0], language=language)
        notices.draft(session, site, document)
        version = notices.publish(session, site, settings.public_url)
        snippet.release(session, site, version, core, settings.public_url)
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
