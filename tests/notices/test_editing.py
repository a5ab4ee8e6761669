"""Editing a draft: each part by itself, nothing of the document given is ever touched."""

import copy

import pytest

from consent import notices
from consent.errors import InvalidFieldsError
from consent.notices.editing import categories, cookies, options, regions, texts, vendors
from tests.factories import a_notice

GA = {
    "name": "_gid",
    "match": "exact",
    "storage": "cookie",
    "host": "shop.example",
    "party": "first",
    "duration": "P1D",
    "category": "performance",
    "vendor": "metrics",
    "purpose": {"en": "Tells visitors apart."},
}
ACME = {
    "key": "acme",
    "name": "Acme Ads",
    "policy_url": "https://acme.example/privacy",
    "hosts": ["acme.example"],
    "categories": ["targeting"],
    "bases": ["consent"],
}


@pytest.fixture
def document():
    made = a_notice()
    before = copy.deepcopy(made)
    yield made
    assert made == before, "the document given was changed"


def refused(work) -> dict:
    with pytest.raises(InvalidFieldsError) as found:
        work()
    return dict(found.value.fields)


def test_a_category_of_the_sites_own_is_added_with_its_words_and_may_be_published(document):
    made = categories.add(document, "chat", name="Chat", text="Talks to you.")
    notices.checked(made)
    assert made["categories"][-1] == {"key": "chat"}
    assert made["texts"]["en"]["category_chat_name"] == "Chat"


def test_a_category_without_words_or_with_a_taken_or_strange_key_is_refused(document):
    assert set(refused(lambda: categories.add(document, "chat", name=" ", text=""))) == {
        "name",
        "text",
    }
    for key in ("targeting", "Chat", "", "constructor", "a b", "x" * 41):
        assert "key" in refused(lambda key=key: categories.add(document, key, name="C", text="T"))


def test_a_shipped_category_takes_our_words_back_where_its_own_are_emptied(document):
    own = categories.describe(document, "targeting", "en", name="Ads", text="Ads.")
    assert own["texts"]["en"] == {
        "category_targeting_name": "Ads",
        "category_targeting_text": "Ads.",
    }
    assert categories.describe(own, "targeting", "en", name="", text=" ")["texts"]["en"] == {}


def test_a_category_goes_with_all_it_named_and_what_stood_in_it_moves(document):
    made = categories.add(document, "chat", name="Chat", text="Talks.")
    made = regions.set_regions(
        made, [{"match": ["*"], "model": "opt_in", "models": {"performance": "notice_only"}}]
    )
    sentence = refused(lambda: categories.remove(made, "performance"))["moved_to"][0]
    assert sentence == "It holds 1 cookies and 1 vendors: say where they go."
    gone = categories.remove(made, "performance", moved_to="functional")
    notices.checked(gone)
    assert [each["category"] for each in gone["cookies"]].count("functional") == 1
    assert gone["vendors"][1]["categories"] == ["functional"]
    assert "models" not in gone["regions"][0]
    assert "texts" in categories.remove(made, "chat")


def test_what_is_always_on_stays_and_nothing_moves_into_nothing(document):
    assert "key" in refused(lambda: categories.remove(document, "necessary"))
    assert "key" in refused(lambda: categories.remove(document, "nothing"))
    for to in (None, "performance", "nothing"):
        assert "moved_to" in refused(
            lambda to=to: categories.remove(document, "performance", moved_to=to)
        )


def test_categories_stand_in_the_order_given(document):
    made = categories.order(document, ["performance", "necessary", "nothing"])
    assert [each["key"] for each in made["categories"]] == [
        "performance",
        "necessary",
        "functional",
        "targeting",
    ]


def test_a_cookie_is_added_changed_moved_and_removed(document):
    made = cookies.put(document, None, GA)
    place = len(made["cookies"]) - 1
    made = cookies.put(made, place, {**GA, "duration": "session"})
    assert made["cookies"][place]["duration"] == "session"
    made = cookies.move(made, {place}, "functional")
    assert made["cookies"][place]["category"] == "functional"
    notices.checked(made)
    assert cookies.remove(made, {place}) == document


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("match", "maybe"),
        ("storage", "disk"),
        ("host", ""),
        ("party", ""),
        ("duration", "a while"),
        ("category", "nothing"),
        ("vendor", "nobody"),
        ("purpose", {}),
        ("purpose", {"English": "x"}),
        ("extra", "x"),
    ],
)
def test_a_wrong_fact_of_a_cookie_is_named(document, field, value):
    assert list(refused(lambda: cookies.put(document, None, {**GA, field: value}))) == [field]


