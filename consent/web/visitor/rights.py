"""What a person may demand, from their own history: ask, see where it stands, have a copy at once.

The history's key says whose data it is about. The request's own key opens where it stands and no
more; it travels in the fragment and in form bodies, never in a query.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson
from babel.dates import format_date
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from consent import ids, notices, records, rights
from consent.errors import (
    ConflictError,
    FormRefusedError,
    InvalidFieldsError,
    NotFoundError,
    TooManyError,
)
from consent.notices import NoticeVersion, wording
from consent.rights import LONGEST_WORDS, Asked, Demand, Kind, RightsRequest
from consent.signing import Purpose
from consent.sites import Site
from consent.web import answers, guards, headers
from consent.web.pages import Page, render, text
from consent.web.services import services
from consent.web.visitor import hosted, theme

door = Blueprint("rights", __name__)


@dataclass(frozen=True)
class RequestView:
    """One request in words."""

    reference: str
    kind: str
    state: str
    opened_on: str
    due_on: str
    closed_on: str
    because: str
    answer: str
    forgotten: bool


@dataclass(frozen=True, kw_only=True)
class StatusPage(Page):
    """Where a request stands, or the question for its key."""

    template: ClassVar[str] = "visitor/rights.html"
    look: theme.Look
    action_url: str
    form_token: str
    history_url: str
    key: str = ""
    wrong_key: bool = False
    request: RequestView | None = None
    status_url: str = ""
    sent: str = ""


@dataclass(frozen=True, kw_only=True)
class AskPage(Page):
    """The form for a request, with what was written and what is wrong with it."""

    template: ClassVar[str] = "visitor/rights_ask.html"
    look: theme.Look
    action_url: str
    form_token: str
    key: str
    event_id: str
    kinds: tuple[str, ...] = tuple(Kind)
    kind: str = ""
    words: str = ""
    email: str = ""
    errors: Collection[str] = ()
    wrong: str | bool = False
    most_words: int = LONGEST_WORDS
    contact_days: int = rights.CONTACT_DAYS


@door.get("/privacy/<site_key>/rights")
@guards.reader
def ask_key(site: Site) -> Response:
    """Ask for a request's key; the page's script posts the one in the fragment by itself."""
    return render(_status(site, _version(site)))


@door.post("/privacy/<site_key>/rights")
@guards.reader
def status(site: Site) -> Response:
    """Show where the request of a key stands."""
    guards.check_form(site, request.form.get("token"))
    key = (request.form.get("key") or "").strip()
    request_id = services().signer.open(Purpose.RIGHTS, site.key, key)
    version = _version(site)
    with services().database.reading() as session:
        found = _found(session, site, request_id)
    if found is None:
        return render(_status(site, version, wrong_key=True))
    return render(_status(site, version, found=found))


@door.post("/privacy/<site_key>/rights/ask")
@guards.reader
def ask(site: Site) -> Response:
    """Show the form for a request, or take one in. Sent twice it is one request."""
    guards.check_form(site, request.form.get("token"))
    subject_id = _subject(site)
    version = _version(site)
    if "send" not in request.form:
        return render(_form(site, version))
    services().limits.check(site.key, request.remote_addr)
    if request.form.get("kind") not in set(Kind):
        return render(_form(site, version, errors=["kind"], wrong=True), 422)
    try:
        asked = _take_in(site, version, subject_id)
    except InvalidFieldsError as error:
        return render(_form(site, version, errors=list(error.fields), wrong=True), 422)
    except (NotFoundError, TooManyError, ConflictError) as error:
        return render(_form(site, version, wrong=_WRONG[type(error)]), error.status)
    sent = "rights_sent_before" if asked.replayed else "rights_sent"
    return render(_status(site, version, found=asked.request, sent=sent))


@door.post("/privacy/<site_key>/rights/copy")
@guards.reader
def copy(site: Site) -> Response:
    """Give a person all that is kept of them, as a file."""
    guards.check_form(site, request.form.get("token"))
    subject_id = _subject(site)
    services().limits.check(site.key, request.remote_addr)
    with services().database.reading() as session:
        found = rights.data_of(session, site, subject_id)
    body = orjson.dumps(found, option=orjson.OPT_INDENT_2)
    response = headers.apply(Response(body, content_type="application/json"), headers.API)
    response.headers["Content-Disposition"] = f'attachment; filename="my-data-{site.key}.json"'
    return response


def own_requests(
    session: Session, site: Site, subject_id: str, language: str
) -> tuple[RequestView, ...]:
    """Return a person's requests in words, for the page with their history."""
    texts = notices.read(notices.in_force(session, site.id)).texts(language)
    subjects = records.same_person(session, site, subject_id)
    found = rights.of_person(session, site, subjects)
    return tuple(_view(each, texts, language) for each in found)


