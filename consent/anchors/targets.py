"""The places outside that the settings name."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from consent.anchors.folders import Folder, Repository
from consent.anchors.timestamp import Authority, certificates
from consent.anchors.webhook import Webhook
from consent.anchors.witness import Witness
from consent.anchors.work import Target
from consent.config import Settings
from consent.errors import ProofError, SettingError
from consent.ledger.cosignatures import CosignatureVerifier


@lru_cache(maxsize=4)
def targets(settings: Settings) -> Sequence[Target]:
    """Return where checkpoints are laid down, none where no setting asks for it."""
    found: list[Target] = []
    if settings.anchor_folder:
        found.append(Folder(Path(settings.anchor_folder)))
    if settings.anchor_git:
        found.append(Repository(Path(settings.anchor_git), bool(settings.anchor_git_push)))
    if settings.anchor_webhook:
        found.append(Webhook(settings.anchor_webhook, settings.anchor_webhook_secret))
    found += [_witness(each) for each in settings.witnesses]
    if settings.timestamp_url:
        every = timedelta(hours=settings.timestamp_hours)
        found.append(Authority(settings.timestamp_url, _roots(settings.timestamp_roots), every))
    return tuple(found)


def _witness(pair: str) -> Witness:
    url, _, vkey = pair.partition("=")
    try:
        return Witness(url.rstrip("/"), CosignatureVerifier.of(vkey))
    except ProofError as error:
        raise SettingError(f"CONSENT_WITNESSES: {error.message}") from error


def _roots(path: str) -> bytes | None:
    if not path:
        return None
    try:
        pem = Path(path).read_bytes()
        certificates(pem)
    except (OSError, ValueError) as error:
        raise SettingError(
            f"CONSENT_TIMESTAMP_ROOTS must be a file of certificates in PEM; {path!r} is none."
        ) from error
    return pem
