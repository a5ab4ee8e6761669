"""A notice as a value: its languages, lifetimes and parts."""

from datetime import UTC, datetime, timedelta

import pytest

from consent import notices
from consent.notices import texts
from consent.regulations import Model
from tests.factories import a_notice


def notice(**changes):
    document = notices.checked(a_notice(**changes))
    filled = texts.completed(document["texts"], document["default_language"])
    return notices.from_document({**document, "texts": filled})


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("de", "de"), ("de-AT", "de"), ("pt-BR", "pt-BR"), ("pt", "en"), ("fr", "en"),
        (None, "en"), ("", "en"), ("../../etc", "en"), ("DE", "en"), ("en-GB", "en"),
    ],
)  # fmt: skip
def test_the_language_that_serves_a_wish_best_is_chosen(wanted, given):
    assert notice(texts={"en": {}, "de": {}, "pt-BR": {}}).language(wanted) == given


@pytest.mark.parametrize(
    ("duration", "days"),
    [
        ("P180D", 180),
        ("P1M", 30),
        ("P1Y", 365),
        ("P13M", 390),
        ("P1Y6M", 545),
        ("P2W", 14),
        ("P1M1D", 31),
    ],
)
def test_a_duration_is_read_as_days(duration, days):
    assert notices.as_timedelta(duration) == timedelta(days=days)
    expiring = notice(expiry={"granted": duration, "refused": "P1D"})
    assert expiring.lifetime(granted=True) == timedelta(days=days)


def test_a_grant_and_a_refusal_last_as_the_notice_says():
    found = notice(expiry={"granted": "P180D", "refused": "PT36H"})
    decided = datetime(2026, 1, 31, tzinfo=UTC)
    assert found.expires_at(decided, granted=True) == decided + timedelta(days=180)
    assert found.expires_at(decided, granted=False) == decided + timedelta(hours=36)


def test_categories_are_optional_or_locked_in_the_order_shown():
    found = notice()
    assert found.optional == ("functional", "targeting", "performance")
    assert found.locked == {"necessary"}


def test_vendors_cookies_and_rules_are_values():
    found = notice(
        regions=[{"match": ["US-CA"], "model": "opt_out", "models": {"targeting": "opt_in"}}]
    )
    assert found.vendor_by_key["acme"].bases == ("consent", "legitimate_interest")
    assert found.cookies[-1].vendor == "metrics"
    assert found.rules[0].model_of("targeting") is Model.OPT_IN
    assert found.rules[0].gpc == "apply"
