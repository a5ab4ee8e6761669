"""Small screens, zoom and large text: all of every layer can be read, reached and pressed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.arabic import TEXTS
from tests.journeys.looks import LAYOUTS, Arrive, walk
from tests.journeys.town import Town, demo_notice
from tests.journeys.town import town as open_town

# What is wrong with a layer: parts beyond the edges, text cut off, what scrolls sideways (the page
# too, where it bears the look itself), and buttons that are not on top once they are scrolled to.
TROUBLE = """(own) => {
  const found = []
  const wide = document.documentElement.clientWidth
  const say = (what, each) => found.push(what + ' ' + each.outerHTML.slice(0, 90))
  const sideways = (each) => each.scrollWidth > each.clientWidth + 1
    && !['visible', 'clip'].includes(getComputedStyle(each).overflowX)
  const unseen = (each) => getComputedStyle(each).clipPath !== 'none'
  const onTop = (each, ours, block) => {
    each.scrollIntoView({block, behavior: 'instant'})
    const [{left, top, width, height}] = each.getClientRects()
    return ours.contains(document.elementFromPoint(left + width / 2, top + height / 2))
  }
  const root = document.querySelector('#consent-root')
  if (own && document.documentElement.scrollWidth > wide) found.push('the page scrolls sideways')
  for (const each of root.querySelectorAll('*')) {
    if (!each.getClientRects().length || unseen(each)) continue
    const {left, right, width} = each.getBoundingClientRect()
    if (width > 1 && (left < -1 || right > wide + 1)) say('beyond the edge:', each)
    if (sideways(each)) say('scrolls sideways:', each)
    const {overflowY, lineHeight} = getComputedStyle(each)
    if (overflowY === 'auto' && each.scrollHeight > each.clientHeight + 1
      && each.clientHeight < 2 * parseFloat(lineHeight)) say('no room to read:', each)
    if (each.matches('p, h2, h3, h4, dd, dt, label') && each.scrollWidth > each.clientWidth + 1
      && !each.querySelector('input, .unseen')) say('cut off:', each)
  }
  const layer = root.querySelector('dialog') ?? root
  const over = layer.querySelector('[role=dialog]') ?? layer
  for (const each of over.querySelectorAll('button, a[href], input')) {
    if (!each.getClientRects().length) continue
    const ours = each.closest('label') ?? each
    const places = ['center', 'end', 'start']
    if (!places.some((block) => onTop(each, ours, block))) say('cannot be reached:', each)
    const {width, height} = each.getBoundingClientRect()
    const least = each.localName === 'button' ? 24 : 1
    if (Math.min(width, height) < least) say('too small:', each)
  }
  return found
}"""
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 320, "height": 640}},
    "zoom-200": {"viewport": {"width": 640, "height": 512}, "device_scale_factor": 2},
    "zoom-400": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
}
LARGE = "() => { document.documentElement.style.fontSize = '200%' }"


@pytest.fixture(scope="module")
def arabic_town(sqlite_town: Town) -> Iterator[Town]:
    """Open a site of the service, whose notice speaks Arabic too."""
    notice = demo_notice()
    notice["texts"]["ar"] = TEXTS
    with open_town(sqlite_town.service, sqlite_town.database, "reflow", notice) as found:
        yield found


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layer_fits_a_small_screen_and_every_button_can_be_pressed(
    arrive: Arrive, arabic_town: Town, layout: str, screen: str, language: str
) -> None:
    assert _troubles(arrive, arabic_town, layout, language, SCREENS[screen]) == {}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layer_bears_text_of_twice_the_size(
    arrive: Arrive, arabic_town: Town, layout: str, width: int
) -> None:
    screen = {"viewport": {"width": width, "height": 740}}
    assert _troubles(arrive, arabic_town, layout, "en", screen, LARGE) == {}


def _troubles(
    arrive: Arrive, town: Town, layout: str, language: str, screen: dict[str, Any], change: str = ""
) -> dict[str, list[str]]:
    """Return what is wrong on which layer."""
    visitor = arrive(town, reduced_motion="reduce", **screen)
    found = {}
    for layer in walk(visitor, f"/basket?layout={layout}&language={language}"):
        if change:
            visitor.page.evaluate(change)
        found[layer] = visitor.page.evaluate(TROUBLE, not change)
    return {layer: troubles for layer, troubles in found.items() if troubles}
