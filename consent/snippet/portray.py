"""Pictures of a version in a real browser, and what it measures of the three buttons.

The page is made up, and so is its network: every request is answered from memory, names resolve to
nothing. The loader is the one that publishing releases, but for the addresses in it. Playwright is
an extra (`scan`); without it, or without a browser, a plain word says so.

Playwright runs in a process of its own: whoever looks may end at any moment (threads of a driver
would take the interpreter down with them), and a browser that hangs is ended with it.
"""

import importlib
import importlib.util
import multiprocessing
import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from consent import logs, notices
from consent.notices import NoticeVersion, Portrait
from consent.sites import Site
from consent.snippet.bundle import Published, bundle
from consent.snippet.core import Core

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

log = logs.logger(__name__)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "No pictures: no browser is installed."
NOT_WANTED = "No pictures: they are switched off."
NOT_SHOWN = "No pictures: the banner did not appear."
FAILED = "No pictures: the browser failed."
TOO_LONG = "No pictures: the browser took too long."
SERVICE = "https://consent.invalid/"
SIZES = {"desktop": (1280, 800), "phone": (360, 740)}
PATIENCE_MS = 10_000
# A quiet machine needs 3 s.
MOST_SECONDS = 120.0
BANNER = "#consent-root [data-consent-layer=banner]"
BUTTONS = ("accept-all", "reject-all", "open-center")
# Of two buttons side by side; rounding of pixels is less.
MOST_TIMES = 1.1
READABLE = 4.5

_LOOK = """names => Object.fromEntries(names.map(name => {
  const each = document.querySelector(`#consent-root [data-consent-action="${name}"]`);
  if (!each) return [name, null];
  const { width, height, top, left } = each.getBoundingClientRect();
  const { color, backgroundColor, fontSize, fontWeight } = getComputedStyle(each);
  return [name, { width, height, top, left, color, backgroundColor, fontSize, fontWeight,
    inView: top >= 0 && top + height <= innerHeight }];
}))"""


@dataclass(frozen=True)
class Sitting:
    """All that a browser needs: the page's address, language and title, and the files by name."""

    address: str
    language: str
    title: str
    loader: str
    files: Mapping[str, tuple[str, bytes]]


def sitting(session: Session, version: NoticeVersion, core: Core) -> Sitting:
    """Gather what is needed to look at a version."""
    site = session.get_one(Site, version.site_id)
    notice = notices.read(version)
    published = Published(
        site_key=site.key,
        site_name=site.name,
        public_url=SERVICE.rstrip("/"),
        version=version.version,
        digest=version.digest,
        notice=notice,
        created_at=version.created_at,
        since=notices.listed_since(session, version),
        files_url=SERVICE,
    )
    loader, parts = bundle(published, core)
    files = {each.name: (each.media_type, each.body) for each in (loader, *parts)}
    return Sitting(f"{site.origins[0]}/", notice.default_language, site.name, loader.name, files)


def portray(sat: Sitting, wanted: str | None = None) -> Portrait:
    """Look at a version with the browser that is wanted, or one that is found; never raises."""
    if wanted == "off":
        return Portrait(NOT_WANTED)
    path = wanted or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path or importlib.util.find_spec("playwright") is None:
        return Portrait(NO_BROWSER)
    # Not a fork: the worker has threads, and connections that are its own.
    spawn = multiprocessing.get_context("spawn")
    answers, answer = spawn.Pipe(duplex=False)
    beside = spawn.Process(target=_beside, args=(answer, path, sat), daemon=True)
    with answers:
        beside.start()
        answer.close()
        try:
            return answers.recv() if answers.poll(MOST_SECONDS) else Portrait(TOO_LONG)
        except EOFError:
            return Portrait(FAILED)
        finally:
            # The driver hears nothing more from whom it serves, and ends its browser within 30 s.
            beside.kill()
            beside.join()


def _beside(answer: "Connection[Portrait, Portrait]", path: str, sat: Sitting) -> None:
    # Ctrl-C in a terminal reaches everybody there; the one who looks ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    playwright = importlib.import_module("playwright.sync_api")
    try:
        answer.send(_portrait(playwright, path, sat))
    except playwright.Error as error:
        log.warning("A version could not be looked at", reason=str(error).partition("\n")[0])
        answer.send(Portrait(FAILED))


