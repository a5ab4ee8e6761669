"""What a pack is asked to hold, and how that is said in its manifest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent import clock, sites
from consent.exports.period import said
from consent.records import Search


@dataclass(frozen=True)
class Order:
    """One pack: of which site, which records, when, and where its log is read by others."""

    site: sites.Site
    search: Search
    made_at: datetime
    public_url: str
    seeds: Sequence[bytes]

    @property
    def keys_url(self) -> str:
        """Return where the log's keys are published."""
        return f"{self.public_url}/log/{self.site.key}/keys.json"

    @property
    def is_personal(self) -> bool:
        """Say whether it is about one person."""
        return self.search.subject is not None or self.search.record is not None

    @property
    def scope(self) -> dict[str, object]:
        """Return the scope as the manifest says it."""
        search = self.search
        if search.subject is not None:
            return {"kind": "subject", "subject": search.subject}
        if search.record is not None:
            return {"kind": "record", "record": str(search.record)}
        if search.start is None and search.end is None:
            return {"kind": "all"}
        return {
            "kind": "period",
            "from": clock.to_text(search.start) if search.start else None,
            "to": clock.to_text(search.end) if search.end else None,
        }

    @property
    def scope_in_words(self) -> str:
        """Return the scope for people to read."""
        search = self.search
        if search.subject is not None:
            return f"the decisions of one person, {search.subject}"
        if search.record is not None:
            return f"one decision, {search.record}"
        start = f"from {said(search.start)} (included)" if search.start else "from the beginning"
        end = (
            f"to {said(search.end)} (not included)" if search.end else "to the making of this pack"
        )
        return f"{start} {end}"

    @property
    def facts(self) -> dict[str, object]:
        """Return the head of the manifest."""
        return {
            "format": "consent-pack@v1",
            "site": self.site.key,
            "made_at": clock.to_text(self.made_at),
            "scope": self.scope,
        }
