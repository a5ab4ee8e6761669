"""What the tests of rights requests share: somebody who asks."""

import uuid
from typing import Any

from consent import rights
from consent.db import Database
from consent.rights import Demand, Kind, RightsRequest
from tests.factories import Demo


def a_request(
    database: Database, demo: Demo, subject: str, kind: Kind = Kind.ERASE, **facts: Any
) -> RightsRequest:
    demand = Demand(uuid.uuid4(), kind, subject, **facts)
    with database.transaction() as session:
        return rights.ask(session, demo.site, demand).request
