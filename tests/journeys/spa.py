"""Small sites in React and Vue, built from `tests/npm`, served in the place of a shop's page."""

import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.visitor import Visitor

ROOT = Path(__file__).parents[2]
NEEDED = ("esbuild", "react", "react-18", "vue")
# What stands in the sources, as it would in those of a site.
SERVICE, VENDORS = "https://consent.example", "https://vendors.example"
NONCE = "bm90LWEtc2VjcmV0"


@dataclass(frozen=True)
class Spa:
    """A site: its program, the part of the page it renders, how the loader comes."""

    program: str
    page: str = "part"
    loading: bool = False

    def __str__(self) -> str:
        """Return the name of its test."""
        return f"{self.program}-{self.page}-{self.how}"

    @property
    def how(self) -> str:
        """Say how the loader comes into the page."""
        return "loads" if self.loading else "tag"


def build(folder: Path) -> Path:
    """Build all sites into a folder; skips where a tool is missing."""
    node = shutil.which("node") or shutil.which("node", path=sysconfig.get_path("scripts"))
    missing = [name for name in NEEDED if not (ROOT / "node_modules" / name).exists()]
    if node is None or missing:
        pytest.skip(f"Node or its packages: {missing or 'no node'}; run make node_modules/.stamp")
    command = [node, str(ROOT / "tests" / "npm" / "build.mjs"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def visit(visitor: Visitor, folder: Path, spa: Spa) -> None:
    """Open the page as its server sent it; nothing is hydrated yet."""
    town = visitor.town

    def filled(name: str) -> str:
        text = (folder / spa.program / name).read_text("utf-8")
        return text.replace(SERVICE, town.service.url).replace(VENDORS, town.vendors)

    body = filled(f"{spa.page}-{spa.how}.html")
    if spa.page == "part":
        loader = f'<script src="{town.service.url}/v1/sites/demo/loader.js" async></script>'
        head = "<meta charset=utf-8><title>The tides</title>" + ("" if spa.loading else loader)
        body = f'<html lang=en><head>{head}</head><body><div id="app">{body}</div></body></html>'
    body = body.replace("</body>", '<script src="/spa/client.js"></script></body>')
    policy = (
        f"default-src 'self'; script-src 'self' 'nonce-{NONCE}' {town.service.url} {town.vendors};"
        f" connect-src {town.service.url}; frame-src {town.vendors}; img-src {town.vendors}"
    )
    visitor.context.route(
        f"{town.shop}/spa/",
        lambda route: route.fulfill(
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": policy},
            body="<!doctype html>" + body,
        ),
    )
    program = filled("client.js")
    visitor.context.route(
        f"{town.shop}/spa/client.js",
        lambda route: route.fulfill(content_type="text/javascript", body=program),
    )
    visitor.open("/spa/")


def hydrate(visitor: Visitor, spa: Spa) -> None:
    """Let the program take over what its server rendered."""
    visitor.page.evaluate(
        "([page, loading]) => void hydrate(page, loading)", [spa.page, spa.loading]
    )
    visitor.settle()


def go(visitor: Visitor, name: str) -> None:
    """Press a button of the site and wait for what follows."""
    visitor.page.get_by_role("button", name=name, exact=True).click()
    visitor.settle()
