"""A person whom the site knows: the state of theirs in a browser that may never have met us."""

from sqlalchemy.orm import Session

from consent import records
from consent.errors import NotFoundError, OtherPersonError
from consent.records import ConsentRecord
from consent.signing import Purpose
from consent.sites import Site
from consent.web.services import services


def state(site: Site, token: str, subject: str | None) -> ConsentRecord:
    """Return what holds for the person a token names, and tie the browser's own subject to them.

    A browser whose subject is another person's is told that person's state all the same, since the
    site says who is before it now; where there is none it has to ask again (`OtherPersonError`).
    """
    own = services().signer.open(Purpose.SUBJECT, site.key, subject)
    sealer = services().sealer
    with services().database.reading() as session:
        person = records.person_named(session, site, sealer, token)
        tied = records.person_tied(session, site, own) if own else None
    if own and tied is None:
        _tie(site, person, own)
    with services().database.reading() as session:
        found = records.state_of_person(session, site, person)
    if found is None and tied not in (None, person):
        raise OtherPersonError
    if found is None:
        raise NotFoundError("There is no state for this person.")
    return found


def _tie(site: Site, person: bytes, subject_id: str) -> None:
    def verb(session: Session) -> None:
        records.tie(session, site, person, subject_id)

    services().writer.run(verb)
