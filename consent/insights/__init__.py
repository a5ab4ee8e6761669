"""WHAT IT ADDS UP TO: counts by day that stay exact when records leave.

Decisions are counted from the evidence itself, in the order of the log, as far as a public
checkpoint covers it: each exactly once, whichever worker does it and whenever one dies. Begin with
`count`, which the worker runs, and `figures`, which pages read.
"""

from consent.insights.count import Counted, count
from consent.insights.facets import FACETS, Facet
from consent.insights.figures import Apart, Consented, Figures, Group, Span, Tally, figures
from consent.insights.period import DAY, Period, period, period_of
from consent.insights.shown import Banner, shown

__all__ = [
    "DAY",
    "FACETS",
    "Apart",
    "Banner",
    "Consented",
    "Counted",
    "Facet",
    "Figures",
    "Group",
    "Period",
    "Span",
    "Tally",
    "count",
    "figures",
    "period",
    "period_of",
    "shown",
]
