"""The lists of the hosted page: a draft that survives search and filter, and what it decides."""

import html
import re

import pytest
from sqlalchemy import select

from consent.records.models import ConsentRecord
from consent.web.visitor.search import folded
from tests.factories import a_body, a_notice, a_published_site, post
from tests.web.test_preferences_page import a_cookie

PATH = "/privacy/demo"
SAME = {"Sec-Fetch-Site": "same-origin"}
FIELD = re.compile(r"<input\b[^>]*>")


class Form:
    """A form as a browser without JavaScript holds it."""

    def __init__(self, client, page: str) -> None:
        self.client = client
        self.page = page
        self.fields: list[tuple[str, str]] = []
        for tag in FIELD.findall(page):
            found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            is_off = found.get("type") == "checkbox" and not tag.endswith(" checked>")
            if "name" in found and not is_off:
                self.fields.append((found["name"], html.unescape(found.get("value", "on"))))

    def tick(self, name: str, *values: str) -> "Form":
        self.fields += [(name, value) for value in values]
        return self

    def untick(self, name: str, *values: str) -> "Form":
        self.fields = [each for each in self.fields if each not in {(name, v) for v in values}]
        return self

    def fill(self, query: str) -> "Form":
        self.fields = [each for each in self.fields if each[0] != "q"]
        return self.tick("q", query)

    def ticked(self, name: str) -> set[str]:
        return {value for field, value in self.fields if field == name}

    def send(self, action: str):
        data: dict[str, list[str]] = {}
        for name, value in [*self.fields, ("action", action)]:
            data.setdefault(name, []).append(value)
        return self.client.post(PATH, data=data, headers=SAME)

    def press(self, action: str) -> "Form":
        answer = self.send(action)
        assert answer.status_code == 200, answer.text
        return Form(self.client, answer.text)


def open_form(client) -> Form:
    return Form(client, client.get(PATH).text)


def all_records(database) -> list[ConsentRecord]:
    with database.reading() as session:
        return list(session.scalars(select(ConsentRecord).order_by(ConsentRecord.sequence)))


def names(page: str) -> list[str]:
    return re.findall(r'<bdi class="code">([^<]+)</bdi>', page)


def status(page: str) -> str:
    found = re.search(r'role="status">(.*?)</p>', page, re.DOTALL).group(1)
    return html.unescape(found.strip())


def test_the_boxes_stand_as_the_model_says_and_a_confirmed_page_names_no_company(
    client, demo, database
):
    form = open_form(client)
    assert form.ticked("consent") == {
        "acme:targeting",
        "metrics:functional",
        "metrics:performance",
    }
    assert form.ticked("legitimate_interest") == {"acme:targeting"}
    form.tick("category", "functional", "targeting").press("save")
    (record,) = all_records(database)
    assert record.vendors == {
        "acme": {"consent": ["targeting"], "legitimate_interest": ["targeting"]},
        "metrics": {"consent": ["functional"]},
    }


@pytest.mark.parametrize(
    ("off", "vendors"),
    [
        ([("consent", "metrics:functional")], {"metrics": {"consent": ["performance"]}}),
        (
            [("consent", "acme:targeting")],
            {"acme": {"consent": [], "legitimate_interest": ["targeting"]}},
        ),
        (
            [("legitimate_interest", "acme:targeting")],
            {"acme": {"consent": ["targeting"], "legitimate_interest": []}},
        ),
        ([("category", "functional")], {"metrics": {"consent": ["performance"]}}),
    ],
)
def test_a_box_switched_off_keeps_a_company_out_of_that_category_alone(
    client, demo, database, off, vendors
):
    form = open_form(client).tick("category", "functional", "targeting", "performance")
    for name, value in off:
        form.untick(name, value)
    form.press("save")
    (record,) = all_records(database)
    assert {key: record.vendors[key] for key in vendors} == vendors


def test_a_category_that_is_off_refuses_its_companies_whatever_their_boxes_say(
    client, demo, database
):
    open_form(client).press("save")
    (record,) = all_records(database)
    assert record.vendors["acme"] == {"consent": [], "legitimate_interest": ["targeting"]}
    assert record.vendors["metrics"] == {"consent": []}


def test_refusing_all_leaves_what_is_strictly_necessary_alone(client, database):
    vendors = a_notice()["vendors"]
    vendors[1] |= {"categories": ["necessary", "functional"]}
    with database.transaction() as session:
        a_published_site(session, vendors=vendors)
    open_form(client).press("reject_all")
    (record,) = all_records(database)
    assert record.vendors == {
        "acme": {"consent": [], "legitimate_interest": []},
        "metrics": {"consent": ["necessary"]},
    }


