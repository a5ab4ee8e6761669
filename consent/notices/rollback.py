"""Go back to what an older version said: it becomes the draft, to be looked at and published."""

from sqlalchemy.orm import Session

from consent import ledger, staff
from consent.notices.models import NoticeDraft
from consent.notices.publish import draft
from consent.notices.versions import published_or_refuse
from consent.sites import Site


def roll_back(
    session: Session, site: Site, version: int, *, actor: str | None = None
) -> NoticeDraft:
    """Make the draft equal to an older version, replacing the draft before.

    Nothing is published and nobody sees it yet. Refuses a number that was never published, and one
    that a newer rule refuses.
    """
    found = published_or_refuse(session, site.id, version)
    made = draft(session, site, ledger.parse(found.document))
    if actor is not None:
        facts = {"digest": found.digest, "site": site.key, "version": found.version}
        staff.note(session, ledger.log_id_of(session, site.id), "notice.roll_back", facts, actor)
    return made
