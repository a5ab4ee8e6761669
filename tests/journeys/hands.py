"""With whose hands somebody walks: on a mouse, on a phone, or on keys alone."""

from itertools import groupby

from playwright.sync_api import CDPSession, Locator, Page, expect

STEPS = 90
FORWARD, BACK = "Tab", "Shift+Tab"
FOCUSED = "(each) => each === document.activeElement"
IS_BEHIND = """(each) => Boolean(
  document.activeElement.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING)"""
# Within what scrolls, as far as it is seen.
IN_SIGHT = """(each) => {
  const {top, bottom} = each.getBoundingClientRect()
  const around = each.closest('.text').getBoundingClientRect()
  return top >= around.top - 1 && bottom <= around.bottom + 1
}"""


class Mouse:
    """A hand on a mouse, and another on the keys for typing words."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Press a button or a link."""
        target.click()

    def tick(self, target: Locator) -> None:
        """Change a box or a switch."""
        self.press(target)

    def leave(self, cancel: Locator) -> None:
        """Leave what lies over the rest, without keeping anything of it."""
        self.press(cancel)

    def type(self, field: Locator, text: str) -> None:
        """Put words into a field in place of those that stand there."""
        self.press(field)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def read_to(self, target: Locator) -> None:
        """Scroll until something is in sight."""
        for _ in range(STEPS):
            if target.evaluate(IN_SIGHT):
                return
            self._scroll(target)
            self.page.wait_for_timeout(60)
        raise AssertionError(f"never in sight: {target}")

    def _scroll(self, target: Locator) -> None:
        target.locator("xpath=ancestor::*[@class='text']").hover()
        self.page.mouse.wheel(0, 60)

    def told(self) -> str:
        """Say what the hand did since it was last asked, where pictures do not show it."""
        return ""


class Touch(Mouse):
    """A finger on a phone."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._device: CDPSession = page.context.new_cdp_session(page)

    def press(self, target: Locator) -> None:
        target.tap()

    def _scroll(self, target: Locator) -> None:
        size = self.page.viewport_size
        assert size is not None
        where = {"x": size["width"] // 2, "y": size["height"] // 2, "yDistance": -80}
        self._device.send("Input.synthesizeScrollGesture", {**where, "gestureSourceType": "touch"})


class Keyboard(Mouse):
    """Keys alone: Tab until focus is where it should be, then Enter, Space or Escape."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._keys: list[str] = []

    def _key(self, name: str) -> None:
        self.page.keyboard.press(name)
        self._keys.append(name)

    def _go(self, target: Locator) -> None:
        expect(target).to_have_count(1)
        key = BACK if target.evaluate(IS_BEHIND) else FORWARD
        for _ in range(STEPS):
            if target.evaluate(FOCUSED):
                return
            self._key(key)
        raise AssertionError(f"never reached by {STEPS} x {key}: {target}")

    def press(self, target: Locator) -> None:
        self._go(target)
        self._key("Enter")

    def tick(self, target: Locator) -> None:
        self._go(target)
        self._key("Space")

    def leave(self, cancel: Locator) -> None:
        expect(cancel).to_be_visible()
        self._key("Escape")

    def type(self, field: Locator, text: str) -> None:
        self._go(field)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)
        self._keys.append(f"“{text}”")

    def _scroll(self, target: Locator) -> None:
        self._key("ArrowDown")

    def told(self) -> str:
        runs = [(key, len(list(same))) for key, same in groupby(self._keys)]
        self._keys.clear()
        return ", ".join(key if count == 1 else f"{count}\u00a0×\u00a0{key}" for key, count in runs)
