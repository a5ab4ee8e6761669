"""Note an act of staff as a leaf, in the transaction of the act."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.ledger import Kind

# Who works at the machine itself has no account; the operating system knows who it was.
COMMAND_LINE = "command line"


def note(
    session: Session, log_id: int, verb: str, facts: Mapping[str, object], actor: str = COMMAND_LINE
) -> None:
    """Queue the leaf of an act. `verb` is `noun.verb`, such as `notice.publish`.

    What is written here can never be erased: `actor` is a random id or the command line, and
    `facts` hold no name, address, free text or subject id.
    """
    now = clock.now()
    payload = {"actor": actor, "at": clock.to_ms(now), "facts": dict(facts), "v": 1, "verb": verb}
    ledger.queue(session, log_id, Kind.STAFF, ledger.dump(payload), recorded_at=now)