def test_search_and_filter_keep_the_draft_and_record_nothing(client, demo, database):
    form = open_form(client).tick("category", "targeting").untick("consent", "metrics:functional")
    form = form.fill("acme").press("list")
    assert form.ticked("category") == {"targeting"}
    assert form.ticked("consent") == {"acme:targeting", "metrics:performance"}
    assert 'data-consent-vendor="metrics"' not in form.page
    form = form.fill("").tick("only", "performance").press("list")
    assert form.ticked("only") == {"performance"}
    assert 'data-consent-vendor="acme"' not in form.page
    assert names(form.page) == ["_ga_…"]
    form = form.untick("consent", "metrics:performance").press("clear")
    assert form.ticked("only") == set()
    assert form.ticked("consent") == {"acme:targeting"}
    assert all_records(database) == []
    form.press("save")
    (record,) = all_records(database)
    assert record.vendors["acme"]["consent"] == ["targeting"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["consent", "consent.queue", "_ga_…", "ñandú"]),
        ("NANDU", ["ñandú"]),
        ("Ñandú", ["ñandú"]),
        ("visits counts", ["_ga_…"]),
        ("metrics", ["_ga_…", "ñandú"]),
        ("ÉTÉ functional", ["ñandú"]),
        ("shop.example performance", ["_ga_…"]),
        ("demo shop consent", ["consent", "consent.queue"]),
        ("counts zebra", []),
    ],
)
def test_every_word_must_occur_whatever_case_accents_and_order(client, database, query, found):
    cookies = a_notice()["cookies"]
    cookies.append({
        **cookies[0], "name": "ñandú", "category": "functional", "vendor": "metrics",
        "purpose": {"en": "L'été indien"},
    })  # fmt: skip
    with database.transaction() as session:
        a_published_site(session, cookies=cookies)
    assert names(open_form(client).fill(query).press("list").page) == found


def test_a_search_without_a_hit_says_so_with_the_query_as_text(client, demo):
    page = open_form(client).fill("<img src=x>").press("list").page
    assert status(page) == "Nothing fits “<img src=x>”."
    assert "<img src=x" not in page
    assert (
        status(open_form(client).fill("counts").press("list").page) == "Entries: 1 · Companies: 0"
    )
    assert status(open_form(client).page) == ""


def test_a_categorys_details_show_it_alone_with_the_filter_set(client, demo):
    form = open_form(client).fill("acme").press("details:performance")
    assert form.ticked("only") == {"performance"}
    assert form.ticked("q") == {""}
    assert names(form.page) == ["_ga_…"]


def test_all_that_is_listed_is_switched_together(client, demo):
    form = open_form(client).tick("only", "functional", "performance")
    form = form.press("refuse-listed:consent")
    assert form.ticked("consent") == {"acme:targeting"}
    assert form.press("grant-listed:consent").ticked("consent") == {
        "acme:targeting",
        "metrics:functional",
        "metrics:performance",
    }
    assert form.press("refuse-listed:legitimate_interest").ticked("legitimate_interest") == {
        "acme:targeting"
    }


@pytest.mark.parametrize(
    "action", ["details:nobody", "grant-listed:", "refuse-listed:category", "grant-listed"]
)
def test_a_button_that_the_page_has_not_is_refused(client, demo, action):
    assert open_form(client).send(action).status_code == 422


def test_the_first_button_searches_so_that_enter_decides_nothing(client, demo):
    buttons = re.findall(r"<button[^>]*>", client.get(PATH).text)
    assert 'value="list"' in buttons[0]


def test_a_narrowed_page_of_another_site_is_refused(client, demo):
    form = open_form(client)
    answer = client.post(PATH, data=dict(form.fields) | {"action": "list"})
    assert answer.status_code == 403


def test_boxes_stand_as_the_decision_in_force_says(client, demo):
    body = a_body(
        demo,
        categories={"functional": True, "targeting": True, "performance": False},
        vendors={
            "acme": {"consent": [], "legitimate_interest": []},
            "metrics": {"consent": []},
        },
    )
    recorded = post(client, demo, body).json
    client.set_cookie("consent", a_cookie(recorded["subject"]), domain="localhost")
    form = open_form(client)
    assert form.ticked("category") == {"functional", "targeting"}
    # its category is off: it would follow
    assert form.ticked("consent") == {"metrics:performance"}
    assert form.ticked("legitimate_interest") == set()
    again = form.fill("acme").press("list")
    assert recorded["record_id"] in again.page
    assert again.ticked("key") == form.ticked("key")


def test_allowing_all_against_the_browsers_signal_asks_first(client, demo, database):
    client.environ_base["HTTP_SEC_GPC"] = "1"
    asked = open_form(client).fill("acme").press("accept_all")
    assert all_records(database) == []
    assert "Allow it here all the same?" in asked.page
    asked.press("override-signal")
    (record,) = all_records(database)
    assert (record.action, record.gpc) == ("accept_all", True)
    assert set(record.categories.values()) == {True}


def test_keeping_the_signal_allows_all_but_what_it_holds_off(client, demo, database):
    client.environ_base["HTTP_SEC_GPC"] = "1"
    open_form(client).press("accept_all").press("keep-signal")
    (record,) = all_records(database)
    assert record.action == "save"
    assert record.categories == {"functional": True, "targeting": False, "performance": True}
    assert record.vendors["metrics"] == {"consent": ["functional", "performance"]}


def test_two_thousand_companies_fit_into_the_form(client, database):
    vendors = [{**a_notice()["vendors"][0], "key": f"v{at}"} for at in range(2000)]
    with database.transaction() as session:
        a_published_site(session, vendors=vendors, cookies=[])
    form = open_form(client)
    assert len(form.ticked("consent")) == 2000
    assert len(form.fill("nobody").press("list").ticked("legitimate_interest")) == 2000


def test_folding_takes_away_case_and_marks_alone():
    assert folded("ÀÉÎõü ŻÓŁW Straße İ") == "aeiou zołw strasse i"
    assert folded("محمّد") == folded("محمد")
