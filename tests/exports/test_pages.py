"""The pages of a pack, opened from the disk in a browser without a network."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from consent.records import Action
from tests.exports.evidence import decided, pack_of, person_pack, placed, three_days
from tests.journeys import conftest
from tests.journeys.looks import axe

pytestmark = pytest.mark.browser
browser = conftest.browser
# Where somebody who wants to look at the pages has pictures of them.
PICTURES = os.environ.get("CONSENT_TEST_PICTURES")
LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 360, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}
PAGES = ("index", "notices/1", "summary", "contents")


@pytest.fixture
def folder(database, settings, demo, tmp_path) -> Path:
    """Unpack a pack of the site and one of a person side by side."""
    made = three_days(database, settings, demo)
    with database.transaction() as session:
        nothing = {"functional": False, "targeting": False, "performance": False}
        decided(session, demo, made[8].subject_id, action=Action.WITHDRAW, categories=nothing)
    placed(database, settings, demo)
    pack_of(database, settings, demo).extractall(tmp_path / "site")
    subject = made[8].subject_id
    person_pack(database, settings, demo, subject=subject).extractall(tmp_path / "person")
    return tmp_path


@pytest.fixture
def opened(browser: Browser, folder: Path, request) -> Iterator[Page]:
    """Open one page, offline; nothing is asked for but files, and nothing complains."""
    name, look = request.param
    context = browser.new_context(**LOOKS[look])
    context.set_offline(offline=True)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda each: asked.append(each.url))
    page.on("console", lambda each: said.append(each.text))
    page.on("pageerror", lambda each: said.append(str(each)))
    page.goto(path_of(folder, name).as_uri())
    yield page
    if PICTURES:
        target = Path(PICTURES) / f"pack-{name.replace('/', '-')}-{look}.png"
        page.screenshot(path=target, full_page=True)
    assert [each for each in asked if not each.startswith("file:")] == []
    assert said == []
    context.close()


def path_of(folder: Path, name: str) -> Path:
    if name in {"summary", "contents"}:
        return folder / "person" / ("index.html" if name == "contents" else "summary.html")
    return folder / "site" / f"{name}.html"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "opened",
    [(name, look) for name in PAGES for look in LOOKS],
    indirect=True,
    ids=lambda each: "-".join(each).replace("/", "-"),
)
def test_a_page_opens_offline_and_axe_finds_nothing(opened: Page):
    assert opened.locator("h1").count() == 1
    assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert axe(opened) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("opened", [("index", "desktop"), ("summary", "desktop")], indirect=True)
def test_every_link_leads_to_a_file_of_the_pack(opened: Page):
    links = opened.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
    assert links
    for link in links:
        assert link.startswith("file:")
        assert Path(link.removeprefix("file://").partition("#")[0]).is_file(), link


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("opened", [("summary", "dark")], indirect=True)
def test_a_summary_prints_on_white_a4(opened: Page):
    printed = opened.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.9" in printed or b"/MediaBox [0 0 595" in printed
    opened.emulate_media(media="print")
    assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(28, 36, 48)"
    if PICTURES:
        (Path(PICTURES) / "summary.pdf").write_bytes(printed)
