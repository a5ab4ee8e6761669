"""`consent site`: websites whose visitors are asked."""

import click

from consent import notices, sites, snippet
from consent.cli.context import opened


@click.group("site")
def command() -> None:
    """Create sites and list them."""


@command.command("create")
@click.argument("key")
@click.option("--name", required=True, help="The name visitors know.")
@click.option("--origin", "origins", multiple=True, required=True, help="https://host[:port]")
@click.option("--language", default="en", show_default=True, help="Default language.")
@click.option("--retention", default="P5Y", show_default=True, help="How long records are kept.")
def create(key: str, name: str, origins: tuple[str, ...], language: str, retention: str) -> None:
    """Make a site and publish the default notice for it, ready to embed."""
    settings, database = opened()
    core = snippet.core()
    with database.transaction() as session:
        site = sites.create(
            session, key, name, list(origins), default_language=language, retention=retention
        )
        document = notices.default_document(origin=site.origins[0], language=language)
        notices.draft(session, site, document)
        version = notices.publish(session, site, settings.public_url)
        snippet.release(session, site, version, core, settings.public_url)
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
