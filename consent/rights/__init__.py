"""WHAT A PERSON MAY DEMAND: requests for their data, with a date by which they are answered.

A request comes from the person's own history page, whose key says whose data it is about. What they
wrote and where to answer lie apart and are forgotten first; nothing of it is ever in a log. Begin
with `ask` and `answer`.
"""

from consent.rights.answer import Answer, close, extend
from consent.rights.ask import Asked, Demand, ask
from consent.rights.deadlines import due_after, extended_until
from consent.rights.forget import CONTACT_DAYS, REQUEST_YEARS, forget
from consent.rights.fulfil import data_of, erase, erase_person, exported
from consent.rights.keep import hold, release
from consent.rights.kinds import THE_PERSON, Kind, State
from consent.rights.models import RightsContact, RightsRequest, RightsStep
from consent.rights.read import (
    Listed,
    contact_of,
    count_open,
    of_person,
    request_of,
    requests,
    steps_of,
    with_reference,
)
from consent.rights.words import LONGEST_WORDS

__all__ = [
    "CONTACT_DAYS",
    "LONGEST_WORDS",
    "REQUEST_YEARS",
    "THE_PERSON",
    "Answer",
    "Asked",
    "Demand",
    "Kind",
    "Listed",
    "RightsContact",
    "RightsRequest",
    "RightsStep",
    "State",
    "ask",
    "close",
    "contact_of",
    "count_open",
    "data_of",
    "due_after",
    "erase",
    "erase_person",
    "exported",
    "extend",
    "extended_until",
    "forget",
    "hold",
    "of_person",
    "release",
    "request_of",
    "requests",
    "steps_of",
    "with_reference",
]
