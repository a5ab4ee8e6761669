"""The built browser code: read once from `static/dist/`, where the build hook puts it."""

from dataclasses import dataclass
from functools import cache, cached_property

from consent import ledger, paths
from consent.errors import SnippetMissingError


@dataclass(frozen=True)
class Core:
    """Loader, center, page part, consent modes and counter: the same for all sites."""

    loader: str
    center: str
    page: str
    modes: str
    shown: str = ""

    @cached_property
    def digest(self) -> str:
        """Return the digest that records name as the snippet."""
        code = (self.loader, self.center, self.page, self.modes, self.shown)
        return "sha256-" + ledger.digest("\x00".join(code).encode())


@cache
def core() -> Core:
    """Return the built code, or say how to build it."""
    try:
        names = ("loader.core.js", "center.js", "page.js", "modes.js", "shown.js")
        return Core(*((paths.DIST / name).read_text("utf-8") for name in names))
    except FileNotFoundError as error:
        raise SnippetMissingError(
            f"{paths.DIST} lacks the built snippet: run `make bundle`."
        ) from error
