"""Where a draft stands: what it holds, what the linter says, what publishing would change."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Response, url_for

from consent import notices
from consent.notices import Change
from consent.notices.editing import texts
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.editor.page import EditorPage, common, door, draft_of
from consent.web.console.frame import render
from consent.web.console.words import _, ngettext

MOST_CHANGES = 100


@dataclass(frozen=True, kw_only=True)
class OverviewPage(EditorPage):
    """The first page of the editor."""

    template: ClassVar[str] = "console/editor/overview.html"
    holds: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    more: int
    publish_url: str


@door.get("/console/sites/<site_key>/notice")
@guards.staff(Ability.DRAFT)
def show(site: Site) -> Response:
    """Show where the draft stands."""
    found = draft_of(site)
    document = found.document
    changes = notices.diff(found.live_document, notices.completed(document))
    missing = sum(len(texts.missing(document, each)) for each in document["texts"])
    counts = {
        "categories": len(document["categories"]),
        "cookies": len(document["cookies"]),
        "vendors": len(document["vendors"]),
        "texts": len(document["texts"]),
        "regions": len(document["regions"]),
    }
    holds = [
        (_("Categories"), str(counts["categories"])),
        (_("Cookies"), str(counts["cookies"])),
        (_("Vendors"), str(counts["vendors"])),
        (_("Languages"), str(counts["texts"])),
        (_("Rules for regions"), str(counts["regions"])),
    ]
    if missing:
        said = ngettext("%(num)s text", "%(num)s texts", missing) % {"num": missing}
        holds.append((_("Nobody has written yet"), said))
    page = OverviewPage(
        **common(site, found, "", _("Notice")),
        holds=tuple(holds),
        changes=changes[:MOST_CHANGES] if found.is_pending else (),
        more=max(0, len(changes) - MOST_CHANGES),
        publish_url=f"{url_for('.show', site_key=site.key).removesuffix('/notice')}/publish",
    )
    return render(page)
