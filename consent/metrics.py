"""What is counted, for Prometheus: names and labels once, and nothing of a visitor in any label.

Labels are bounded: doors, routes, codes, actions, and the keys of sites that exist. With several
server processes `consent serve` names a folder in PROMETHEUS_MULTIPROC_DIR; each process counts in
its own files there and whichever is asked adds them up. No gauge lives in a process, so a process
that died needs no clearing away: what it counted stays counted.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

# The time each series began says nothing here and would double their number.
disable_created_metrics()  # type: ignore[no-untyped-call]

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_OURS = CollectorRegistry()
_SEVERAL = values.ValueClass is not values.MutexValue

REQUESTS = Counter(
    "consent_http_requests",
    "Requests answered. Files under /static/ are not counted.",
    ["door", "route", "method", "status"],
    registry=_OURS,
)
REQUEST_SECONDS = Histogram(
    "consent_http_request_duration_seconds",
    "From a request's headers to its answer.",
    ["door", "route"],
    registry=_OURS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSALS = Counter(
    "consent_refusals",
    "Requests refused, by the code of the error.",
    ["reason"],
    registry=_OURS,
)
DECISIONS = Counter(
    "consent_decisions",
    "Decisions recorded durably; one sent again is not counted again.",
    ["site", "action", "layer"],
    registry=_OURS,
)
COMMIT_SIZE = Histogram(
    "consent_commit_batch_size",
    "Writes that shared one durable commit.",
    registry=_OURS,
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)
COMMIT_WAIT = Histogram(
    "consent_commit_wait_seconds",
    "How long the first write of a batch waited for the commits before it.",
    registry=_OURS,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 10),
)
COMMIT_SECONDS = Histogram(
    "consent_commit_duration_seconds",
    "How long a batch took, from its first statement until it was on the disk.",
    registry=_OURS,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 10),
)

# An alert can tell a first time only from a series that stood at nought before it.
for _reason in ("internal", "not_durable", "too_many"):
    REFUSALS.labels(_reason)


@contextmanager
def batch(size: int, since: float) -> Iterator[None]:
    """Count one batch; `since` is when its first write arrived, by `time.perf_counter`."""
    began = time.perf_counter()
    COMMIT_SIZE.observe(size)
    COMMIT_WAIT.observe(began - since)
    yield
    COMMIT_SECONDS.observe(time.perf_counter() - began)


class _All(Collector):
    """What was counted, followed by what was looked up just now."""

    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield every metric once."""
        counted: Collector = MultiProcessCollector(None) if _SEVERAL else _OURS  # type: ignore[no-untyped-call]
        yield from counted.collect()
        yield from self._figures


def exposition(figures: Iterable[Metric]) -> bytes:
    """Return all metrics as Prometheus reads them."""
    return generate_latest(_All(figures))
