"""What the doctor says to put there, put there: a real browser then does what was meant."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.doctor.conftest import seen, to_do
from tests.doctor.test_marks import LOOSE
from tests.journeys.conftest import browser  # noqa: F401 - a fixture

NOTE_VIOLATIONS = """window.violations = []
addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective))"""
pytestmark = pytest.mark.browser


@pytest.fixture
def visit(browser: Browser):  # noqa: F811
    """Give a function that opens a page as somebody new; nobody outside this machine is reached."""
    contexts = []

    def visiting(url: str) -> tuple[Page, set[str]]:
        context = browser.new_context()
        context.set_default_timeout(10_000)
        contexts.append(context)
        page, asked = context.new_page(), set()

        def answer(route: Route) -> None:
            asked.add(urlsplit(route.request.url).hostname)
            route.fulfill(status=200, body="")

        context.add_init_script(NOTE_VIOLATIONS)
        context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), answer)
        page.goto(url)
        expect(page.locator("[data-consent-layer=banner]")).to_be_visible()
        return page, asked

    yield visiting
    for context in contexts:
        context.close()


def test_companies_are_asked_before_a_choice_as_it_stands_and_after_it_as_the_doctor_says(
    doctors_town, write, visit
):
    url = write(body="\n".join(tag for tag, _, _ in LOOSE))
    found = to_do(seen(doctors_town, url), "tag")
    _, early = visit(url)
    assert early
    assert all(any(host in each.text for each in found) for host in early)

    write(body="\n".join(paste for each in found for paste in each.paste))
    assert to_do(seen(doctors_town, url)) == []
    page, asked = visit(url)
    assert asked == set()
    page.locator("[data-consent-action=accept-all]").click()
    for _ in range(100):
        if asked >= early:
            break
        page.wait_for_timeout(100)
    assert asked >= early


@pytest.mark.parametrize(
    "policy",
    [
        "default-src 'self' 'unsafe-inline'",
        "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ],
)
def test_under_the_policy_that_the_doctor_completes_the_snippet_works(
    doctors_town, write, visit, policy
):
    html = ("Content-Type", "text/html")
    url = write(headers=[html, ("Content-Security-Policy", policy)])
    lines = [paste for each in to_do(seen(doctors_town, url), "policy") for paste in each.paste]
    assert lines
    names = {line.split()[0] for line in lines}
    kept = [each for each in policy.split("; ") if each.split()[0] not in names]
    write(headers=[html, ("Content-Security-Policy", "; ".join([*kept, *lines]))])

    page, _ = visit(url)
    page.locator("[data-consent-action=open-center]").click()
    expect(page.locator("[data-consent-layer=center]")).to_be_visible()
    with page.expect_request("**/records"):
        page.locator("[data-consent-layer=center] [data-consent-action=accept-all]").click()
    assert page.evaluate("violations") == []
