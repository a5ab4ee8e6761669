"""The draft under several hands: a part that somebody else changed is never overwritten."""

import pytest

from consent import notices
from consent.errors import DraftChangedError, NoticeError
from consent.notices.editing import PARTS, cookies, seen, texts
from tests.factories import a_notice, a_published_site, a_site


@pytest.fixture
def noise(session):
    return a_published_site(session, "noise", "https://noise.example", layout="tab")


@pytest.fixture
def shop(session, noise):
    return a_published_site(session, "shop")


def titled(title):
    return lambda document: texts.set_texts(document, "en", {"banner_title": title})


def test_the_draft_is_what_was_kept_and_says_whether_it_waits_for_publication(session, shop):
    found = notices.draft_found(session, shop.site)
    assert (found.is_pending, found.live.version) == (False, 1)
    notices.change_draft(session, shop.site, titled("New"))
    found = notices.draft_found(session, shop.site)
    assert found.is_pending
    assert found.document["texts"]["en"]["banner_title"] == "New"
    assert notices.pending_sites(session) == {shop.site.id}
    notices.publish(session, shop.site)
    assert not notices.draft_found(session, shop.site).is_pending
    assert notices.live_versions(session)[shop.site.id][0] == 2


def test_a_site_without_a_draft_begins_with_the_default_notice(session, noise):
    bare = a_site(session, "bare", "https://bare.example")
    found = notices.draft_found(session, bare)
    assert (found.live, found.is_pending) == (None, True)
    assert found.document["policy_url"] == "https://bare.example/cookies"
    notices.change_draft(session, bare, titled("First"))
    assert notices.draft_found(session, bare).document["texts"]["en"]["banner_title"] == "First"


def test_a_part_changed_meanwhile_is_not_overwritten_and_both_are_told(session, shop, noise):
    was = seen(notices.draft_found(session, shop.site).document, "texts")
    notices.change_draft(session, shop.site, titled("Theirs"), part="texts", was=was)
    with pytest.raises(DraftChangedError) as refused:
        notices.change_draft(session, shop.site, titled("Mine"), part="texts", was=was)
    assert refused.value.theirs["texts"]["en"]["banner_title"] == "Theirs"
    assert refused.value.yours["texts"]["en"]["banner_title"] == "Mine"
    kept = notices.draft_found(session, shop.site).document
    assert kept["texts"]["en"]["banner_title"] == "Theirs"
    assert notices.draft_found(session, noise.site).document["layout"] == "tab"


def test_two_people_in_two_parts_do_not_meet(session, shop):
    before = notices.draft_found(session, shop.site).document
    was = {part: seen(before, part) for part in PARTS}
    notices.change_draft(session, shop.site, titled("Theirs"), part="texts", was=was["texts"])
    change = notices.change_draft(
        session,
        shop.site,
        lambda each: cookies.remove(each, {2}),
        part="cookies",
        was=was["cookies"],
    )
    assert change.after["texts"]["en"]["banner_title"] == "Theirs"
    assert len(change.after["cookies"]) == 2


def test_a_change_that_does_not_fit_together_is_refused_and_nothing_is_kept(session, shop):
    with pytest.raises(NoticeError, match=r"cookies"):
        notices.change_draft(session, shop.site, lambda each: {**each, "vendors": []})
    assert notices.draft_found(session, shop.site).document == notices.checked(a_notice())


def test_a_draft_of_ten_thousand_cookies_is_kept_whole(session, shop):
    one = a_notice()["cookies"][0]
    many = [{**one, "name": f"c{number}"} for number in range(10_000)]
    notices.change_draft(session, shop.site, lambda each: {**each, "cookies": many})
    change = notices.change_draft(session, shop.site, lambda each: cookies.remove(each, {5}))
    assert len(change.after["cookies"]) == 9999
