"""What the rules look at: the page, our tag in it, and what the site asks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from consent.doctor.page.companies import Companies
from consent.doctor.page.reading import Document, Element
from consent.doctor.wire import Answer, Wire
from consent.notices import Notice

_FROZEN = re.compile(r"loader\.[0-9a-f]{16}\.js")


@dataclass(frozen=True)
class Released:
    """What an installation has released for a site: `frozen` gives a file by its name."""

    notice: Notice
    version: int
    digest: str
    # what the loader of the newest version names as its code; None before it was asked for
    loader: bytes | None
    frozen: Callable[[str], bytes | None]
    # what bundling the newest version gives, for files that lie at an address
    bundled: Callable[[str], bytes | None]


# Asked with the address of a service and a site's key; None where this installation is not that.
Lookup = Callable[[str, str], Released | None]


@dataclass(frozen=True)
class Loader:
    """What our tag loads, and the configuration inside."""

    element: Element
    url: str
    answer: Answer
    config: Mapping[str, Any]

    @property
    def service(self) -> str:
        """Return the service that decisions go to."""
        return str(self.config["service"])

    @property
    def site_key(self) -> str:
        """Return the site it asks for."""
        return str(self.config["site"])

    @property
    def own_base(self) -> str:
        """Return where the service itself has the site's files."""
        return f"{self.service}/v1/sites/{self.site_key}/"

    @property
    def is_bundled(self) -> bool:
        """Say whether the site serves copies of its own."""
        return str(self.config["files"]) != self.own_base

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return self.url.partition("?")[0].rpartition("/")[2]

    @property
    def is_frozen(self) -> bool:
        """Say whether the address names one release for ever."""
        return bool(_FROZEN.fullmatch(self.name))

    @property
    def is_late(self) -> bool:
        """Say whether what follows the tag may run before it."""
        return bool({"async", "defer"} & self.element.attributes.keys()) or (
            self.element.kind == "module"
        )


@dataclass(frozen=True)
class Sight:
    """One page, looked at."""

    wire: Wire
    answer: Answer
    document: Document
    # tags that load us, in their order
    tags: tuple[Element, ...]
    loader: Loader | None
    # the address of the service, as the tag or the settings say
    service: str
    site_key: str
    # the site that the page should be of, where somebody said so
    wanted: str
    released: Released | None
    companies: Companies

    @property
    def host(self) -> str:
        """Return the page's host."""
        return urlsplit(self.answer.url).hostname or ""

    @property
    def notice(self) -> Notice | None:
        """Return what the site asks, if that is known."""
        return self.companies.notice

    @property
    def modes(self) -> frozenset[str]:
        """Return the consent modes that the loader itself serves."""
        return frozenset(self.notice.options.consent_modes if self.notice else ())