def url(site: Site) -> str:
    """Return the address of a site's page about requests."""
    return f"{answers.page_url(site)}/rights"


def _take_in(site: Site, version: NoticeVersion, subject_id: str) -> Asked:
    form = request.form
    try:
        event_id = UUID(form.get("event_id") or ids.new_event_id())
    except ValueError:
        raise InvalidFieldsError({"event_id": ["Open the page again."]}) from None
    demand = Demand(
        event_id=event_id,
        kind=Kind(form["kind"]),
        subject_id=subject_id,
        words=form.get("words", ""),
        email=form.get("email", "").strip(),
        language=hosted.wanted_language(notices.read(version)),
    )
    return services().writer.run(lambda session: rights.ask(session, site, demand))


def _subject(site: Site) -> str:
    key = (request.form.get("key") or "").strip()
    subject_id = services().signer.open(Purpose.HISTORY, site.key, key)
    if subject_id is None:
        raise FormRefusedError("This key does not open a history on this site.")
    return subject_id


def _version(site: Site) -> NoticeVersion:
    with services().database.reading() as session:
        return notices.in_force(session, site.id)


def _found(session: Session, site: Site, request_id: str | None) -> RightsRequest | None:
    if request_id is None:
        return None
    try:
        return rights.request_of(session, site, UUID(request_id))
    except NotFoundError:
        # Forgotten years later, together with the request.
        return None


def _status(
    site: Site,
    version: NoticeVersion,
    *,
    found: RightsRequest | None = None,
    wrong_key: bool = False,
    sent: str = "",
) -> StatusPage:
    common = _common(site, version, title="rights_status_title")
    key = services().signer.sign(Purpose.RIGHTS, site.key, str(found.id)) if found else ""
    return StatusPage(
        **common,
        action_url=url(site),
        history_url=f"{answers.page_url(site)}/history",
        key=key,
        wrong_key=wrong_key,
        request=_view(found, common["texts"], common["language"]) if found else None,
        status_url=f"{url(site)}#key={key}",
        sent=sent,
    )


def _form(
    site: Site,
    version: NoticeVersion,
    *,
    errors: Collection[str] = (),
    wrong: str | bool = False,
) -> AskPage:
    form = request.form
    return AskPage(
        **_common(site, version, title="rights_ask"),
        action_url=f"{url(site)}/ask",
        key=form.get("key", ""),
        event_id=form.get("event_id") or ids.new_event_id(),
        kind=form.get("kind", ""),
        words=form.get("words", ""),
        email=form.get("email", ""),
        errors=errors,
        wrong=wrong,
    )


def _common(site: Site, version: NoticeVersion, *, title: str) -> dict[str, Any]:
    notice = notices.read(version)
    language = hosted.wanted_language(notice)
    return {
        **hosted.common(site, notice, language, title=title),
        "look": hosted.look(site, notice),
        "form_token": hosted.form_token(site, version),
    }


def _view(found: RightsRequest, texts: Any, language: str) -> RequestView:
    def day(moment: datetime | None) -> str:
        return format_date(moment, "long", wording.locale(language)) if moment else ""

    return RequestView(
        reference=found.reference,
        kind=text(texts, f"rights_kind_{found.kind}"),
        state=text(texts, f"rights_state_{found.state}"),
        opened_on=day(found.opened_at),
        due_on=day(found.due_at),
        closed_on=day(found.closed_at),
        because=found.extended_because or "",
        answer=found.answer or "",
        forgotten=found.closed_at is not None and found.answer is None,
    )


_WRONG: dict[type[Exception], str] = {
    NotFoundError: "rights_error_nobody",
    TooManyError: "rights_error_many",
    ConflictError: "rights_sent_before",
}
