"""`consent restore`: a backup into an empty place, checked before and after."""

import sys
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from consent import backups, clock, config
from consent.cli.backup import cleaned_up_when_ended, holds, shown


def _database_url(_context: click.Context, _option: click.Parameter, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        name = make_url(url).drivername
    except (ArgumentError, ValueError):
        name = ""
    if name not in {"sqlite", "postgresql+psycopg"}:
        raise click.BadParameter("give sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME.")
    return url


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--database-url", callback=_database_url, help="Where to; otherwise CONSENT_DATABASE_URL."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(file: Path, database_url: str | None, *, yes: bool) -> None:
    """Restore a backup into an empty database; every byte of it is checked first."""
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("Nobody can be asked here: add --yes.")
    settings = config.load()
    url = database_url or settings.database_url
    near = backups.target_folder(url)
    with cleaned_up_when_ended(), backups.unpacked(file, near, shown) as found:
        manifest = found.manifest
        backups.refuse_unfit(manifest, url)
        click.echo(f"The backup of {clock.to_text(manifest.made_at)} holds {holds(manifest)}.")
        if not yes:
            click.confirm(f"Restore it to {backups.place(url)}?", abort=True)
        restored = backups.restore(settings, url, found, shown)
    click.echo(f"Restored to {backups.place(url)}, counted again: the same.")
    for name, count in restored.facts.counts.items():
        click.echo(f"  {name:<20}{count:>12,}")
    _say_keys(settings.state_dir, restored)
    first = "`consent upgrade`, then " if restored.needs_upgrade else ""
    click.echo(f"Next: {first}`consent serve` with CONSENT_DATABASE_URL naming this database.")


def _say_keys(folder: str, restored: backups.Restored) -> None:
    for key, kept in restored.keys.items():
        click.echo(f"Key {key}: {kept.value}.")
        if kept is backups.Kept.OTHER:
            click.echo(
                f"Warning: what was signed before does not open with the {key} that is in force.",
                err=True,
            )
    for key in restored.missing_keys:
        click.echo(
            f"Warning: put the old {key} into {folder}/ before the next start, which otherwise "
            "makes a new one that opens nothing of what was restored.",
            err=True,
        )
