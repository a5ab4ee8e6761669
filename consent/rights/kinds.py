"""What may be demanded, and where a demand stands. Members are added, never removed."""

from enum import StrEnum

# Who asked, in the trail: a request is made by nobody who has an account.
THE_PERSON = "the person"


class Kind(StrEnum):
    """Which right: to have a copy, to be erased, to object, to have something put right."""

    ACCESS = "access"  # GDPR Art. 15 and 20
    ERASE = "erase"  # Art. 17
    OBJECT = "object"  # Art. 21
    RECTIFY = "rectify"  # Art. 16 and 18, in words


class State(StrEnum):
    """Where it stands: two that wait for an answer, two that have one."""

    OPEN = "open"
    EXTENDED = "extended"
    DONE = "done"
    REFUSED = "refused"


WAITING = (State.OPEN, State.EXTENDED)
