"""The dashboard: what visitors decided, with printed denominators, over time and by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from consent import clock, insights, notices
from consent.errors import InvalidFieldsError
from consent.insights import Figures, Period
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.cards import Card, Tile, cards, tiles
from consent.web.console.frame import ConsolePage, number, problems, render
from consent.web.console.words import N_, _, ngettext
from consent.web.services import services

door = Blueprint("console_dashboard", __name__)
PRESETS = ((7, N_("7 days")), (30, N_("30 days")), (90, N_("90 days")), (365, N_("12 months")))


@dataclass(frozen=True)
class Preset:
    """A period to choose at one click."""

    name: str
    url: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Dashboard(ConsolePage):
    """Figures of a period."""

    template: ClassVar[str] = "console/dashboard/dashboard.html"
    section: ClassVar[str] = "dashboard"
    given: Mapping[str, str]
    presets: tuple[Preset, ...]
    problems: Mapping[str, list[str]] | None = None
    first: datetime | None = None
    last: datetime | None = None
    is_empty: bool = True
    tiles: tuple[Tile, ...] = ()
    cards: tuple[Card, ...] = ()
    apart: tuple[str, ...] = ()
    counted: str = ""
    counted_at: datetime | None = None
    is_counting: bool = False
    notice_url: str | None = None


@door.get("/console/sites/<site_key>/dashboard")
@guards.staff(Ability.LOOK)
def show(site: Site) -> Response:
    """Show the figures of a period, the last 30 days where none is named."""
    given = {key: request.args.get(key, "").strip() for key in ("from", "to")}
    try:
        period = insights.period(given)
    except InvalidFieldsError as error:
        page = Dashboard(
            title=_("Dashboard"),
            site=site,
            given=given,
            presets=_presets(site, None),
            problems=problems(error),
        )
        return render(page, 422)
    with services().database.reading() as session:
        return render(_page(session, site, period))


def _page(session: Session, site: Site, period: Period) -> Dashboard:
    found = insights.figures(session, site.id, period.start, period.end, days_each=period.days_each)
    version = notices.current(session, site.id)
    notice = notices.read(version) if version else None
    names = notice.texts(None) if notice else {}
    last = period.end - timedelta(days=1)
    return Dashboard(
        title=_("Dashboard"),
        site=site,
        given={"from": f"{period.start:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}"},
        presets=_presets(site, period),
        first=period.start,
        last=last,
        is_empty=not (found.whole.tally.decisions or found.apart.total or found.whole.tally.shown),
        tiles=tiles(found),
        cards=cards(found, names, _records_url(site, period)),
        apart=_apart(found),
        counted=_counted(found),
        counted_at=found.counted_at,
        is_counting=notice is not None and notice.options.count_shown is not None,
        notice_url=_notice_url(site),
    )


def _apart(found: Figures) -> tuple[str, ...]:
    """Return in words what stands in no other figure."""
    apart = found.apart
    lines = [
        (apart.late, N_("%(shown)s arrived late")),
        (apart.suspicious, N_("%(shown)s with a claim that the service knew better")),
        (apart.both, N_("%(shown)s both")),
    ]
    said = [_(text) % {"shown": number(count)} for count, text in lines if count]
    if found.missed:
        text = ngettext(
            "%(shown)s decision of any time was erased before it could be counted",
            "%(shown)s decisions of any time were erased before they could be counted",
            found.missed,
        )
        said.append(text % {"shown": number(found.missed)})
    return tuple(said)


def _counted(found: Figures) -> str:
    tally, apart = found.whole.tally, found.apart
    text = _("%(all)s decisions: %(here)s in the figures below, %(apart)s apart.")
    return text % {
        "all": number(tally.decisions + apart.total),
        "here": number(tally.decisions),
        "apart": number(apart.total),
    }


def _presets(site: Site, period: Period | None) -> tuple[Preset, ...]:
    path = url_for("console_dashboard.show", site_key=site.key)
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for days, name in PRESETS:
        start = today - timedelta(days=days - 1)
        query = urlencode({"from": f"{start:%Y-%m-%d}", "to": f"{today:%Y-%m-%d}"})
        is_current = period == Period(start, today + insights.DAY)
        found.append(Preset(_(name), f"{path}?{query}", is_current))
    return tuple(found)


def _records_url(site: Site, period: Period) -> str | None:
    """Return where the records behind a figure are; None for who may not read them."""
    if not guards.current().may(Ability.READ, site.id):
        return None
    path = url_for("console_records.search", site_key=site.key)
    last = period.end - timedelta(days=1)
    query = urlencode({"from": f"{period.start:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}"})
    return f"{path}?{query}"


def _notice_url(site: Site) -> str | None:
    if not guards.current().may(Ability.DRAFT, site.id):
        return None
    return f"{request.script_root}/console/sites/{site.key}/notice"
