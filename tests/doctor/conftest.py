"""The real service with the demo's site, a shop whose pages a test writes, and ways to look."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from consent import doctor
from consent.config import Settings
from consent.doctor import Finding
from tests.doctor.servers import Shop
from tests.doctor.servers import shop as open_shop
from tests.journeys.town import Town, running_town

# A page with nothing to do, into which a test puts a mistake.
GOOD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{snippet}
{head}
</head>
<body>
{body}
<footer><a href="{service}/privacy/demo" data-consent-open>Cookie Preferences</a></footer>
</body>
</html>
"""

KEYS = ("an-old-key-of-32-characters-1234", "a-new-key-of-32-characters-12345")
LEDGER = "A" * 43 + "="
Look = Callable[..., list[Finding]]


@pytest.fixture(scope="session")
def doctors_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Run the service on SQLite with the demo's notice, whose companies are real ones."""
    folder = tmp_path_factory.mktemp("doctor")
    with running_town(f"sqlite:///{folder}/consent.db", folder) as found:
        yield found


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Open an empty shop."""
    with open_shop() as found:
        yield found


@pytest.fixture
def write(shop: Shop, doctors_town: Town) -> Callable[..., str]:
    """Give a function that writes a page; what is not said is as it should be."""

    def writing(head: str = "", body: str = "", snippet: str | None = None, **more: Any) -> str:
        service = doctors_town.service.url
        tag = f'<script src="{service}/v1/sites/demo/loader.js" async></script>'
        page = GOOD.format(
            snippet=tag if snippet is None else snippet, head=head, body=body, service=service
        )
        return shop.put("/page", page, **more)

    return writing


@pytest.fixture
def look(doctors_town: Town, write: Callable[..., str]) -> Look:
    """Give a function that writes a page and looks at it, with the site's database at hand."""

    def looking(*args: Any, **more: Any) -> list[Finding]:
        return seen(doctors_town, write(*args, **more))

    return looking


def seen(town: Town, url: str, *, here: bool = True, **asked: Any) -> list[Finding]:
    """Look at a page; `here` is where the site's database is."""
    settings = Settings(public_url=town.service.url)
    with town.database.reading() as session:
        return doctor.examine_page(
            doctor.Asked(url, **asked),
            lambda service, key: (
                doctor.released_for(session, settings, key)
                if here and service == settings.public_url
                else None
            ),
        )


def to_do(findings: list[Finding], name: str | None = None) -> list[Finding]:
    """Return what must or should be done."""
    return [
        each
        for each in findings
        if each.status in {"failed", "warning"} and name in {None, each.name}
    ]


def line_of(url: str, shop: Shop, text: str) -> int:
    """Return the line of a page on which a text stands."""
    lines = shop.pages[url.removeprefix(shop.url)].body.decode().splitlines()
    return next(at for at, line in enumerate(lines, 1) if text in line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder for an installation of its own."""
    made = tmp_path / "state"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def here(database, folder, monkeypatch):
    """Set the environment to an installation that is well; the folder of its keys."""
    (folder / "secret_keys").write_text(",".join(KEYS))
    (folder / "ledger_key").write_text(LEDGER)
    for name in ("secret_keys", "ledger_key"):
        (folder / name).chmod(0o600)
    setting(monkeypatch, database_url=database.url, state_dir=str(folder))
    # Nobody listens there: what is asked of the public address is tested beside this.
    setting(monkeypatch, public_url="http://127.0.0.1:9")
    return folder


def setting(monkeypatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"CONSENT_{name.upper()}", value)


def found(name: str, *statuses: str) -> list[str]:
    """Return what is said under a name with one of these statuses; no secret is in any of it."""
    everything = doctor.examine_installation()
    said = json.dumps(doctor.as_values(everything))
    for secret in (*KEYS, LEDGER, "hunter2"):
        assert secret not in said
    return [
        f"{each.text} {each.advice}".strip()
        for each in everything
        if each.name == name and (not statuses or each.status in statuses)
    ]


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate that nobody trusts, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl: not installed, so no certificate can be made")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=shop.example -keyout"
    made = subprocess.run(["openssl", *words.split(), file], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + made.stdout)
    return file


@pytest.fixture
def tls(self_signed: Path) -> Iterator[str]:
    """Give the address of a shop with that certificate."""
    with open_shop(self_signed) as found:
        found.put("/", "<!doctype html><title>Staging</title>")
        yield found.url
