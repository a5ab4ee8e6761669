"""The file for WordPress themes, run by PHP with stand-ins, and its page in a real browser."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.house.sources import ROOT
from tests.journeys.visitor import Visitor

WORDPRESS = ROOT / "integrations" / "wordpress"


@pytest.fixture
def php() -> str:
    """Return the PHP of this machine."""
    found = shutil.which("php")
    return found or pytest.skip("PHP: not on this machine (Debian's package php-cli)")


def printed(php: str, content: str = "", scripts: Any = (), **settings: Any) -> str:
    """Return the page that a theme with our file prints."""
    done = subprocess.run(
        [php, "-d", "error_reporting=-1", "-d", "display_errors=stderr", "test/page.php"],
        cwd=WORDPRESS,
        input=json.dumps(
            {"settings": settings or {"UNUSED": 1}, "scripts": scripts, "content": content}
        ),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_loader_is_first_in_the_head(php: str) -> None:
    page = printed(php)

    head = page.partition("</title>")[2].strip()
    assert head.startswith(
        '<script src="https://consent.example/v1/sites/shop/loader.js" async data-language="en-GB">'
    )
    assert "gtag" not in page


def test_with_google_the_stub_comes_before_the_loader_and_is_the_documented_one(php: str) -> None:
    page = printed(php, CONSENT_GOOGLE=True)

    node = shutil.which("node") or pytest.skip("Node: not on this machine")
    script = (
        "import('./integrations/npm/src/stub.js')"
        ".then(({stub}) => console.log(stub({modes: ['google']})))"
    )
    told = subprocess.run(
        [node, "-e", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert page.index(told.stdout.strip()) < page.index("/loader.js")


def test_an_enqueued_script_waits_with_the_inline_scripts_that_belong_to_it(php: str) -> None:
    main = "<script src='https://x.example/a.js' id='google-analytics-js' type=\"module\"></script>"
    after = "<script id='google-analytics-js-after'>document.write('<script>1<\\/script>')</script>"
    other = "<script src='https://shop.example/menu.js' id='menu-js'></script>"
    page = printed(
        php,
        scripts=[
            ["google-analytics", "https://x.example/a.js", main + after],
            ["menu", "https://shop.example/menu.js", other],
            ["tags", "//www.googletagmanager.com/gtag/js", "<script src='//x'></script>"],
        ],
    )

    mark = 'data-consent="performance" data-consent-vendor="google-analytics"'
    assert f'<script type="text/plain" {mark} data-type="module" src=\'https://x.example' in page
    assert f"<script type=\"text/plain\" {mark} id='google-analytics-js-after'>" in page
    assert "document.write('<script>1" in page
    assert other in page
    assert '<script type="text/plain" data-consent="performance" src=\'//x\'>' in page


FILM = "https://www.youtube.com/embed/1?a=1&amp;b=2"
BIRD = "//platform.twitter.com/widgets.js"
FUNCTIONAL = 'data-consent="functional" data-consent-vendor="youtube"'
TARGETING = 'type="text/plain" data-consent="targeting"'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            f'<iframe title="A film" src="{FILM}" width="5"></iframe>',
            f'<iframe {FUNCTIONAL} title="A film" data-src="{FILM}" width="5"></iframe>',
        ),
        ("<iframe src='https://shop.example/map'></iframe>", None),
        (f'<iframe data-consent="targeting" data-src="{FILM}"></iframe>', None),
        (f'<iframe src="{FILM}" data-consent="targeting"></iframe>', None),
        (
            f'<blockquote>Hi</blockquote><script async src="{BIRD}"></script>',
            f'<blockquote>Hi</blockquote><script {TARGETING} async src="{BIRD}"></script>',
        ),
        ("<script>one()</script><p>two</p>", None),
        (
            f"<script>one()</script><p>two</p><iframe src={FILM} width=5>",
            f"<script>one()</script><p>two</p><iframe {FUNCTIONAL} data-src={FILM} width=5>",
        ),
        (f"<script>document.write('<script src=\"{BIRD}\"><\\/script>')</script>", None),
    ],
)
def test_frames_and_scripts_in_contents_wait_by_their_hosts(
    php: str, content: str, expected: str | None
) -> None:
    body = re.search(r"<body>\n(.*)</body>", printed(php, content), re.DOTALL)
    assert body is not None
    assert body[1] == (expected or content)


def test_in_a_browser_nothing_of_it_runs_before_the_choice(php: str, visitor: Visitor) -> None:
    vendors, service = visitor.town.vendors, visitor.town.service.url
    measure = f"{vendors}/vendors/hotjar/hotjar.js"
    page = printed(
        php,
        content=f'<iframe title="A film" src="{vendors}/vendors/youtube/embed.html"></iframe>',
        scripts=[["measure", measure, f'<script src="{measure}"></script>']],
        CONSENT_SERVICE=service,
        CONSENT_SITE="demo",
        CONSENT_GOOGLE=True,
        CONSENT_WAITS={"measure": ["performance", "hotjar"], "localhost": ["functional"]},
    )
    visitor.context.route(
        f"{visitor.town.shop}/blog",
        lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=page),
    )
    visitor.open("/blog")
    expect(visitor.banner).to_be_visible()
    assert visitor.asked(f" {vendors}/") == []

    visitor.press("accept-all")
    assert visitor.tags() == ["hotjar"]
    assert len(visitor.asked("/youtube/embed.html")) == 1
    expect(visitor.page.locator("iframe")).to_be_visible()
