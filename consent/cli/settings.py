"""`consent settings`: every setting, its value, where it comes from and what it means."""

import os
from dataclasses import fields

import click
from sqlalchemy.engine import make_url

from consent import config


@click.command("settings")
def command() -> None:
    """Print every setting; secrets are masked."""
    loaded = config.load()
    for item in fields(config.Settings):
        name = config.PREFIX + item.name.upper()
        value = getattr(loaded, item.name)
        shown = _masked(item.name, value) if item.metadata["secret"] and value else value
        click.echo(f"{name}={shown if shown not in ('', ()) else '(unset)'}")
        click.echo(f"    {item.metadata['about']} From: {_source(name)}.")


def _masked(name: str, value: str) -> str:
    # Where the database is may be seen; who opens it may not.
    return make_url(value).render_as_string() if name == "database_url" else "***"


def _source(name: str) -> str:
    if name in os.environ:
        return "environment"
    return f"the file in {name}_FILE" if name + "_FILE" in os.environ else "default"
