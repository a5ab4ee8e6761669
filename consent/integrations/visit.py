"""One visit to the site's own back end: what the request says, read when it is asked for."""

import secrets
from collections.abc import Callable, Mapping
from functools import cached_property

from consent.integrations import cookie
from consent.integrations.choice import Choice, VendorGrants
from consent.integrations.policy import Policy


class Visit:
    """The `consent` of a template or a view: `consent.has("performance")`, `consent.nonce`."""

    def __init__(
        self,
        policy: Policy,
        cookies: str | None = None,
        *,
        gpc: str | None = None,
        region: Callable[[], str | None] | None = None,
    ) -> None:
        self._policy = policy
        self._cookies = cookies
        self._gpc = gpc
        self._region = region

    @cached_property
    def choice(self) -> Choice:
        """Return what the visitor allows."""
        region = self._region() if self._region else None
        values = cookie.values(self._cookies)
        return self._policy.choice(values, region, (self._gpc or "").strip() == "1")

    @cached_property
    def nonce(self) -> str:
        """Return the nonce of this answer; asking for it puts it into the policy."""
        return secrets.token_urlsafe(16)

    @property
    def given_nonce(self) -> str | None:
        """Return the nonce if the page has asked for it."""
        found: str | None = self.__dict__.get("nonce")
        return found

    @property
    def decided(self) -> bool:
        """Say whether there is a decision in force."""
        return self.choice.decided

    @property
    def categories(self) -> Mapping[str, bool]:
        """Return every category, granted or not."""
        return self.choice.categories

    @property
    def vendors(self) -> Mapping[str, VendorGrants]:
        """Return every vendor with the categories it is granted in."""
        return self.choice.vendors

    def has(self, category: str, vendor: str | None = None) -> bool:
        """Say whether a category is granted, or a vendor in it."""
        return self.choice.has(category, vendor)
