"""The pages around a receipt: in German, on paper, on a phone, either way, without scripts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.looks import Arrive, axe
from tests.journeys.receipts import give, keep, verdict
from tests.journeys.town import Town

A4 = {"format": "A4", "print_background": False}
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_in_german_from_the_history_to_paper_and_check(
    arrive: Arrive, town: Town, tmp_path: Path
) -> None:
    german = arrive(extra_http_headers={"Accept-Language": "de"})
    text = keep(german, tmp_path)["receipt.json"]
    page = german.page
    history = german.center.get_by_role("link", name="My history").get_attribute("href")
    page.goto(history.replace("language=en", "language=de"))
    record = page.locator(".records article").first
    expect(record.get_by_role("link")).to_have_count(3)
    record.get_by_role("link", name="Einen Beleg prüfen").click()
    page.wait_for_url("**/verify?language=de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Einen Beleg prüfen")
    give(page, text)
    assert verdict(page) == "Er ist echt."
    expect(page.locator("[data-result]")).to_contain_text("Was nicht bewiesen ist")
    assert axe(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_receipt_on_paper_is_one_sheet(arrive: Arrive, tmp_path: Path, scheme: str) -> None:
    visitor = arrive(color_scheme=scheme, viewport={"width": 390, "height": 844})
    keep(visitor, tmp_path)
    page = visitor.page
    address = page.evaluate("() => consent.receipt()")
    page.goto(address.replace("receipt.json", "receipt.html"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Receipt: your decision at")
    assert page.evaluate(WIDE) == 0
    assert axe(page) == []
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(**A4)))
    assert sheets == 1


def test_without_javascript_the_page_says_what_it_needs(arrive: Arrive, town: Town) -> None:
    plain = arrive(java_script_enabled=False)
    plain.page.goto(f"{town.service.url}/verify")
    expect(plain.page.get_by_text("This page needs JavaScript")).to_be_visible()
    expect(plain.page.locator("form")).to_be_hidden()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_page_fits_a_phone_from_either_side(
    arrive: Arrive, town: Town, tmp_path: Path, direction: str
) -> None:
    visitor = arrive(viewport={"width": 320, "height": 640})
    text = keep(visitor, tmp_path)["receipt.json"]
    page = visitor.page
    page.goto(f"{town.service.url}/verify")
    page.evaluate("(direction) => { document.documentElement.dir = direction }", direction)
    for changed in (text, text.replace("Functional", "Functionel", 1)):
        give(page, changed)
        for fold in page.locator("details").all():
            fold.evaluate("(each) => { each.open = true }")
        assert page.evaluate(WIDE) == 0
        assert axe(page) == []
