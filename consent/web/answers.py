"""What a recorded decision is answered with: signed values and links."""

from typing import Any

from consent import clock, regulations
from consent.records import ConsentRecord
from consent.signing import Purpose
from consent.sites import Site
from consent.web.services import services


def answer(site: Site, record: ConsentRecord) -> dict[str, Any]:
    """Return the facts of `AnswerSchema`; the same record gives the same bytes."""
    return {
        "record_id": record.id,
        "subject": services().signer.sign(Purpose.SUBJECT, site.key, record.subject_id),
        "sequence": record.sequence,
        "recorded_at": clock.to_text(record.recorded_at),
        "expires_at": clock.to_text(record.expires_at),
        "receipt_url": receipt_url(site, record),
        "history_url": history_url(site, record.subject_id),
        "late": record.late,
    }


def state(site: Site, record: ConsentRecord) -> dict[str, Any]:
    """Return the facts of `StateSchema`."""
    return {
        **answer(site, record),
        "action": record.action,
        "categories": record.categories,
        "vendors": record.vendors,
        "notice_version": record.notice_version,
        "decided_at": clock.to_text(record.decided_at),
    }


def history_key(site: Site, subject_id: str) -> str:
    """Return the key that opens a subject's history."""
    return services().signer.sign(Purpose.HISTORY, site.key, subject_id)


def history_url(site: Site, subject_id: str) -> str:
    """Return the history's address with the key in the fragment, which no log sees."""
    return f"{page_url(site)}/history#key={history_key(site, subject_id)}"


def page_url(site: Site) -> str:
    """Return the address of the hosted preference center."""
    return f"{services().settings.public_url}/privacy/{site.key}"


def receipt_url(site: Site, record: ConsentRecord) -> str:
    """Return the signed address of a record's receipt."""
    base, token = services().settings.public_url, receipt_token(site, record)
    return f"{base}/v1/sites/{site.key}/records/{record.id}/receipt.json?token={token}"


def receipt_token(site: Site, record: ConsentRecord) -> str:
    """Return what opens a record's receipt."""
    return services().signer.detached(Purpose.RECEIPT, site.key, str(record.id))


def region(text: str | None) -> str | None:
    """Return a region code in upper case, or None for anything that has not its shape."""
    code = (text or "").strip().upper()
    # Proxies write XX or T1 for "unknown" and "Tor".
    return code if regulations.is_region(code) and code not in {"XX", "T1"} else None
