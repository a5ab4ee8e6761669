"""Queue leaves in the transaction of the change they prove; their place comes later, in a batch."""

import os
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock
from consent.ledger import commitment
from consent.ledger.commitment import Kind
from consent.ledger.models import Log, LogEntry, LogOpening


def open_log(session: Session, site_id: int) -> Log:
    """Make the log of a new site; its origin is fixed when it is first signed."""
    log = Log(site_id=site_id, created_at=clock.now())
    session.add(log)
    session.flush()
    return log


def log_id_of(session: Session, site_id: int) -> int:
    """Return the id of a site's log."""
    return session.scalars(
        select(Log.id).where(Log.site_id == site_id).prefix_with("/* ledger.log_id_of */")
    ).one()


def queue(
    session: Session, log_id: int, kind: Kind, payload: bytes, *, recorded_at: datetime
) -> LogEntry:
    """Queue one committed leaf and keep its opening.

    Writes the entry and its opening in the caller's transaction and takes no lock on the head, so
    no visitor ever waits for the log.
    """
    salt = os.urandom(commitment.SALT_BYTES)
    data = commitment.leaf(kind, commitment.commit(kind, payload, salt))
    entry = LogEntry(
        log_id=log_id, kind=kind, leaf=data.decode(), leaf_hash=commitment.leaf_hash(data)
    )
    session.add(entry)
    session.flush()
    session.add(
        LogOpening(entry_id=entry.id, recorded_at=recorded_at, payload=payload.decode(), salt=salt)
    )
    return entry
