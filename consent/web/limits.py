"""How much one network may send: counted by (site, /24 or /56), never stored with an address.

Counts live in memory, right for one process, or in Redis for several; while Redis is away each
process counts for itself, so a broken counter neither blocks visitors nor opens the gate.
"""

import hmac
import ipaddress
import logging

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from consent import clock
from consent.config import Settings
from consent.errors import TooManyError

log = logging.getLogger(__name__)
TOKEN_REQUESTS = 1200


class Limits:
    """The limit on decisions."""

    def __init__(self, settings: Settings) -> None:
        self._salt = settings.secret_keys[-1].encode()
        self._most = settings.decisions_per_minute
        self._local = FixedWindowRateLimiter(MemoryStorage())
        self._shared = (
            FixedWindowRateLimiter(RedisStorage(settings.redis_url)) if settings.redis_url else None
        )

    def check(self, site_key: str, address: str | None) -> None:
        """Count one decision; over the limit is a `TooManyError` that says when to come back."""
        if not self._most:
            return
        item = RateLimitItemPerMinute(self._most)
        who = self.network(address)
        if not self._hit(item, site_key, who):
            raise TooManyError(
                "Too many decisions came from this network: wait a minute.", retry_after=60
            )

    def check_token(self, actor: str) -> None:
        """Count one request of a program, by its token."""
        if not self._most:
            return
        if not self._hit(RateLimitItemPerMinute(TOKEN_REQUESTS), "api", actor):
            raise TooManyError(
                "This token asked too often: wait a minute, and page with a larger limit.",
                retry_after=60,
            )

    def _hit(self, item: RateLimitItemPerMinute, site_key: str, who: str) -> bool:
        if self._shared is not None:
            try:
                return self._shared.hit(item, "decisions", site_key, who)
            except Exception:
                log.exception("Redis does not answer: this process counts for itself")
        return self._local.hit(item, "decisions", site_key, who)

    def network(self, address: str | None) -> str:
        """Return a keyed hash of the visitor's network that nobody can lead back tomorrow."""
        try:
            parsed = ipaddress.ip_address(address or "")
        except ValueError:
            return "unknown"
        if parsed.version == 6 and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        length = 24 if parsed.version == 4 else 56
        network = ipaddress.ip_network((parsed, length), strict=False)
        text = f"{clock.now():%Y-%m-%d} {network}"
        return hmac.digest(self._salt, text.encode(), "sha256").hex()[:32]
