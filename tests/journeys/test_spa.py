"""The npm package in real programs: React 18 and 19 and Vue 3, server-rendered and hydrated."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.spa import Spa, build, go, hydrate, visit
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

PROGRAMS = ("react-19", "react-18", "vue-3")
PARTS = [Spa(name, "part", loading) for name in PROGRAMS for loading in (False, True)]
# React 18 gives up at any element it does not know in a document that is all its own: there the
# loader comes after the hydration.
WHOLE = [Spa("react-19", "whole", True), Spa("react-18", "whole", True), Spa("react-19", "whole")]
ALL = [*PARTS, *WHOLE]

# The ways that programs differ in while somebody uses them.
WAYS = [Spa("react-19"), Spa("react-18", loading=True), Spa("vue-3"), WHOLE[2]]

# Counts the listeners of the package's store that have come and not gone.
COUNT = """
const live = (window.listening = new Set())
const { add, delete: remove } = Set.prototype
Set.prototype.add = function (value) {
  if (value?.name === 'own') add.call(live, value)
  return add.call(this, value)
}
Set.prototype.delete = function (value) {
  remove.call(live, value)
  return remove.call(this, value)
}
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sites, once."""
    return build(tmp_path_factory.mktemp("spa"))


@pytest.mark.parametrize("spa", ALL, ids=str)
def test_the_banner_stands_in_the_page_before_it_is_hydrated_and_nothing_mismatches(
    visitor: Visitor, folder: Path, spa: Spa
) -> None:
    visit(visitor, folder, spa)
    expect(visitor.banner).to_have_count(0 if spa.loading else 1)

    hydrate(visitor, spa)

    expect(visitor.banner).to_be_visible()
    assert _run(visitor, "hydrated") == []
    assert _run(visitor, "document.body.firstElementChild.id") == "consent-root"
    assert visitor.tags() == []


@pytest.mark.parametrize("spa", ALL, ids=str)
def test_somebody_who_has_decided_gets_the_page_of_the_server_and_then_their_own(
    visitor: Visitor, folder: Path, spa: Spa
) -> None:
    visitor.open("/cookies")
    visitor.press("accept-all")
    visit(visitor, folder, spa)
    assert visitor.tags() == ([] if spa.loading else ["hotjar"])
    expect(_state(visitor)).to_have_text("undecided, not measured")

    hydrate(visitor, spa)

    expect(_state(visitor)).to_have_text("decided, measured")
    assert _run(visitor, "hydrated") == []
    expect(visitor.banner).to_have_count(0)
    assert visitor.tags() == ["hotjar"]


@pytest.mark.parametrize("spa", WAYS, ids=str)
def test_a_component_follows_acceptance_and_withdrawal(
    visitor: Visitor, folder: Path, spa: Spa
) -> None:
    visit(visitor, folder, spa)
    hydrate(visitor, spa)
    go(visitor, "Go to harbours")
    expect(_film(visitor)).to_have_text("Films need your consent.")

    visitor.press("accept-all")
    expect(_state(visitor)).to_have_text("decided, measured")
    expect(visitor.page.locator("iframe#film")).to_be_visible()

    _run(visitor, "client.set({categories: {functional: false}})")
    expect(_film(visitor)).to_have_text("Films need your consent.")
    expect(_state(visitor)).to_have_text("decided, measured")

    # A tag that ran cannot be taken back: the page is loaded again without it.
    go(visitor, "No more")
    hydrate(visitor, spa)
    expect(_state(visitor)).to_have_text("decided, not measured")
    assert visitor.tags() == []


@pytest.mark.parametrize("spa", WAYS, ids=str)
def test_a_new_view_releases_its_own_tags_once_and_asks_nobody_twice(
    visitor: Visitor, folder: Path, spa: Spa
) -> None:
    visit(visitor, folder, spa)
    hydrate(visitor, spa)
    visitor.press("accept-all")
    assert visitor.tags() == ["hotjar"]

    go(visitor, "Go to harbours")

    assert visitor.page.url.endswith("/spa/#harbours")
    assert visitor.tags() == ["hotjar", "microsoft-clarity"]
    expect(visitor.banner).to_have_count(0)

    go(visitor, "Go to today")
    assert visitor.tags().count("microsoft-clarity") == 1
    expect(visitor.banner).to_have_count(0)


@pytest.mark.parametrize("spa", WAYS[:3], ids=str)
def test_a_view_that_comes_and_goes_leaves_no_listener_behind(
    visitor: Visitor, folder: Path, spa: Spa
) -> None:
    visitor.context.add_init_script(COUNT)
    visit(visitor, folder, spa)
    hydrate(visitor, spa)
    at_first = _run(visitor, "listening.size")
    assert at_first > 0

    for _ in range(3):
        go(visitor, "Go to harbours")
        assert _run(visitor, "listening.size") == at_first + 1
        go(visitor, "Go to today")
    assert _run(visitor, "listening.size") == at_first

    _run(visitor, "void site.unmount()")
    visitor.page.wait_for_function("() => listening.size === 0")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_loader_that_is_blocked_is_a_rejected_promise_and_no_error_of_the_page(
    visitor: Visitor, folder: Path, name: str
) -> None:
    visitor.expect_trouble("ERR_BLOCKED_BY_CLIENT")
    visitor.context.route("**/loader.js", lambda route: route.abort("blockedbyclient"))
    spa = Spa(name, loading=True)
    visit(visitor, folder, spa)
    hydrate(visitor, spa)

    load = f"client.load({{service: '{visitor.town.service.url}', site: 'demo'}})"
    said = _run(visitor, f"{load}.catch((error) => error.message)")
    assert said.startswith("The consent loader could not be loaded: http")
    go(visitor, "No more")
    assert visitor.errors == []
    expect(_state(visitor)).to_have_text("undecided, not measured")
    assert _run(visitor, "client.ready().catch(() => 'late')") == "late"

    visitor.context.unroute("**/loader.js")
    assert _run(visitor, f"{load}.then((state) => state === consent.get())") is True
    visitor.settle()
    visitor.press("accept-all")
    expect(_state(visitor)).to_have_text("decided, measured")


def test_loading_adds_one_tag_with_what_was_said(
    arrive: Callable[..., Visitor], folder: Path, town: Town
) -> None:
    visitor = arrive(town)
    visit(visitor, folder, Spa("react-19", loading=True))
    options = f"""{{service: '{town.service.url}/', site: 'demo', language: 'de', region: 'FR',
        layout: 'tab', nonce: 'bm90LWEtc2VjcmV0'}}"""
    same = _run(
        visitor,
        f"Promise.all([client.load({options}), client.load({options})])"
        ".then(([one, two]) => one === two && one === client.getState())",
    )
    visitor.settle()

    assert same is True
    tag = visitor.page.locator("script[src$='/loader.js']")
    expect(tag).to_have_count(1)
    assert tag.evaluate("(tag) => [{...tag.dataset}, tag.nonce, tag.async]") == [
        {"language": "de", "region": "FR", "layout": "tab"},
        "bm90LWEtc2VjcmV0",
        True,
    ]
    assert _run(visitor, "client.getState().region") == "FR"
    expect(visitor.banner).to_contain_text("Alle akzeptieren")


def test_a_frozen_release_is_compared_with_its_hash(
    visitor: Visitor, folder: Path, town: Town
) -> None:
    visitor.expect_trouble("integrity")
    visit(visitor, folder, Spa("react-19", loading=True))
    address = f"{town.service.url}/v1/sites/demo/loader.js"
    wrong = f"{{src: '{address}', integrity: 'sha256-{'A' * 43}='}}"
    assert "could not be loaded" in _run(visitor, f"client.load({wrong}).catch(String)")
    right = _run(
        visitor,
        f"""fetch('{address}').then((answer) => answer.arrayBuffer())
            .then((bytes) => crypto.subtle.digest('SHA-256', bytes))
            .then((hash) => client.load({{src: '{address}',
              integrity: 'sha256-' + btoa(String.fromCharCode(...new Uint8Array(hash)))}}))
            .then((state) => state === consent.get())""",
    )
    assert right is True
    visitor.settle()


def test_a_call_without_an_address_says_what_is_missing(visitor: Visitor, folder: Path) -> None:
    visitor.expect_trouble("load\\(\\) needs the address")
    visit(visitor, folder, Spa("vue-3", loading=True))
    _run(visitor, "void client.load({service: 'https://consent.example'})")
    visitor.settle()

    assert visitor.errors == []
    assert any("load() needs the address" in text for text in visitor.console)


def _state(visitor: Visitor) -> Any:
    return visitor.page.locator("#state")


def _film(visitor: Visitor) -> Any:
    return visitor.page.locator("#film")


def _run(visitor: Visitor, code: str) -> Any:
    return visitor.page.evaluate(f"() => ({code})")
