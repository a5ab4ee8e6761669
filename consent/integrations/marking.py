"""Which headers an answer of the site gets: one place for every adapter.

Only HTML is marked, and only its headers: bodies pass as they are, so that streams stay streams.
"""

from collections.abc import Callable
from dataclasses import dataclass

from consent.integrations import csp
from consent.integrations.policy import Policy
from consent.integrations.visit import Visit

HTML = frozenset({"text/html", "application/xhtml+xml"})
# What the choice is read from.
ASKED = ("Cookie", "Sec-GPC")
DEFAULT = "default-src 'self'"


@dataclass(frozen=True)
class Marking:
    """How a site marks its pages; without a base policy they get none."""

    policy: Policy
    base_csp: csp.Base | None = DEFAULT
    report_only: bool = False

    def __post_init__(self) -> None:
        # A policy that cannot hold anything back stops the start, not the first visitor.
        if self.base_csp is not None:
            object.__setattr__(self, "base_csp", self.policy.check(self.base_csp))

    @property
    def policy_header(self) -> str:
        """Return the header the policy goes into."""
        return "Content-Security-Policy" + ("-Report-Only" if self.report_only else "")

    def headers(self, visit: Visit, present: Callable[[str], str | None]) -> dict[str, str]:
        """Return the headers to set, each in place of the one that is there.

        A page that has a policy or a Cache-Control of its own keeps it.
        """
        media_type = (present("Content-Type") or "").partition(";")[0].strip().lower()
        if media_type not in HTML:
            return {}
        found = {"Vary": _vary(present("Vary") or "")}
        if present("Cache-Control") is None:
            found["Cache-Control"] = "private"
        if self.base_csp is not None and present(self.policy_header) is None:
            found[self.policy_header] = visit.choice.csp(self.base_csp, visit.given_nonce)
        return found

    def replaced(self, visit: Visit, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return all headers of an answer, for those who send them as a list."""

        def present(name: str) -> str | None:
            held = [value for key, value in headers if key.lower() == name.lower()]
            return ", ".join(held) if held else None

        changed = self.headers(visit, present)
        names = {name.lower() for name in changed}
        kept = [(key, value) for key, value in headers if key.lower() not in names]
        return [*kept, *changed.items()] if changed else headers


def _vary(present: str) -> str:
    named = [part.strip() for part in present.split(",") if part.strip()]
    if "*" in named:
        return present
    known = {name.lower() for name in named}
    return ", ".join([*named, *(name for name in ASKED if name.lower() not in known)])
