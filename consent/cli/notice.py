"""`consent notice`: a whole notice as one JSON file, looked at, compared and published."""

import json
import sys
from typing import Any, BinaryIO

import click

from consent import ledger, notices, sites, snippet, staff
from consent.cli.context import opened
from consent.errors import InvalidFieldsError, NoticeError

MOST_BYTES = 4 * 1024 * 1024


@click.group("notice")
def command() -> None:
    """Carry notices in and out, look at them, compare them."""


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--site", "site_key", required=True, help="The site's key.")
@click.option("--publish", is_flag=True, help="Publish it at once.")
@click.option("--reason", help="Why it is published; kept with the version.")
@click.option(
    "--ask-again",
    type=click.Choice([each.value for each in notices.AskAgain]),
    default=notices.AskAgain.NOBODY.value,
    show_default=True,
    help="Who decides once more: nobody, everybody, or whoever agreed to less than it says now.",
)
@click.option("--override", multiple=True, metavar="RULE=REASON", help="Publish against a rule.")
def import_file(  # noqa: PLR0913 - an option each
    file: BinaryIO,
    site_key: str,
    *,
    publish: bool,
    reason: str | None,
    ask_again: str,
    override: tuple[str, ...],
) -> None:
    """Keep a notice file as the site's draft; with --publish make it the next version."""
    settings, database = opened()
    data = _read(file)
    terms: dict[str, Any] = {
        "reason": reason,
        "ask_again": ask_again,
        "overrides": _overrides(override),
        "actor": staff.COMMAND_LINE,
    }
    with database.transaction() as session:
        site = sites.find(session, site_key)
        notices.draft(session, site, data)
        version = notices.publish(session, site, settings.public_url, **terms) if publish else None
        if version:
            snippet.release(session, site, version, snippet.core(), settings.public_url)
        else:
            log_id = ledger.log_id_of(session, site.id)
            staff.note(session, log_id, "notice.draft", {"site": site.key})
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


@command.command("lint")
@click.argument("file", type=click.File("rb"))
@click.option("--language", "languages", multiple=True, help="A language that it must have.")
def lint(file: BinaryIO, languages: tuple[str, ...]) -> None:
    """Look at a notice file by the rules of regulators; status 1 where one refuses it."""
    findings = notices.lint(notices.checked(_read(file)), languages=languages)
    for each in findings:
        place = ".".join(map(str, each.path))
        measured = f" ({each.measured})" if each.measured else ""
        click.echo(f"{each.level}  {each.rule}  {place}{measured}\n  {each.message}")
        click.echo(f"  {each.source}")
    if any(each.level == "refuse" for each in findings):
        sys.exit(1)
    click.echo("Nothing in it is refused.")


@command.command("diff")
@click.argument("file", type=click.File("rb"))
@click.option("--site", "site_key", required=True, help="The site's key.")
@click.option("--version", "number", type=int, help="Against an older version than the newest.")
def diff(file: BinaryIO, site_key: str, number: int | None) -> None:
    """Say in words what a notice file would change; a star marks what goes further."""
    after = notices.completed(notices.checked(_read(file)))
    _, database = opened()
    with database.reading() as session:
        site = sites.find(session, site_key)
        if number is None:
            version = notices.in_force(session, site.id)
        else:
            version = notices.published_or_refuse(session, site.id, number)
    before: Any = ledger.parse(version.document)
    changes = notices.diff(before, after)
    for each in changes:
        click.echo(f"{'*' if each.matters else ' '} {each.kind:8}{each.what}")
        if each.kind == "changed":
            click.echo(f"           {_short(each.before)} -> {_short(each.after)}")
    if not changes:
        click.echo("It says the same.")


def _read(file: BinaryIO) -> object:
    try:
        return ledger.parse(file.read(MOST_BYTES))
    except ledger.NotCanonicalError as error:
        raise NoticeError({"file": str(error)}) from error


def _overrides(given: tuple[str, ...]) -> dict[str, str]:
    found = dict(each.partition("=")[::2] for each in given)
    if not all(found.values()):
        raise InvalidFieldsError({"override": "Give each as RULE=REASON."})
    return found


def _short(text: str | None) -> str:
    if text is None:
        return "-"
    return text if len(text) <= 60 else text[:59] + "…"
