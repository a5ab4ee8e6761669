"""Every table, so that metadata is whole for migrations and tests."""

from consent.db import Base
from consent.exports import models as exports
from consent.insights import models as insights
from consent.jobs import models as jobs
from consent.ledger import models as ledger
from consent.notices import models as notices
from consent.records import models as records
from consent.rights import models as rights
from consent.sites import models as sites
from consent.snippet import models as snippet
from consent.staff import models as staff
from consent.verification import models as verification
from consent.webhooks import models as webhooks

ROOMS = (
    exports,
    insights,
    jobs,
    ledger,
    notices,
    records,
    rights,
    sites,
    snippet,
    staff,
    verification,
    webhooks,
)
metadata = Base.metadata
