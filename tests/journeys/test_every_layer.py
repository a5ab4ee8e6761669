"""axe finds nothing on any layer: every layout, theme, direction, large and small screens."""

from collections.abc import Iterator

import pytest

from tests.journeys.arabic import TEXTS
from tests.journeys.looks import LAYOUTS, Arrive, Look, axe, walk
from tests.journeys.town import Town, demo_notice
from tests.journeys.town import town as open_town

LOOKS = [
    Look(1280, 800, "light", "en"),
    Look(1280, 800, "light", "ar"),
    Look(360, 740, "light", "de"),
]


@pytest.fixture(scope="module")
def arabic_town(sqlite_town: Town) -> Iterator[Town]:
    """Open a site of the service, whose notice speaks Arabic too."""
    notice = demo_notice()
    notice["texts"]["ar"] = TEXTS
    with open_town(sqlite_town.service, sqlite_town.database, "every-layer", notice) as found:
        yield found


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_axe_finds_nothing_on_any_layer_in_light_or_dark(
    arrive: Arrive, arabic_town: Town, layout: str, look: Look
) -> None:
    visitor = arrive(arabic_town, **look.options())
    found = {}
    for layer in walk(visitor, f"/basket?layout={layout}&language={look.language}"):
        for scheme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found[layer, scheme] = axe(visitor.page)
        visitor.page.emulate_media(color_scheme="light", reduced_motion="reduce")

    assert len(found) == 20
    assert {where: what for where, what in found.items() if what} == {}
