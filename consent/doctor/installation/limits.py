"""The limits on decisions: shared by several processes only through Redis."""

from collections.abc import Iterator

from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from consent.doctor.findings import Finding, failed, ok, warning
from consent.doctor.installation.subject import Installation

SECONDS = 5


def limits(installation: Installation) -> Iterator[Finding]:
    """See whether counts are shared where they must be."""
    settings = installation.settings
    if settings.redis_url:
        yield _redis(settings.redis_url)
    elif settings.workers > 1 and settings.decisions_per_minute:
        most = settings.workers * settings.decisions_per_minute
        yield warning(
            "limits",
            f"{settings.workers} processes count decisions each for itself: a network may send up "
            f"to {most:,} a minute, not {settings.decisions_per_minute:,}.",
            "Set CONSENT_REDIS_URL, or divide CONSENT_DECISIONS_PER_MINUTE by the workers.",
        )
    else:
        yield ok("limits", "Decisions are counted in one place.")


def _redis(url: str) -> Finding:
    """Ask for a sign of life; neither the address nor a password in it is ever shown."""
    try:
        if storage_from_string(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS).check():
            return ok("limits", "Redis answers.")
    except ConfigurationError:
        return failed(
            "limits",
            "CONSENT_REDIS_URL is set, and the client for Redis is not installed.",
            "Install consent-service[redis].",
        )
    except Exception as error:  # noqa: BLE001 - whatever a client raises, Redis is not there
        return _silent(type(error).__name__)
    return _silent("no answer to PING")


def _silent(why: str) -> Finding:
    return failed(
        "limits",
        f"Redis at CONSENT_REDIS_URL does not answer ({why}): each process counts for itself.",
        "Start it, or correct the address.",
    )
