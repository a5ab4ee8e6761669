"""The page of the guide for plain HTML, copied as it stands, under the policy of the guide."""

import re

from playwright.sync_api import expect

from tests.house.sources import ROOT
from tests.journeys.visitor import Visitor


def test_the_page_that_people_copy_asks_waits_and_releases(visitor: Visitor) -> None:
    town = visitor.town
    guide = (ROOT / "docs" / "guides" / "html.md").read_text("utf-8")
    page = guide.partition("```html\n")[2].partition("```")[0]
    policy = re.search(r"^script-src .*$", guide, re.MULTILINE)
    assert policy is not None
    stands_for = {
        "/v1/sites/shop/": "/v1/sites/demo/",
        "https://consent.example/privacy/shop": town.hosted,
        "https://consent.example": town.service.url,
        "https://metrics.example/m.js": f"{town.vendors}/vendors/hotjar/hotjar.js",
        "https://video.example/embed/1": f"{town.vendors}/vendors/youtube/embed.html",
        # The tags of the guide with the nonce it asks for.
        'data-consent="performance"': 'data-consent="performance" nonce="RANDOM"',
    }
    for ours, here in stands_for.items():
        page = page.replace(ours, here)
    headers = {
        "Content-Security-Policy": policy[0].replace("https://consent.example", town.service.url)
    }
    visitor.context.route(
        f"{town.shop}/copied",
        lambda route: route.fulfill(content_type="text/html", headers=headers, body=page),
    )

    visitor.open("/copied")
    expect(visitor.banner).to_be_visible()
    assert visitor.origins() == {town.shop, town.service.url}

    visitor.page.evaluate("() => consent.set({categories: {functional: true, performance: true}})")
    visitor.settle()
    assert visitor.tags() == ["hotjar"]
    assert visitor.page.evaluate("() => measured") is True
    expect(visitor.page.locator("iframe")).to_be_visible()
    expect(visitor.page.locator("#plain")).to_be_visible()
    expect(visitor.page.locator("#offer")).to_have_count(0)

    visitor.open_center()
    assert visitor.violations == []
