"""AN INSTALLATION, LOOKED AT: each check stands alone, so that none hides another."""

from collections.abc import Callable, Iterable

from consent import config, snippet
from consent.config import PREFIX
from consent.doctor.findings import Finding, failed, ok
from consent.doctor.installation import databases, keys, limits, postgresql, public, sqlite
from consent.doctor.installation.clocks import clocks
from consent.doctor.installation.subject import Installation, with_kept_keys
from consent.errors import SettingError, SnippetMissingError

Check = Callable[[Installation], Iterable[Finding]]


def _database(installation: Installation) -> Iterable[Finding]:
    is_file = installation.settings.database_url.startswith("sqlite")
    return (sqlite.sqlite if is_file else postgresql.postgresql)(installation)


CHECKS: tuple[Check, ...] = (
    databases.migrations,
    _database,
    keys.keys,
    keys.folder,
    clocks,
    limits.limits,
    public.public,
)


def examine() -> list[Finding]:
    """Look at the installation that the environment describes, in a moment and writing nothing."""
    found = [_snippet()]
    try:
        settings = config.load()
    except SettingError as error:
        wrong = failed("settings", str(error), "Nothing else can be looked at before.")
        return [wrong, *found]
    found.insert(0, ok("settings", f"All {PREFIX}* variables can be read."))
    database, said = databases.opened(settings)
    found.append(said)
    installation = Installation(with_kept_keys(settings), database)
    try:
        for check in CHECKS:
            found += _alone(check, installation)
    finally:
        if database is not None:
            database.close()
    return found


def _alone(check: Check, installation: Installation) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(check(installation))
    except Exception as error:  # noqa: BLE001 - one check that fails must not hide the others
        name = getattr(check, "__name__", "check").strip("_")
        found.append(
            failed(name, f"This could not be looked at ({type(error).__name__}).", "Run it again.")
        )
    return found


def _snippet() -> Finding:
    try:
        snippet.core()
    except SnippetMissingError as error:
        return failed("snippet", str(error))
    return ok("snippet", "The snippet is built.")
