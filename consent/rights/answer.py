"""Answer a request: take longer with a reason, do what was asked, or refuse with a reason.

What staff write here the person reads. It stays beside the log: the log says that it was decided.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from consent import clock, ledger, staff, webhooks
from consent.errors import ClosedError, InvalidFieldsError
from consent.rights.deadlines import extended_until
from consent.rights.kinds import WAITING, State
from consent.rights.models import RightsRequest, RightsStep
from consent.rights.read import request_of
from consent.rights.words import cleaned, words_problem
from consent.sites import Site


@dataclass(frozen=True)
class Answer:
    """What becomes of a request, in words for the person, and who says so."""

    words: str
    actor: str
    granted: bool = True


def extend(
    session: Session, site: Site, request_id: UUID, reason: str, actor: str
) -> RightsRequest:
    """Take two months more (GDPR Art. 12(3)); refuses a second time, and once the month is over."""
    _check("reason", reason)
    found = waiting(session, site, request_id)
    if found.state == State.EXTENDED:
        raise ClosedError("This request was extended already; the law allows it once.")
    if found.due_at < clock.now():
        raise ClosedError("The month is over: it could only be extended before its end. Answer it.")
    found.state = State.EXTENDED.value
    found.extended_because = cleaned(reason)
    found.due_at = extended_until(found.opened_at)
    step(session, site, found, "extended", actor)
    return found


def close(session: Session, site: Site, request_id: UUID, answer: Answer) -> RightsRequest:
    """Close a request as done or refused; the person reads the words."""
    _check("answer", answer.words)
    found = waiting(session, site, request_id)
    finish(session, site, found, answer)
    return found


def finish(session: Session, site: Site, found: RightsRequest, answer: Answer) -> None:
    """Close a request that is locked and waits."""
    found.state = (State.DONE if answer.granted else State.REFUSED).value
    found.answer = cleaned(answer.words)
    found.closed_at = clock.now()
    step(session, site, found, found.state, answer.actor)
    told = {"kind": found.kind, "outcome": found.state, "request_id": str(found.id)}
    webhooks.announce(session, site.id, webhooks.Event.RIGHTS_CLOSED, told)


def waiting(session: Session, site: Site, request_id: UUID) -> RightsRequest:
    """Return a request that waits, locked; one that was answered stays answered."""
    found = request_of(session, site, request_id, locked=True)
    if found.state not in WAITING:
        raise ClosedError("This request was answered already. The person may make a new one.")
    return found


def check_answer(words: str) -> None:
    """Refuse an answer without words, or with too many."""
    _check("answer", words)


def step(session: Session, site: Site, found: RightsRequest, verb: str, actor: str) -> None:
    """Write down what happened, in the steps and in the trail, without anybody's words."""
    session.add(RightsStep(request_id=found.id, at=clock.now(), step=verb, actor=actor))
    session.flush()
    facts = {"kind": found.kind, "request": str(found.id), "site": site.key}
    log_id = ledger.log_id_of(session, site.id)
    details = {"reference": found.reference}
    staff.note(session, log_id, f"rights.{verb}", facts, actor, details=details)


def _check(field: str, text: str) -> None:
    if problem := words_problem(text, needed=True):
        raise InvalidFieldsError({field: [problem]})
