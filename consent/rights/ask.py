"""Ask for one's rights: a demand becomes a request with a number and a date, or is one already.

The subject's row is locked, so that two presses of one button are one request. Only somebody of
whom there are records can ask, and not without end: nobody fills the list with requests of nobody.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent import clock, ledger, staff, webhooks
from consent.errors import ConflictError, InvalidFieldsError, NotFoundError, TooManyError
from consent.records.models import SubjectState
from consent.rights.deadlines import due_after
from consent.rights.kinds import THE_PERSON, WAITING, Kind, State
from consent.rights.models import RightsContact, RightsRequest, RightsStep
from consent.rights.words import LONGEST_WORDS, cleaned, email_problem, words_problem
from consent.sites import Site

# Of one person: a month holds no more honest requests than these.
MOST_A_MONTH = 12
MONTH = timedelta(days=30)
# Crockford's digits, which nobody mistakes for one another on the telephone.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Demand:
    """What a person asks for. `event_id` is the form's: sent twice, it is one request."""

    event_id: UUID
    kind: Kind
    subject_id: str
    words: str = ""
    email: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Asked:
    """A request, and whether it had been made before."""

    request: RightsRequest
    replayed: bool


def ask(session: Session, site: Site, demand: Demand, actor: str = THE_PERSON) -> Asked:
    """Open a request; one of the same kind that still waits is that request, and learns the words.

    `actor` is a member of staff where the person wrote a letter or called.

    Refuses a person of whom there are no records, and more requests than anybody needs.
    """
    _check(demand)
    state = session.get(SubjectState, (site.id, demand.subject_id), with_for_update=True)
    if state is None:
        raise NotFoundError("There are no records under this key, so there is nothing to ask for.")
    same = _same_event(session, site, demand)
    if same is not None:
        return Asked(same, replayed=True)
    waiting = _waiting(session, site, demand)
    if waiting is not None:
        _add_words(session, waiting, demand, actor)
        return Asked(waiting, replayed=True)
    _limit(session, site, demand)
    return Asked(_open(session, site, demand, actor), replayed=False)


def _check(demand: Demand) -> None:
    problems: dict[str, object] = {}
    # What is to be put right is not known without words.
    if problem := words_problem(demand.words, needed=demand.kind is Kind.RECTIFY):
        problems["words"] = [problem]
    if demand.email and (problem := email_problem(demand.email)):
        problems["email"] = [problem]
    if problems:
        raise InvalidFieldsError(problems)


def _same_event(session: Session, site: Site, demand: Demand) -> RightsRequest | None:
    query = select(RightsRequest).where(
        RightsRequest.site_id == site.id, RightsRequest.event_id == demand.event_id
    )
    found = session.scalar(query.prefix_with("/* rights.same_event */"))
    if found is not None and (found.kind, found.subject_id) != (demand.kind, demand.subject_id):
        raise ConflictError("This form was sent for another request: open the page again.")
    return found


def _waiting(session: Session, site: Site, demand: Demand) -> RightsRequest | None:
    query = select(RightsRequest).where(
        RightsRequest.site_id == site.id,
        RightsRequest.subject_id == demand.subject_id,
        RightsRequest.kind == demand.kind,
        RightsRequest.state.in_(WAITING),
    )
    return session.scalar(query.limit(1).prefix_with("/* rights.waiting */"))


def _add_words(session: Session, found: RightsRequest, demand: Demand, actor: str) -> None:
    contact = session.get_one(RightsContact, found.id)
    more, email = cleaned(demand.words), demand.email.strip()
    if not (more and more not in contact.words) and email in {"", contact.email or ""}:
        return
    if more and more not in contact.words:
        whole = f"{contact.words}\n\n{more}".strip()
        if len(whole) > LONGEST_WORDS:
            raise InvalidFieldsError(
                {"words": ["Your request waits already; with these words it would be too long."]}
            )
        contact.words = whole
    contact.email = email or contact.email
    session.add(RightsStep(request_id=found.id, at=clock.now(), step="added", actor=actor))
    session.flush()


def _limit(session: Session, site: Site, demand: Demand) -> None:
    query = select(func.count()).where(
        RightsRequest.site_id == site.id,
        RightsRequest.subject_id == demand.subject_id,
        RightsRequest.opened_at > clock.now() - MONTH,
    )
    if (session.scalar(query.prefix_with("/* rights.limit */")) or 0) >= MOST_A_MONTH:
        raise TooManyError(
            f"You made {MOST_A_MONTH} requests within a month: wait for the answers first.",
            retry_after=86_400,
        )


def _open(session: Session, site: Site, demand: Demand, actor: str) -> RightsRequest:
    now = clock.now()
    made = RightsRequest(
        id=uuid4(),
        site_id=site.id,
        reference=_reference(),
        event_id=demand.event_id,
        kind=demand.kind.value,
        state=State.OPEN.value,
        subject_id=demand.subject_id,
        language=demand.language,
        opened_at=now,
        due_at=due_after(now),
    )
    session.add(made)
    session.flush()
    email = demand.email.strip() or None
    session.add(RightsContact(request_id=made.id, words=cleaned(demand.words), email=email))
    session.add(RightsStep(request_id=made.id, at=now, step="opened", actor=actor))
    # That somebody asked can be shown later; who it was, and in which words, cannot.
    facts = {"kind": made.kind, "request": str(made.id), "site": site.key}
    log_id = ledger.log_id_of(session, site.id)
    staff.note(session, log_id, "rights.open", facts, actor)
    told = {"due_at": clock.to_text(made.due_at), "kind": made.kind, "request_id": str(made.id)}
    webhooks.announce(session, site.id, webhooks.Event.RIGHTS_OPENED, told)
    session.flush()
    return made


def _reference() -> str:
    digits = "".join(secrets.choice(_DIGITS) for _ in range(8))
    return f"R-{digits[:4]}-{digits[4:]}"
