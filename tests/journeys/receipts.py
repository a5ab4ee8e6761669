"""Receipts in a visitor's hands: saved from the center, given to the page that checks them."""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect

from tests.journeys.visitor import Visitor

Files = dict[str, str]


def keep(visitor: Visitor, folder: Path) -> Files:
    """Choose in the banner, save the receipt from the center; return both files' texts."""
    visitor.open("/")
    visitor.press("accept-all")
    center = visitor.open_center()
    link = center.locator('[data-consent-action="receipt"]')
    with visitor.page.expect_download() as download:
        link.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert re.fullmatch(r"receipt-[0-9a-f-]{36}\.json", path.name)
    address = visitor.page.evaluate("() => consent.receipt()")
    proof = visitor.context.request.get(address.replace("receipt.json", "receipt.tlog-proof"))
    return {"receipt.json": path.read_text(), "receipt.tlog-proof": proof.text()}


def give(page: Page, text: str, name: str = "receipt.json") -> None:
    """Choose a file."""
    file = {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    page.set_input_files("#file", file)
    expect(page.get_by_text(f"{name}", exact=False).last).to_be_visible()
    page.locator(".verdict").wait_for()


def verdict(page: Page) -> str:
    """Return what the page says, without the mark."""
    return page.locator(".verdict h2").inner_text()[2:]


def failing(page: Page) -> list[str]:
    """Return the steps that fail."""
    found = page.locator(".steps > .fails")
    return [str(found.nth(at).get_attribute("data-step")) for at in range(found.count())]


def reasons(page: Page) -> str:
    """Return why."""
    return "\n".join(page.locator(".steps .why").all_inner_texts())


# ---- on the way to a picture


def on_paper(visitor: Visitor) -> None:
    """Show a receipt as it is printed, down to the foot of the sheet."""
    visitor.open("/")
    visitor.press("open-center")
    visitor.switch("performance").check()
    visitor.press("save")
    address = visitor.page.evaluate("() => consent.receipt()")
    visitor.page.emulate_media(media="print")
    visitor.page.goto(address.replace("receipt.json", "receipt.html"))
    visitor.page.locator(".leads-back").evaluate("(each) => each.scrollIntoView(false)")
    visitor.settle()


def that_holds(visitor: Visitor) -> None:
    """Check a receipt as it was saved."""
    _checked(visitor, lambda text: text)


def that_fails(visitor: Visitor) -> None:
    """Check a receipt in which a choice was changed."""
    _checked(visitor, lambda text: text.replace('"consent":true', '"consent":false', 1))


def _checked(visitor: Visitor, edit: Callable[[str], str]) -> None:
    with TemporaryDirectory() as folder:
        text = keep(visitor, Path(folder))["receipt.json"]
    visitor.page.goto(f"{visitor.town.service.url}/verify")
    give(visitor.page, edit(text))
    visitor.page.locator(".drop").evaluate("(each) => each.scrollIntoView()")
