"""A person's own records, and "withdraw everything". The key never stands in a query."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from consent import ids, notices, records
from consent.errors import FormRefusedError
from consent.notices import NoticeVersion
from consent.records import Action
from consent.signing import Purpose
from consent.sites import Site
from consent.web import answers, guards, inputs
from consent.web.pages import Page, render
from consent.web.services import services
from consent.web.visitor import hosted, own_host, rights, theme
from consent.web.visitor.records import record

door = Blueprint("history", __name__)
AT_ONCE = 20


@dataclass(frozen=True, kw_only=True)
class HistoryPage(Page):
    """A person's records, or the question for the key."""

    template: ClassVar[str] = "visitor/history.html"
    look: theme.Look
    action_url: str
    form_token: str
    withdraw_event_id: str
    key: str = ""
    wrong_key: bool = False
    current: hosted.RecordView | None = None
    records: tuple[hosted.RecordView, ...] = ()
    has_more: bool = False
    next_cursor: int | None = None
    requests: tuple[rights.RequestView, ...] = ()
    rights_url: str = ""


@door.get("/privacy/<site_key>/history")
@guards.reader
def ask(site: Site) -> Response:
    """Ask for the key; the page's script posts the one in the fragment by itself."""
    with services().database.reading() as session:
        version = notices.in_force(session, site.id)
    return render(_page(site, version))


@door.post("/privacy/<site_key>/history")
@guards.reader
def open_history(site: Site) -> Response:
    """Show the records of a key, or withdraw everything."""
    guards.check_form(site, request.form.get("token"))
    key = (request.form.get("key") or "").strip()
    subject_id = services().signer.open(Purpose.HISTORY, site.key, key)
    if request.form.get("action") == Action.WITHDRAW:
        return _withdraw(site, subject_id)
    with services().database.reading() as session:
        version = notices.in_force(session, site.id)
        page = _history(session, site, version, key, subject_id)
    return render(page)


def _withdraw(site: Site, subject_id: str | None) -> Response:
    if subject_id is None:
        raise FormRefusedError("This key does not open a history on this site.")
    services().limits.check(site.key, request.remote_addr)
    with services().database.reading() as session:
        version = notices.in_force(session, site.id)
    decision = hosted.decision_from_form(site, version, Action.WITHDRAW, subject_id)
    captured = record(site, decision)
    notice = notices.read(version)
    back_to = hosted.return_url(site)
    page = hosted.recorded_page(site, notice, captured.record, back_to=back_to)
    return own_host.keep(render(page), site, captured.record)


def _history(
    session: Session, site: Site, version: NoticeVersion, key: str, subject_id: str | None
) -> HistoryPage:
    if subject_id is None:
        return _page(site, version, wrong_key=True)
    before = _sequence(request.form.get("cursor"))
    found = records.history(session, site.id, subject_id, before=before, limit=AT_ONCE + 1)
    shown = found[:AT_ONCE]
    language = hosted.wanted_language(notices.read(version))
    views = tuple(
        hosted.record_view(site, notices.read(made_under), item, language)
        for item in shown
        if (made_under := notices.published(session, site.id, item.notice_version))
    )
    current = records.state_of(session, site.id, subject_id)
    is_first = before is None and views
    return _page(
        site,
        version,
        key=key,
        records=views,
        current=views[0] if current and is_first else None,
        has_more=len(found) > AT_ONCE,
        next_cursor=shown[-1].sequence if shown else None,
        requests=rights.own_requests(session, site, subject_id, language) if before is None else (),
    )


def _sequence(text: str | None) -> int | None:
    # At most nine digits: any sequence there is, and nothing a database could not compare.
    return inputs.whole(text or "", 9)


def _page(site: Site, version: NoticeVersion, **facts: object) -> HistoryPage:
    notice = notices.read(version)
    language = hosted.wanted_language(notice)
    return HistoryPage(
        **hosted.common(site, notice, language, title="history_title"),
        look=hosted.look(site, notice),
        action_url=f"{answers.page_url(site)}/history",
        form_token=hosted.form_token(site, version),
        withdraw_event_id=ids.new_event_id(),
        rights_url=rights.url(site),
        **facts,  # type: ignore[arg-type]
    )
