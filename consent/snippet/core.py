"""The built browser code: read once from `static/dist/`, where the build hook puts it."""

from dataclasses import dataclass
from functools import cache, cached_property

from consent import ledger, paths
from consent.errors import SnippetMissingError


@dataclass(frozen=True)
class Core:
    """Loader and preference center, the same for all sites."""

    loader: str
    center: str

    @cached_property
    def digest(self) -> str:
        """Return the digest that records name as the snippet."""
        return "sha256-" + ledger.digest((self.loader + "\0" + self.center).encode())


@cache
def core() -> Core:
    """Return the built code, or say how to build it."""
    try:
        return Core(
            (paths.DIST / "loader.core.js").read_text("utf-8"),
            (paths.DIST / "center.js").read_text("utf-8"),
        )
    except FileNotFoundError as error:
        raise SnippetMissingError(
            f"{paths.DIST} lacks the built snippet: run `make bundle`."
        ) from error
