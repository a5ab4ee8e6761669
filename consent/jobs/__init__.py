"""WHAT THE WORKERS DID LAST: one row a background job, so that any machine can tell.

A row says when the job last ran, when it last succeeded and how long it took. The job HEARTBEAT
does nothing but this. A renamed job leaves its row behind: rename it in a migration.

Work that waits in a row of its own is handed out by `leases`.
"""

from consent.jobs.models import JobRun
from consent.jobs.report import HEARTBEAT, report, reported

__all__ = ["HEARTBEAT", "JobRun", "report", "reported"]
