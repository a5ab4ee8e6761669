"""What is now, as opposed to what was counted: gauges for Prometheus from the newest look."""

from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from consent import clock
from consent.web.readiness import Look

_RUN_TIMES = {
    "last_run_timestamp_seconds": "When a background job last ended.",
    "last_success_timestamp_seconds": "When it last succeeded; `heartbeat` is the worker itself.",
    "period_seconds": "How often it is due.",
    "last_duration_seconds": "How long its last run took.",
}
_SIZES = {
    "database": "The database on its disk.",
    "wal": "SQLite's write-ahead log, which the service keeps small.",
}


def of(look: Look, database: str) -> Iterator[Metric]:
    """Yield a gauge for everything the look found; what it could not find out is left out."""
    release = GaugeMetricFamily(
        "consent_build_info", "The release.", labels=["version", "database"]
    )
    release.add_metric([version("consent-service"), database], 1)
    yield release
    yield _gauge("ready", "1 when a write was durable just now, as /readyz says.", look.ready)
    if look.queue:
        yield _gauge("queue_leaves", "About how many leaves wait for a place.", look.queue.leaves)
        yield _gauge(
            "queue_oldest_age_seconds", "Age of the oldest of them.", look.seconds_in_queue()
        )
    yield from _of_jobs(look)
    for part, size in look.sizes.items():
        yield _gauge(f"{part}_bytes", _SIZES[part], size)
    if look.disk:
        yield _gauge("disk_free_bytes", "Free on the database's disk.", look.disk.free)
        yield _gauge("disk_size_bytes", "Size of the database's disk.", look.disk.total)


def _of_jobs(look: Look) -> Iterator[Metric]:
    gauges = {
        name: GaugeMetricFamily(f"consent_job_{name}", about, labels=["name"])
        for name, about in _RUN_TIMES.items()
    }
    for run in look.runs:
        gauges["last_run_timestamp_seconds"].add_metric([run.name], clock.to_ms(run.ran_at) / 1000)
        if run.succeeded_at:
            gauges["last_success_timestamp_seconds"].add_metric(
                [run.name], clock.to_ms(run.succeeded_at) / 1000
            )
        gauges["period_seconds"].add_metric([run.name], run.every_seconds)
        gauges["last_duration_seconds"].add_metric([run.name], run.took_ms / 1000)
    yield from gauges.values()


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"consent_{name}", about, value=value)