def test_the_same_cookie_is_not_listed_twice_and_a_place_must_be_there(document):
    made = cookies.put(document, None, GA)
    assert "name" in refused(lambda: cookies.put(made, None, GA))
    assert "name" in refused(lambda: cookies.put(made, 0, GA))
    assert "places" in refused(lambda: cookies.put(document, 99, GA))
    for places in (set(), {99}, {-1}):
        assert "places" in refused(lambda places=places: cookies.remove(document, places))
        assert "places" in refused(
            lambda places=places: cookies.move(document, places, "functional")
        )


def test_cookies_are_found_by_name_host_company_purpose_and_category(document):
    made = cookies.put(document, None, {**GA, "purpose": {"en": "Zählt Besuche."}})
    assert [place for place, _ in cookies.find(made, "zahlt")] == [3]
    assert [place for place, _ in cookies.find(made, "METRICS")] == [2, 3]
    assert [place for place, _ in cookies.find(made, "", "necessary")] == [0, 1]
    assert len(cookies.find(made)) == 4


def test_a_vendor_gets_another_key_and_its_cookies_follow(document):
    made = vendors.put(
        document, "metrics", {**ACME, "key": "counter", "categories": ["performance"]}
    )
    assert [each["vendor"] for each in made["cookies"]] == [None, None, "counter"]
    notices.checked(made)


def test_a_vendor_that_goes_leaves_its_cookies_to_the_site(document):
    made = vendors.remove(document, {"metrics"})
    assert [each["vendor"] for each in made["cookies"]] == [None, None, None]
    notices.checked(made)
    for keys in (set(), {"nobody"}):
        assert "keys" in refused(lambda keys=keys: vendors.remove(document, keys))


def test_a_wrong_fact_of_a_vendor_is_named(document):
    for field, value in (
        ("policy_url", "javascript:alert(1)"),
        ("categories", ["nothing"]),
        ("categories", []),
        ("bases", ["consent", "consent"]),
        ("key", "metrics"),
        ("key", "Acme"),
    ):
        wrong = {**ACME, field: value}
        assert list(refused(lambda wrong=wrong: vendors.put(document, "acme", wrong))) == [field]


def test_each_text_says_where_it_comes_from_and_what_is_missing(document):
    made = texts.add_language(document, "de")
    made = texts.add_language(made, "nl")
    made = texts.set_texts(made, "de", {"banner_title": " Ihre Wahl "})
    found = {line.key: line for line in texts.lines(made, "de")}
    assert (found["banner_title"].shown, found["banner_title"].source) == ("Ihre Wahl", "own")
    assert found["accept_all"].source == "shipped"
    dutch = texts.missing(made, "nl")
    assert "accept_all" in dutch
    assert texts.set_texts(made, "nl", dict.fromkeys(dutch, "x"))
    assert texts.missing(texts.set_texts(made, "nl", dict.fromkeys(dutch, "x")), "nl") == ()


def test_an_emptied_text_gives_way_to_ours_and_a_long_one_is_refused(document):
    made = texts.set_texts(document, "en", {"banner_title": "Own"})
    assert texts.set_texts(made, "en", {"banner_title": ""})["texts"]["en"] == {}
    assert list(refused(lambda: texts.set_texts(made, "en", {"saved": "x" * 4001}))) == ["saved"]


def test_languages_come_and_go_but_the_default_one_stays(document):
    for language in ("en", "English", "", "e"):
        assert "language" in refused(
            lambda language=language: texts.add_language(document, language)
        )
    made = options.set_options(
        texts.add_language(document, "de"),
        options={"policy_urls": {"de": "/richtlinie"}},
        expiry={"granted": "P1Y", "refused": "P1Y"},
        policy_url="/cookies",
        default_language="en",
    )
    notices.checked(made)
    assert texts.remove_language(made, "de")["options"]["policy_urls"] == {}
    assert "language" in refused(lambda: texts.remove_language(made, "en"))
    assert "language" in refused(lambda: texts.set_texts(made, "fr", {}))
