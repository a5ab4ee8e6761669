"""The service is dead: a snippet that is bundled, or in the browser's cache, goes on asking."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from consent import migrate, sites
from consent.db import Database
from consent.records.models import ConsentRecord
from tests.journeys.bundled import PREFIX, shop_with_files
from tests.journeys.town import Town
from tests.journeys.visitor import NOTHING, Visitor
from tests.processes import Service

Arrive = Callable[..., Visitor]


@dataclass(frozen=True)
class Place:
    """A shop with files of its own, and a service that a test may kill."""

    town: Town
    heads: dict[str, str]
    tag: str


@pytest.fixture
def place(tmp_path: Path, sqlite_town: Town) -> Iterator[Place]:
    """Make a site by the documented commands and bundle it; the service is not running."""
    database = Database(f"sqlite:///{tmp_path}/consent.db")
    migrate.upgrade(database)
    files = tmp_path / "files"
    files.mkdir()
    service = Service(database.url, tmp_path)
    with shop_with_files(files) as (origin, heads):
        service.command("site", "create", "shop", "--name", "A shop", "--origin", origin)
        base = f"{origin}/{PREFIX}"
        said = service.command("site", "bundle", "shop", "--output", str(files), "--base-url", base)
        [tag] = re.findall(r"<script src=.*</script>", said)
        with database.reading() as session:
            site = sites.find(session, "shop")
        yield Place(
            replace(sqlite_town, service=service, database=database, shop=origin, site=site),
            heads,
            tag,
        )
    service.stop()
    database.close()


def recorded(place: Place) -> list[ConsentRecord]:
    with place.town.database.reading() as session:
        return list(session.scalars(select(ConsentRecord)))


def test_a_bundled_snippet_asks_and_releases_while_the_service_is_dead(
    arrive: Arrive, place: Place
) -> None:
    place.heads["/"] = place.tag
    visitor = arrive(place.town)
    visitor.expect_trouble("ERR_CONNECTION_REFUSED")
    visitor.open()
    expect(visitor.banner).to_be_visible()
    assert visitor.storage() == NOTHING
    assert visitor.origins() == {place.town.shop}

    visitor.open_center()
    visitor.center.locator("[data-consent-action=details]").first.click()
    expect(visitor.layer("cookies").get_by_role("row").nth(1)).to_be_visible()
    visitor.layer("cookies").locator("[data-consent-action=back]").click()
    visitor.switch("performance").check()
    visitor.press("save")
    assert visitor.page.evaluate("() => window.ran") == ["performance"]

    place.town.service.start()
    visitor.open()
    visitor.settle()
    [record] = recorded(place)
    assert (record.action, record.page) == ("save", f"{place.town.shop}/")


def test_its_integrity_value_lets_no_altered_file_run(arrive: Arrive, place: Place) -> None:
    place.heads["/"] = place.tag
    name = re.findall(r"loader\.[0-9a-f]{16}\.js", place.tag)[0]
    visitor = arrive(place.town)
    visitor.expect_trouble("integrity")
    body = "window.altered = 1"
    visitor.context.route(
        f"**/{name}",
        lambda route: route.fulfill(
            body=body, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"}
        ),
    )
    visitor.open()

    assert visitor.page.evaluate("() => [window.altered, window.ran]") == [None, []]
    visitor.page.goto("about:blank")


def test_a_snippet_in_the_browsers_cache_goes_on_asking_when_the_service_dies(
    arrive: Arrive, place: Place
) -> None:
    service = place.town.service
    service.start()
    place.heads["/"] = f'<script src="{service.url}/v1/sites/shop/loader.js" async></script>'
    visitor = arrive(place.town)
    visitor.expect_trouble("ERR_CONNECTION_REFUSED")
    visitor.open()
    expect(visitor.banner).to_be_visible()
    visitor.settle()
    service.kill()

    visitor.open()
    expect(visitor.banner).to_be_visible()
    visitor.press("accept-all")
    assert visitor.page.evaluate("() => window.ran") == ["performance", "targeting"]
    expect(visitor.page.locator("#film")).to_have_count(1)
    assert recorded(place) == []

    service.start()
    visitor.open()
    visitor.settle()
    assert [record.action for record in recorded(place)] == ["accept_all"]


@pytest.mark.parametrize("how", ["dead", "hanging"])
def test_a_page_is_painted_and_its_tags_wait_when_nobody_answers(
    arrive: Arrive, place: Place, how: str
) -> None:
    with hanging() as address:
        url = address if how == "hanging" else place.town.service.url
        place.heads["/"] = f'<script src="{url}/v1/sites/shop/loader.js" async></script>'
        visitor = arrive(place.town)
        visitor.expect_trouble("ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE")
        page = visitor.page
        page.goto(f"{place.town.shop}/", wait_until="domcontentloaded")
        page.wait_for_function(
            "() => performance.getEntriesByName('first-contentful-paint').length"
        )

        expect(page.get_by_role("heading", name="A shop")).to_be_visible()
        assert page.evaluate("() => document.readyState") in {"interactive", "complete"}
        assert page.evaluate("() => [window.consent, window.ran]") == [None, []]
        if how == "dead":
            blocking = page.evaluate(
                """() => performance.getEntriesByType('resource')
                  .filter(({name}) => name.endsWith('loader.js'))
                  .map(({renderBlockingStatus}) => renderBlockingStatus)"""
            )
            assert blocking == ["non-blocking"]
        assert visitor.storage() == NOTHING
        page.goto("about:blank")


@contextmanager
def hanging() -> Iterator[str]:
    """Listen and never answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
