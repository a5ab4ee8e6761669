"""Style sheets of others do not reach our layers: each looks as it does in a page without any."""

from typing import Any

import pytest

from tests.journeys import foreign
from tests.journeys.conftest import STRICT
from tests.journeys.looks import Arrive, walk

# How each of our elements looks, and what stands before and after it.
LOOK = """() => {
  // a page's own text size is one that ours follows, on purpose
  document.documentElement.style.setProperty('font-size', '16px', 'important')
  // whether the number of hits has been said already is a question of time
  for (const each of document.querySelectorAll('#consent-root .list > output')) {
    each.style.setProperty('min-height', '24px', 'important')
  }
  const names = `display position color background-color background-image background-size
    font-family font-size font-weight font-style line-height padding margin border-width
    border-style border-color border-radius text-transform text-align letter-spacing word-spacing
    text-decoration-line text-indent list-style box-sizing opacity visibility overflow white-space
    direction transform filter clip-path pointer-events box-shadow outline-style outline-width
    float appearance cursor order flex gap z-index accent-color min-height max-width
    vertical-align text-shadow caption-side border-collapse`.trim().split(/\\s+/)
  const root = document.querySelector('#consent-root')
  const look = (each, part) => {
    const style = getComputedStyle(each, part)
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]))
  }
  return [root, ...root.querySelectorAll('*')].map((each) => {
    const {width, height} = each.getBoundingClientRect()
    const parts = ['::before', '::after', '::marker', '::placeholder', '::backdrop']
    const shown = parts.filter((part) => part === '::backdrop' ? each.localName === 'dialog'
      : part === '::placeholder' ? each.localName === 'input' && each.placeholder
      : part === '::marker' ? each.localName === 'li'
      : !['none', 'normal'].includes(getComputedStyle(each, part).content))
    return {
      name: each.outerHTML.slice(0, 70), text: each.textContent,
      own: {...look(each), width: Math.round(width), height: Math.round(height)},
      parts: Object.fromEntries(shown.map((part) => [part, look(each, part)])),
    }
  })
}"""
Element = dict[str, Any]


@pytest.mark.parametrize("layout", ["center", "tab"])
def test_no_style_sheet_of_others_changes_how_our_layers_look(arrive: Arrive, layout: str) -> None:
    if missing := foreign.missing():
        message = f"Not installed: {missing}. `npm ci --ignore-scripts` installs them."
        pytest.fail(message) if STRICT else pytest.skip(message)
    plain = _looks(arrive, "plain", layout)
    for name in foreign.ALL:
        found = _looks(arrive, name, layout)
        assert found.keys() == plain.keys()
        for layer, elements in found.items():
            changed = _changes(plain[layer], elements)
            assert not changed, f"{name}, {layer}, {len(changed)}:\n" + "\n".join(changed[:40])


def _looks(arrive: Arrive, name: str, layout: str) -> dict[str, list[Element]]:
    """Return every element of ours on every layer, in a page with a style sheet."""
    visitor = arrive(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    foreign.dress(visitor, name)
    return {
        layer: visitor.page.evaluate(LOOK) for layer in walk(visitor, f"/basket?layout={layout}")
    }


def _changes(plain: list[Element], found: list[Element]) -> list[str]:
    """Return what differs; the size does not count where the text is another, as with numbers."""
    if len(plain) != len(found):
        return [f"{len(plain)} elements have become {len(found)}"]
    changes = []
    for one, other in zip(plain, found, strict=True):
        same_text = one["text"] == other["text"]
        looks = {"": one["own"], **one["parts"]}
        others = {"": other["own"], **other["parts"]}
        pairs = [(part, looks.get(part, {}), others.get(part, {})) for part in {*looks, *others}]
        changes += [
            f"{one['name']}{part}: {key} {before.get(key)} -> {after.get(key)}"
            for part, before, after in pairs
            for key in {*before, *after}
            if before.get(key) != after.get(key)
            and (same_text or key not in {"width", "height"})
            # a backdrop has no edge: these are not seen
            and not (part == "::backdrop" and key in {"box-sizing", "border-style"})
        ]
    return changes
