"""Post checkpoints to an address, signed in the manner of Standard Webhooks."""

import base64
import hmac
import time
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote, urlsplit

from consent.anchors import wire
from consent.anchors.work import Kind, RefusedError, Work

SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with


@dataclass(frozen=True)
class Webhook:
    """An address that takes notes; what stands behind its host may be a secret."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    kind: Kind = Kind.WEBHOOK
    every: timedelta = timedelta(minutes=1)

    @property
    def name(self) -> str:
        """Return scheme and host."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def lay_down(self, work: Work) -> None:
        """Post the note; any status of 200 to 299 means that it was taken."""
        body = work.note.encode()
        # The same for each attempt, so that whoever takes it can tell a repetition.
        message = f"checkpoint_{sha256(work.text.encode()).hexdigest()[:32]}"
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "Consent-Log-Origin": quote(work.origin, safe=":/"),
            "Consent-Log-Size": str(work.size),
            **signed(self.secret, message, int(time.time()), body),
        }
        answer = wire.post(self.url, body, headers)
        if not answer.is_fine:
            raise RefusedError(f"it answered {answer.status}; 200 to 299 would mean taken")


def signed(secret: str, message: str, seconds: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message; its signature is there where there is a secret."""
    headers = {"webhook-id": message, "webhook-timestamp": str(seconds)}
    if secret:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
        made = hmac.digest(key, f"{message}.{seconds}.".encode() + body, "sha256")
        headers["webhook-signature"] = f"v1,{base64.b64encode(made).decode()}"
    return headers
