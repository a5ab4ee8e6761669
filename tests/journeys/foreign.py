"""Style sheets of others: what sites put into their pages, and what a page that shouts says."""

import re
from pathlib import Path

from playwright.sync_api import Route

from tests.journeys.visitor import Visitor

FOLDER = Path(__file__).parents[2] / "node_modules"
FILES = {
    "bootstrap": FOLDER / "bootstrap" / "dist" / "css" / "bootstrap.min.css",
    "tailwind": FOLDER / "tailwindcss" / "preflight.css",
    "bulma": FOLDER / "bulma" / "css" / "bulma.min.css",
    "pico": FOLDER / "@picocss" / "pico" / "css" / "pico.min.css",
}
SHOUTING = """
* {
  all: unset !important; display: block !important; position: static !important;
  float: left !important; box-sizing: content-box !important;
  width: 40px !important; height: 40px !important; min-height: 0 !important;
  max-width: 99px !important; margin: 9px !important; padding: 21px !important;
  border: 5px dashed red !important; border-radius: 0 !important;
  color: rgb(250, 0, 250) !important; background: rgb(250, 250, 0) !important;
  font: italic 400 31px/3 serif !important; letter-spacing: 7px !important;
  text-transform: uppercase !important; text-decoration: line-through !important;
  list-style: square inside !important; text-align: right !important;
  overflow: visible !important; white-space: pre !important; word-spacing: 20px !important;
  outline: 9px solid red !important; box-shadow: none !important; z-index: -1 !important;
}
body * ::before, body * ::after {
  content: "!" !important; display: block !important; color: red !important; margin: 9px !important;
}
::placeholder { color: red !important; opacity: 0.1 !important; }
::backdrop { background: red !important; }
html { font-size: 16px !important; }
html, body, body > :not(#consent-root) { width: auto !important; max-width: none !important; }
body * {
  opacity: 0.3 !important; visibility: hidden !important; transform: scale(0.5) !important;
  filter: blur(3px) !important; pointer-events: none !important; clip-path: inset(50%) !important;
}
"""
ALL = (*FILES, "shouting")


def missing() -> list[str]:
    """Return the style sheets that are not installed."""
    return [name for name, path in FILES.items() if not path.exists()]


def text(name: str) -> str:
    """Return a style sheet; none for the plain page."""
    if name == "plain":
        return ""
    if name == "shouting":
        return SHOUTING
    # The shop's policy lets no picture come out of a style sheet.
    return re.sub(r"""url\(("[^"]*"|'[^']*'|[^)]*)\)""", "none", FILES[name].read_text("utf-8"))


def dress(visitor: Visitor, name: str) -> None:
    """Put a style sheet in place of the shop's own."""

    def answer(route: Route) -> None:
        own = route.request.url.endswith("/shop.css")
        route.fulfill(content_type="text/css", body=text(name) if own else "")

    visitor.context.route("**/assets/*.css", answer)
