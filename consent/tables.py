"""Every table, so that metadata is whole for migrations and tests."""

from consent.db import Base
from consent.jobs import models as jobs
from consent.ledger import models as ledger
from consent.notices import models as notices
from consent.records import models as records
from consent.sites import models as sites
from consent.snippet import models as snippet

ROOMS = (jobs, ledger, notices, records, sites, snippet)
metadata = Base.metadata
