"""WHAT IS WRONG HERE: an installation, or a site's page, looked at; every finding says what to do.

Nothing is changed and no secret is shown. Begin with `examine_installation` and `examine_page`.
"""

from consent.doctor.embed import Found, Kind, check_page
from consent.doctor.findings import Finding, Status, as_values, held, written
from consent.doctor.installation import examine as examine_installation
from consent.doctor.page import Asked, Lookup
from consent.doctor.page import examine as examine_page
from consent.doctor.probe import HEADER as PROBE_HEADER
from consent.doctor.probe import PATH as PROBE_PATH
from consent.doctor.probe import Came, answer
from consent.doctor.published import released_for

__all__ = [
    "PROBE_HEADER",
    "PROBE_PATH",
    "Asked",
    "Came",
    "Finding",
    "Found",
    "Kind",
    "Lookup",
    "Status",
    "answer",
    "as_values",
    "check_page",
    "examine_installation",
    "examine_page",
    "held",
    "released_for",
    "written",
]
