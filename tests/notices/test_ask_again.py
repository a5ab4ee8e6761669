"""Whom a publication asks again: what is written beside the version, and in its leaf."""

import json

import pytest
from sqlalchemy import select

from consent import notices
from consent.errors import InvalidFieldsError
from consent.ledger.models import LogOpening
from tests.factories import a_notice, a_published_site

ZETA = {**a_notice()["vendors"][0], "key": "zeta", "name": "Zeta", "bases": ["consent"]}
VIDEO = {"category_video_name": "Video", "category_video_text": "Films that others host."}


def publish(session, demo, ask_again="nobody", **changes):
    notices.draft(session, demo.site, a_notice(**changes))
    return notices.publish(session, demo.site, ask_again=ask_again)


def with_zeta():
    return {"vendors": [*a_notice()["vendors"], ZETA]}


def with_video():
    categories = [*a_notice()["categories"], {"key": "video"}]
    return {"categories": categories, "texts": {"en": VIDEO}}


def test_nobody_is_asked_unless_it_is_said(session, demo):
    found = publish(session, demo, **with_zeta())
    assert (found.ask_again, found.asks, notices.newest(found.asks)) == ("nobody", {}, 0)


def test_a_new_category_is_asked_about_in_any_case(session, demo):
    found = publish(session, demo, **with_video())
    assert found.asks == {"categories": {"video": 2}}


def test_what_changed_is_asked_about_and_a_new_company_withheld_until_then(session, demo):
    found = publish(session, demo, "changed", **with_zeta())
    zeta = {"zeta": {"targeting": 2}}
    assert found.asks == {"vendors": zeta, "withheld": zeta}
    assert notices.newest(found.asks) == 2


def test_earlier_questions_stay_until_their_subject_goes(session, demo):
    publish(session, demo, "changed", **with_zeta())
    later = publish(session, demo, layout="tab", **with_zeta())
    assert later.asks["vendors"] == {"zeta": {"targeting": 2}}
    gone = publish(session, demo, layout="tab")
    assert gone.asks == {}


def test_everybody_is_asked_even_where_nothing_changed_and_that_covers_what_was_asked(
    session, demo
):
    publish(session, demo, **with_video())
    found = publish(session, demo, "everybody", **with_video())
    assert (found.version, found.asks) == (3, {"everybody": 3})


def test_what_is_asked_stands_in_the_leaf_of_the_version(session, demo):
    found = publish(session, demo, "changed", **with_zeta())
    opening = session.scalars(select(LogOpening).where(LogOpening.entry_id == found.entry_id)).one()
    assert json.loads(opening.payload)["asks"] == found.asks


def test_a_version_from_before_asks_about_categories_that_came_later(session, demo):
    found = publish(session, demo, **with_video())
    found.asks = {}
    session.flush()
    assert notices.asked(session, found) == {"categories": {"video": 2}}
    noise = a_published_site(session, "noise", "https://noise.example")
    assert notices.asked(session, noise.version) == {}


@pytest.mark.parametrize("who", ["all", "", "NOBODY"])
def test_another_word_is_refused(session, demo, who):
    with pytest.raises(InvalidFieldsError, match="ask_again"):
        publish(session, demo, who, layout="tab")
