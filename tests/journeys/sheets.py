"""A contact sheet of each walk: its steps, numbered and captioned, in one picture."""

import base64
import json
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.journeys.looks import dialog
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor
from tests.journeys.walk import LOOKS, Walk

LARGEST = 450_000
QUALITIES = (75, 70, 65, 60, 55, 50)
TITLES = {
    "mouse": "By mouse",
    "keyboard": "By keyboard alone",
    "phone": "On a phone",
    "rtl": "From right to left",
}
# How many pictures stand in a row, and how wide each is; what is shown of a wide screen.
GRIDS = {"phone": (7, 260)}
MIDDLE: Any = {"x": 190, "y": 0, "width": 900, "height": 800}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 24px; background: #f3f4f7; color: #1c2430; font: 16px/1.35 system-ui }}
h1 {{ margin: 0 0 16px; font-size: 26px }}
main {{ display: grid; grid-template-columns: repeat({columns}, {width}px); gap: 20px }}
figure {{ margin: 0; display: grid; grid-row: span 2; grid-template-rows: subgrid; gap: 6px }}
img {{ width: 100%; box-sizing: border-box; border: 1px solid #9aa3b2 }}
kbd {{ font: inherit; color: #566070; margin-left: 4px }}
</style><h1>{title}</h1><main>{figures}</main>"""
FIGURE = """<figure><figcaption><b>{number}</b> {caption} <kbd>{keys}</kbd></figcaption>
<img src="data:image/png;base64,{picture}"></figure>"""
PAPER = """<!doctype html><meta charset="utf-8"><style>
pre {{ font: clamp(14px, 2.3vw, 21px)/1.5 monospace }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere }}
</style><pre>{}</pre>"""


def make_sheet(browser: Browser, town: Town, kind: str, folder: Path) -> None:
    """Walk and write down what was seen."""
    columns, width = GRIDS.get(kind, (4, 440))
    visitor = Visitor(browser, town, **LOOKS[kind], reduced_motion="reduce")
    walk = Walk(visitor, kind)
    figures = []
    for number, caption in enumerate(walk.steps(), 1):
        picture = _receipt(browser, walk) if walk.receipt else _screen(visitor)
        coded = base64.b64encode(picture).decode()
        keys = escape(walk.hand.told())
        figures.append(FIGURE.format(number=number, caption=caption, keys=keys, picture=coded))
    visitor.leave()
    page = PAGE.format(columns=columns, width=width, title=TITLES[kind], figures="".join(figures))
    _print(browser, page, columns * (width + 20) + 28, folder / f"walk-{kind}.jpg")


def _screen(visitor: Visitor) -> bytes:
    """Show the middle of a wide screen; all of it where the shop is seen by itself."""
    visitor.settle()
    size = visitor.page.viewport_size
    wide = size is not None and size["width"] >= MIDDLE["width"]
    alone = visitor.page.url.startswith(visitor.town.shop) and not dialog(visitor).count()
    clip = MIDDLE if wide and not alone else None
    return visitor.page.screenshot(animations="disabled", clip=clip)


def _receipt(browser: Browser, walk: Walk) -> bytes:
    """Show what stands in the file that was saved."""
    size = walk.page.viewport_size
    assert size is not None
    width = min(size["width"], MIDDLE["width"])
    page = browser.new_page(viewport={"width": width, "height": size["height"]})
    page.set_content(PAPER.format(escape(json.dumps(walk.receipt, indent=2, ensure_ascii=False))))
    picture = page.screenshot()
    page.close()
    return picture


def _print(browser: Browser, content: str, width: int, file: Path) -> None:
    """Write a page as the best picture that is small enough."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(content, wait_until="load")
    for quality in QUALITIES:
        page.screenshot(path=file, full_page=True, type="jpeg", quality=quality)
        if file.stat().st_size <= LARGEST:
            break
    page.close()
