"""The site's own look on hosted pages: its theme as a file, its logo, its links."""

import re

import pytest

from tests.factories import ORIGIN, a_notice, a_published_site

PATH = "/privacy/demo"
THEME = {
    "--consent-accent": "#0e7c8b",
    "--consent-on-accent": "#ffffff",
    "--consent-radius": "4px",
    "--consent-font": "Georgia, 'Noto Serif', serif",
}


def published(database, **changes: object) -> None:
    with database.transaction() as session:
        a_published_site(session, **changes)


def sheet(client):
    url = re.search(r'href="https://consent.example(/privacy/demo/theme.css[^"]*)"', page(client))
    return client.get(url.group(1))


def page(client, path: str = PATH) -> str:
    return client.get(path).text


def test_a_theme_is_a_style_sheet_kept_for_ever(client, database):
    published(database, theme=THEME)
    answer = sheet(client)
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    for line in (
        "--brand: #0e7c8b;",
        "--brand-ink: #ffffff;",
        "--round: 4px;",
        "--sans: Georgia, 'Noto Serif', serif;",
    ):
        assert line in answer.text
    assert "data-branded" in page(client)


def test_another_digest_is_not_kept_for_ever(client, database):
    published(database, theme=THEME)
    for query in ("", "?v=", "?v=0123456789abcdef"):
        assert "immutable" not in client.get(f"{PATH}/theme.css{query}").headers["Cache-Control"]


def test_a_site_without_a_theme_has_ours(client, demo):
    assert "--brand" not in sheet(client).text
    assert "data-branded" not in page(client)


@pytest.mark.parametrize("value", ["Georgia'", "Arial, ", "Arial, 'b"])
def test_a_value_that_could_break_the_sheet_is_left_out(client, database, value):
    published(database, theme={"--consent-font": value})
    assert "--sans" not in sheet(client).text


@pytest.mark.parametrize(
    ("scheme", "linked"),
    [
        ("light", None),
        ("dark", "screen"),
        ("light dark", "screen and (prefers-color-scheme: dark)"),
    ],
)
def test_the_sites_colour_scheme_holds_here_too(client, database, scheme, linked):
    published(database, theme={"--consent-color-scheme": scheme})
    text = page(client)
    assert f'<meta name="color-scheme" content="{scheme}">' in text
    found = re.search(r'css/dark\.css[^"]*" media="([^"]*)"', text)
    assert (found and found.group(1)) == linked


def test_the_sites_picture_stands_where_else_its_name_does(client, database):
    published(database, logo_url="/logo.svg", options={"logo_dark_url": "/logo-dark.svg"})
    for path in (PATH, f"{PATH}/history"):
        text = page(client, path)
        assert f'<img src="{ORIGIN}/logo.svg" alt="The demo shop"' in text
        assert f'<source srcset="{ORIGIN}/logo-dark.svg"' in text
        assert "site-name" not in text


def test_links_follow_the_notice(client, database):
    published(
        database,
        policy_url="/cookies",
        options={"policy_new_tab": True, "powered_by": "https://consent.example/about"},
    )
    text = page(client)
    link = re.search(rf'<a href="{ORIGIN}/cookies"[^>]*>', text).group(0)
    assert 'rel="noopener"' in link
    assert "opens in a new tab" in link
    assert text.rindex('href="https://consent.example/about"') > text.rindex("<button")


def test_the_elements_stand_in_the_order_of_the_center(client, demo):
    text = page(client)
    places = [
        text.index(each)
        for each in (
            'class="site-name"', "<h1", 'class="lead"', ">Cookie policy<", ">Allow all<",
            ">Manage consent preferences<", ">Always active<", "Entries: 2 · Companies: 0",
            'value="targeting" data-consent-category', "Cookie list", "data-consent-search",
            "data-consent-filter", ">Apply<", ">Clear<", "<details", "Companies <span", "<table",
            ">Reject all<", ">Confirm my choices<",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "Powered by" not in text


def test_a_category_that_has_nothing_is_left_out_unless_none_has(client, database):
    own = a_notice()["cookies"][:2]
    published(database, vendors=[], cookies=[*own, {**own[0], "category": "functional"}])
    text = page(client)
    assert re.findall(r'name="category" value="(\w+)"', text) == ["functional"]
    assert "<table" not in text


def test_all_categories_show_where_no_optional_one_has_anything(client, database):
    published(database, vendors=[], cookies=[])
    text = page(client)
    assert re.findall(r'name="category" value="(\w+)"', text) == [
        "functional",
        "targeting",
        "performance",
    ]
    for part in ("Cookie list", "data-consent-search", "<table", "<fieldset"):
        assert part not in text


def test_without_choices_company_by_company_an_objection_stays_possible(client, database):
    published(database, options={"vendor_choices": False})
    boxes = re.findall(r'type="checkbox" name="(consent|legitimate_interest)"', page(client))
    assert set(boxes) == {"legitimate_interest"}
