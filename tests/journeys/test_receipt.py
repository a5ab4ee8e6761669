"""A visitor keeps the receipt, checks it with the network off, and prints it."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looks import axe
from tests.journeys.receipts import Files, failing, give, keep, reasons, verdict
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

# Changes single characters of a file and asks the page's own modules what they make of it.
CHANGED = """async ({text, rounds}) => {
  const {check} = await import(document.querySelector('script[src]').src.replace('page.js', 'check.js'))
  const {keys} = JSON.parse(document.querySelector('form').dataset.verify)
  const known = keys.map((key) => ({public: Uint8Array.from(atob(key), (c) => c.charCodeAt(0)), name: null}))
  const alphabet = 'aZ09+/="{}:, \\n'
  const found = []
  for (let round = 0; round < rounds; round++) {
    const at = Math.floor((round + 0.5) * text.length / rounds)
    const char = alphabet[round % alphabet.length]
    const changed = text.slice(0, at) + char + text.slice(round % 2 ? at : at + 1)
    if (changed === text) continue
    const {verdict, receipt} = await check(changed, known)
    if (verdict !== 'fails') found.push({at, char, verdict, spelled: receipt.spelled})
  }
  return found
}"""  # noqa: E501 - a script reads better whole


@pytest.fixture
def kept(visitor: Visitor, tmp_path: Path) -> Files:
    """Give the receipts of a visitor who accepted all."""
    return keep(visitor, tmp_path)


@pytest.fixture
def checker(visitor: Visitor, town: Town) -> Iterator[Page]:
    """Open the page and take the network away; nothing more is asked for."""
    page = visitor.page
    page.goto(f"{town.service.url}/verify")
    page.locator("form[data-verify]").wait_for()
    visitor.settle()
    before = len(visitor.requests)
    visitor.context.set_offline(True)
    yield page
    asked = [each.url for each in visitor.requests[before:] if not each.url.startswith("data:")]
    assert asked == []


def test_a_receipt_that_was_saved_holds_with_the_network_off(kept: Files, checker: Page) -> None:
    for name, text in kept.items():
        give(checker, text, name)
        assert verdict(checker) == "It holds."
        expect(checker.locator(".steps > .holds")).to_have_count(7 if name.endswith("json") else 5)
        expect(checker.locator(".verdict h2")).to_be_focused()
        expect(checker.get_by_text("Spaces, line breaks")).to_have_count(0)
        assert axe(checker) == []
    give(checker, kept["receipt.json"])
    said = checker.locator("[data-result]").inner_text()
    for words in (
        "What is proved",
        "What is not proved",
        "which came with this page",
        "Harbour Goods",
        "Accepted all",
        "Functional, Targeting, Performance",
    ):
        assert words in said, words


def _evidence(name: str, old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        document: dict[str, Any] = json.loads(text)
        evidence = document["consent:evidence"]
        assert re.search(old, evidence[name])
        evidence[name] = re.sub(old, new, evidence[name], count=1)
        return json.dumps(document)

    return edit


def _other(found: re.Match[str]) -> str:
    return found.group(1) + ("B" if found.group(2) == "A" else "A")


# What is changed, which steps fail, and what the page says.
CHANGES: list[tuple[Callable[[str], str], list[str], str]] = [
    (
        lambda text: text.replace('{"@id":"dpv:ConsentGiven"}', '{"@id":"dpv:ConsentRefused"}', 1),
        ["words", "agreement"],
        "The choice was changed: Functional.",
    ),
    (
        lambda text: text.replace('"consent":true', '"consent":false', 1),
        ["words", "agreement"],
        "What a company may do was changed: ",
    ),
    (
        _evidence("proof", r"(index \d+\n)(.)", _other),  # type: ignore[arg-type]
        ["place"],
        "The proof was changed in one of the lines 2 to ",
    ),
    (
        _evidence("proof", r"(— \S+ .{20})(.)", _other),  # type: ignore[arg-type]
        ["signature"],
        "The signature of ",
    ),
    (
        _evidence("salt", r"(^)(.)", _other),  # type: ignore[arg-type]
        ["opening"],
        "The decision was changed, or its salt",
    ),
    (
        _evidence("payload", '"targeting":true', '"targeting":false'),
        ["opening"],
        "The decision was changed, or its salt",
    ),
    (lambda text: text[:-40], ["file"], "It cannot be read from line 1"),
    (
        lambda text: text.replace('"@id":', '"@id":"x","@id":', 1),
        ["file"],
        "A name stands there twice",
    ),
]


@pytest.mark.parametrize(("edit", "steps", "why"), CHANGES)
def test_one_change_fails_and_the_page_says_where(
    kept: Files, checker: Page, edit: Callable[[str], str], steps: list[str], why: str
) -> None:
    changed = edit(kept["receipt.json"])
    assert changed != kept["receipt.json"]
    give(checker, changed)
    assert verdict(checker) == "It does not hold."
    assert failing(checker) == steps
    assert why in reasons(checker)
    expect(checker.get_by_text("What is proved")).to_have_count(0)
    assert axe(checker) == []


def test_no_single_character_can_be_changed(kept: Files, checker: Page) -> None:
    for text in kept.values():
        found = checker.evaluate(CHANGED, {"text": text, "rounds": 300})
        assert all(not each["spelled"] and each["char"].isspace() for each in found), found


def test_a_file_saved_anew_holds_and_the_page_says_that_it_was(kept: Files, checker: Page) -> None:
    give(checker, json.dumps(json.loads(kept["receipt.json"]), indent=2))
    assert verdict(checker) == "It holds."
    expect(checker.get_by_text("Spaces, line breaks")).to_be_visible()


def test_what_is_pasted_or_dropped_is_checked_too(kept: Files, checker: Page) -> None:
    checker.get_by_text("Or paste the text of the file").first.click()
    checker.locator("#text").fill(f"\n{kept['receipt.tlog-proof'].strip()}")
    checker.get_by_role("button", name="Check the text").click()
    expect(checker.locator(".verdict.holds")).to_contain_text("the text you pasted")
    expect(checker.get_by_text("Spaces, line breaks")).to_be_visible()

    drop = """(text) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([text], 'dropped.json'))
      document.body.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}))
    }"""  # noqa: E501
    checker.evaluate(drop, kept["receipt.json"].replace("Functional", "Functionel", 1))
    expect(checker.locator(".verdict.fails")).to_contain_text("dropped.json")


def test_bytes_that_are_no_text_are_no_receipt(checker: Page) -> None:
    file = {"name": "picture.json", "mimeType": "image/png", "buffer": b"{\xff\xfe"}
    checker.set_input_files("#file", file)
    expect(checker.locator(".verdict.fails")).to_be_visible()
    assert "It is no text" in reasons(checker)


def test_a_key_from_elsewhere_counts_alone(kept: Files, checker: Page) -> None:
    give(checker, kept["receipt.json"])
    checker.get_by_text("For experts").click()
    row = checker.locator(".facts div", has_text="Key of this service for this log")
    vkey = row.locator("dd").inner_text()

    checker.get_by_text("Whose signature counts").click()
    own = checker.get_by_label("A key that you have from elsewhere")
    own.fill(vkey)
    own.blur()
    expect(checker.locator("[data-result]")).to_contain_text("which you gave")
    assert verdict(checker) == "It holds."

    vectors = json.loads((Path(__file__).parents[1] / "data/tlog-public.json").read_text())
    own.fill(vectors["signed_note"]["vkey"])
    own.blur()
    expect(checker.locator(".verdict")).to_have_class("verdict fails")
    assert "The signature is not of this service" in reasons(checker)

    own.fill("nonsense")
    own.blur()
    expect(checker.get_by_role("alert")).to_have_text("This is no key: nonsense")
    expect(checker.locator("[data-result]")).to_be_hidden()
    assert axe(checker) == []


def test_a_browser_without_ed25519_does_not_say_that_it_holds(
    visitor: Visitor, kept: Files, town: Town
) -> None:
    visitor.page.add_init_script(
        """const real = crypto.subtle.importKey.bind(crypto.subtle)
        crypto.subtle.importKey = (form, key, algorithm, ...rest) =>
          algorithm.name === 'Ed25519'
            ? Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError'))
            : real(form, key, algorithm, ...rest)"""
    )
    page = visitor.page
    page.goto(f"{town.service.url}/verify")
    give(page, kept["receipt.json"])
    assert verdict(page) == "It could not be checked in full."
    assert "cannot check Ed25519" in reasons(page)
    expect(page.get_by_text("What is proved")).to_have_count(0)
    assert axe(page) == []
