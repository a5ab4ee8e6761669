"""Records: found by any of their facts, and each shown with all that is known and proved of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from consent import notices, records
from consent.errors import InvalidFieldsError
from consent.notices import Notice
from consent.records import Found, Search, Total
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards, record_words
from consent.web.console.frame import ConsolePage, number, problems, render
from consent.web.console.words import N_, _, ngettext
from consent.web.services import services

door = Blueprint("console_records", __name__)
AT_ONCE = 50
# Of the address, not of the search.
_PAGING = frozenset({"before", "after", "count", "far"})
_TRUTHS = (("", N_("either")), ("yes", N_("yes")), ("no", N_("no")))
_STATES = (("granted", N_("granted")), ("refused", N_("refused")))

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choices:
    """What a form offers to choose from."""

    actions: Pairs
    categories: Pairs
    vendors: Pairs
    versions: Pairs
    languages: Pairs
    truths: Pairs
    states: Pairs


@dataclass(frozen=True, kw_only=True)
class RecordList(ConsolePage):
    """Records that match, newest first."""

    template: ClassVar[str] = "console/records/list.html"
    section: ClassVar[str] = "records"
    choices: Choices
    given: Mapping[str, str]
    rows: tuple[record_words.Row, ...] = ()
    is_asked: bool
    summary: str = ""
    count_url: str | None = None
    newer_url: str | None = None
    older_url: str | None = None
    further_url: str | None = None
    looked_until: str = ""
    export_url: str | None = None
    problems: Mapping[str, list[str]] | None = None


@door.get("/console/sites/<site_key>/records")
@guards.staff(Ability.READ)
def search(site: Site) -> Response:
    """Search the site's records."""
    given = {name: value.strip() for name, value in request.args.items()}
    asked = {key: value for key, value in given.items() if key not in _PAGING and key != "said"}
    # These two stand beside a choice; alone they ask nothing.
    asked = {k: v for k, v in asked.items() if not k.endswith("_is") or asked.get(k[:-3])}
    with services().database.reading() as session:
        try:
            wanted = records.asked(site.id, asked)
            before, after = (records.place(given.get(name, "")) for name in ("before", "after"))
        except InvalidFieldsError as error:
            page = _empty(session, site, given, problems(error))
            return render(page, 422)
        found = records.find(
            session, wanted, before=before, after=after, limit=AT_ONCE, far="far" in given
        )
        page = _page(session, site, given, wanted, found)
    return render(page)


@door.get("/console/sites/<site_key>/records/<uuid:record_id>")
@guards.staff(Ability.READ)
def show(site: Site, record_id: UUID) -> Response:
    """Show one record: its facts, the person's timeline, the notice, the receipt and the proof."""
    with services().database.reading() as session:
        record = records.record_of(session, site.id, record_id)
        page = record_words.page_of(session, site, record)
    return render(page)


def _empty(
    session: Session, site: Site, given: Mapping[str, str], found: Mapping[str, list[str]]
) -> RecordList:
    return RecordList(
        title=_("Records"),
        site=site,
        choices=_choices(session, site, given),
        given=given,
        is_asked=True,
        problems=found,
    )


def _page(
    session: Session, site: Site, given: Mapping[str, str], wanted: Search, found: Found
) -> RecordList:
    query = records.query_of(wanted)
    is_counted = given.get("count") == "all"
    if is_counted:
        total = Total(records.count(session, wanted), is_exact=True)
    else:
        total = records.total(session, wanted)
    further = found.looked_until is not None
    onward = "after" if "after" in given else "before"
    edge = found.newer if onward == "after" else found.older
    return RecordList(
        title=_("Records"),
        site=site,
        choices=_choices(session, site, given),
        given=given,
        rows=tuple(record_words.row(site, each) for each in found.rows),
        is_asked=bool(query),
        summary=_summary(total),
        count_url=None if total.is_exact else _url(site, query, count="all"),
        newer_url=_turn(
            site, query, "after", found.newer, is_further=further and onward == "after"
        ),
        older_url=_turn(
            site, query, "before", found.older, is_further=further and onward == "before"
        ),
        further_url=_url(site, query, **{onward: str(edge)}, far="yes") if further else None,
        looked_until=f"{found.looked_until:%Y-%m-%d %H:%M} UTC" if found.looked_until else "",
        export_url=_export_url(site, query),
    )


def _summary(total: Total) -> str:
    if total.is_exact:
        text = ngettext("%(shown)s record", "%(shown)s records", total.number)
    elif total.number >= records.MOST_COUNTED:
        text = _("More than %(shown)s records")
    else:
        text = _("At least %(shown)s records: the newest %(looked)s were looked at")
    return text % {"shown": number(total.number), "looked": number(records.MOST_LOOKED_AT)}


def _turn(
    site: Site, query: Mapping[str, str], way: str, place: UUID | None, *, is_further: bool
) -> str | None:
    return _url(site, query, **{way: str(place)}) if place and not is_further else None


def _url(site: Site, query: Mapping[str, str], **more: str) -> str:
    # Not as arguments of `url_for`: what somebody else wrote into the address is text alone.
    path = url_for("console_records.search", site_key=site.key)
    return f"{path}?{urlencode({**query, **more})}"


def _export_url(site: Site, query: Mapping[str, str]) -> str | None:
    if not guards.current().may(Ability.EXPORT, site.id):
        return None
    return f"{request.script_root}/console/sites/{site.key}/exports?{urlencode(query)}"


def _choices(session: Session, site: Site, given: Mapping[str, str]) -> Choices:
    version = notices.current(session, site.id)
    notice = notices.read(version) if version else None
    numbers = range(version.version if version else 0, 0, -1)
    return Choices(
        actions=(("", _("any")), *((key, _(text)) for key, text in record_words.ACTIONS.items())),
        categories=(("", _("any")), *_categories(notice, given.get("category", ""))),
        vendors=tuple((each.key, each.name) for each in notice.vendors) if notice else (),
        versions=(("", _("any")), *((str(each), str(each)) for each in numbers)),
        languages=tuple((each, each) for each in notice.languages) if notice else (),
        truths=tuple((key, _(text)) for key, text in _TRUTHS),
        states=tuple((key, _(text)) for key, text in _STATES),
    )


def _categories(notice: Notice | None, chosen: str) -> Pairs:
    """Return the categories of the newest notice, and the one asked for though it has gone."""
    keys = notice.optional if notice else ()
    texts = notice.texts(None) if notice else {}
    kept = () if not chosen or chosen in keys else ((chosen, chosen),)
    return (*((key, texts[f"category_{key}_name"]) for key in keys), *kept)
