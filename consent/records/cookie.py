"""What the service takes from the first-party cookie `consent`: hostile input, none of it believed.

The page trusts it; the service believes only the signed parts. The reader is the one that a site's
own back end has, too, and lies with it.
"""

from dataclasses import dataclass

from consent import integrations

NAME = integrations.NAME
LONGEST = integrations.LONGEST


@dataclass(frozen=True)
class Remembered:
    """What a browser remembers of its decision."""

    notice_version: int
    categories: dict[str, bool]
    decided_at: int
    expires_at: int
    action: str
    subject: str | None


def read(value: str | None) -> Remembered | None:
    """Return what the cookie says, or None for everything that is not exactly such a cookie."""
    stored = integrations.read_stored(value)
    if stored is None:
        return None
    return Remembered(
        notice_version=stored.notice_version,
        categories=dict(stored.categories),
        decided_at=stored.decided_at,
        expires_at=stored.expires_at,
        action=stored.action,
        subject=stored.subject,
    )