def _portrait(playwright: Any, path: str, sat: Sitting) -> Portrait:
    pictures: dict[str, bytes] = {}
    measured: dict[str, Any] = {}
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path,
            # Root has no sandbox to run in.
            chromium_sandbox=os.geteuid() != 0,
            args=["--host-resolver-rules=MAP * ~NOTFOUND"],
        )
        measured["browser"] = browser.version
        for device in SIZES:
            page = _open(browser, device, sat)
            if page is None:
                return Portrait(NOT_SHOWN, measured=measured)
            pictures[device] = page.screenshot(animations="disabled")
            measured[device] = page.evaluate(_LOOK, list(BUTTONS))
            page.context.close()
            measured[device]["presses"] = {
                name: _presses(browser, device, sat, name) for name in BUTTONS[:2]
            }
        browser.close()
    found = [each for device in SIZES for each in _findings(device, measured[device])]
    return Portrait(notices.TAKEN, pictures, {**measured, "findings": found})


def _open(browser: Any, device: str, sat: Sitting) -> Any:
    """Return a page on which the banner stands, or None where it does not come."""
    width, height = SIZES[device]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=sat.language,
        color_scheme="light",
        reduced_motion="reduce",
        service_workers="block",
    )
    context.route("**/*", lambda route: _answer(route, sat))
    page = context.new_page()
    page.goto(sat.address)
    found = page.locator(BANNER)
    try:
        found.wait_for(timeout=PATIENCE_MS)
    except importlib.import_module("playwright.sync_api").TimeoutError:
        context.close()
        return None
    return page


def _answer(route: Any, sat: Sitting) -> None:
    url = route.request.url
    name = urlsplit(url).path.rpartition("/")[2]
    if url == sat.address:
        route.fulfill(content_type="text/html; charset=utf-8", body=_page(sat))
    elif url.startswith(SERVICE) and name in sat.files:
        media_type, body = sat.files[name]
        headers = {"Content-Type": media_type, "Access-Control-Allow-Origin": "*"}
        route.fulfill(headers=headers, body=body)
    else:
        route.abort()


def _page(sat: Sitting) -> str:
    return (
        f'<!doctype html><html lang="{escape(sat.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(sat.title)}</title><script src="{SERVICE}{escape(sat.loader)}"></script>'
        "</head><body></body></html>"
    )


def _presses(browser: Any, device: str, sat: Sitting, name: str) -> int:
    """Return how many presses a button of the first layer needs until the banner is gone."""
    page = _open(browser, device, sat)
    page.locator(f'{BANNER} [data-consent-action="{name}"]').click()
    try:
        page.locator(BANNER).wait_for(state="detached", timeout=PATIENCE_MS // 5)
    except importlib.import_module("playwright.sync_api").TimeoutError:
        return 2
    finally:
        page.context.close()
    return 1


def _findings(device: str, seen: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is unequal or unreadable; the rules are those of the linter, measured."""
    accept, reject = (seen.get(name) for name in BUTTONS[:2])
    if not accept or not reject:
        return [_finding(device, "A button of the first layer is missing.", "")]
    found = []
    one, other = (each["width"] * each["height"] for each in (accept, reject))
    if max(one, other) > MOST_TIMES * min(one, other):
        words = f"{one:.0f} : {other:.0f} px²"
        found.append(_finding(device, "Accept and reject have different sizes.", words))
    if (accept["fontSize"], accept["fontWeight"]) != (reject["fontSize"], reject["fontWeight"]):
        found.append(_finding(device, "Accept and reject have different letters.", ""))
    for each in (accept, reject):
        ratio = notices.ratio(_hex(each["color"]), _hex(each["backgroundColor"]))
        if ratio < READABLE:
            found.append(_finding(device, "A button cannot be read.", f"{ratio:.2f}:1"))
    if accept["inView"] and not reject["inView"]:
        found.append(_finding(device, "Reject is out of sight where accept is in sight.", ""))
    presses = seen["presses"]
    if presses["reject-all"] > presses["accept-all"]:
        words = f"{presses['accept-all']} : {presses['reject-all']}"
        found.append(_finding(device, "Rejecting takes more presses than accepting.", words))
    return found


def _finding(device: str, message: str, measured: str) -> dict[str, str]:
    return {"device": device, "message": message, "measured": measured}


def _hex(colour: str) -> str:
    """Return `rgb(1, 2, 3)` as a #colour."""
    numbers = colour.partition("(")[2].rstrip(")").replace("/", ",").split(",")[:3]
    return "#" + "".join(f"{min(255, int(float(each))):02x}" for each in numbers)
