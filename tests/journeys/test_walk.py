"""The whole walk in one go, by mouse, by keyboard alone, on a phone, and from right to left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.arabic import TEXTS
from tests.journeys.town import Town, demo_notice
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor
from tests.journeys.walk import LOOKS, Walk

LOCKED = {"necessary"}


@pytest.mark.parametrize("kind", LOOKS)
def test_a_visitor_refuses_looks_closer_chooses_and_finds_the_proof(
    arrive: Callable[..., Visitor], town: Town, kind: str
) -> None:
    with shop_for(kind, town) as shop:
        since = shop.last_entry()
        visitor = arrive(shop, **LOOKS[kind], reduced_motion="reduce")
        walk = Walk(visitor, kind)
        captions = list(walk.steps())
        refused, chosen = shop.records(since)

    assert len(captions) == len(set(captions)) == 20
    assert (refused.action, refused.layer) == ("reject_all", "banner")
    assert not any(refused.categories.values())
    assert granted(refused.vendors) == set()
    assert (chosen.action, chosen.layer) == ("save", "center")
    assert chosen.categories == {"functional": False, "targeting": True, "performance": False}
    assert granted(chosen.vendors) == {
        ("meta", "consent", "targeting"),
        ("microsoft-ads", "legitimate_interest", "targeting"),
    }
    assert str(chosen.id) in str(walk.receipt)
    assert {chosen.language, refused.language} == {"ar" if kind == "rtl" else "en"}


@contextmanager
def shop_for(kind: str, town: Town) -> Iterator[Town]:
    """Lead to the shop, or to one that speaks Arabic too."""
    if kind != "rtl":
        yield town
        return
    notice = demo_notice()
    notice["texts"]["ar"] = TEXTS
    with open_town(town.service, town.database, "walk-arabic", notice) as shop:
        yield shop


def granted(vendors: dict[str, dict[str, list[str]]]) -> set[tuple[str, str, str]]:
    """Return which company may do what, on which basis, but for what nobody is asked about."""
    return {
        (key, basis, category)
        for key, bases in vendors.items()
        for basis, categories in bases.items()
        for category in set(categories) - LOCKED
    }
