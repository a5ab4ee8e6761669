"""What goes into a site's pages, to copy; and whether it is there."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, Response, request

from consent import doctor
from consent.doctor import Finding, Found, Status
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, render
from consent.web.console.words import _
from consent.web.embed_codes import Codes, codes_of
from consent.web.services import services

door = Blueprint("console_embed", __name__)
# How each kind of finding is dressed.
KINDS = {Status.OK: "good", Status.NOTE: "", Status.WARNING: "wait", Status.FAILED: "bad"}


@dataclass(frozen=True, kw_only=True)
class EmbedPage(ConsolePage):
    """The codes of a site, and what a look at one of its pages found."""

    template: ClassVar[str] = "console/sites/embed.html"
    section: ClassVar[str] = "embed"
    codes: Codes
    may_check: bool
    address: str
    found: Found | None
    findings: tuple[tuple[str, Finding], ...]


@door.get("/console/sites/<site_key>/embed")
@guards.staff(Ability.LOOK)
def show(site: Site) -> Response:
    """Show what to embed."""
    return _page(site)


@door.post("/console/sites/<site_key>/embed")
@guards.staff(Ability.DRAFT)
def check(site: Site) -> Response:
    """Look whether the snippet is on a page of the site: that page alone, read and never run."""
    address = request.form.get("address", "")[:2000]
    # Outside any transaction: somebody else's server may take its time.
    found = doctor.check_page(services().settings, site, address)
    return _page(site, found, 422 if found.problem else 200)


def _page(site: Site, found: Found | None = None, status: int = 200) -> Response:
    page = EmbedPage(
        title=_("Embed code"),
        site=site,
        codes=codes_of(site),
        may_check=guards.current().may(Ability.DRAFT, site.id),
        address=request.form.get("address", site.origins[0] + "/"),
        found=found,
        findings=tuple((KINDS[each.status], each) for each in found.findings) if found else (),
    )
    return render(page, status)
