"""Secrets that must be read again, kept so that the database alone does not give them away.

AES-256-GCM under keys that rotate: the newest seals, all open. A secret sealed for one purpose or
site opens for no other. Those that only need to be compared are hashed instead.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Sealer:
    """Seals and opens secrets. Keys come oldest first, newest last."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._ciphers = [AESGCM(hmac.digest(key.encode(), _USE, "sha256")) for key in keys]

    def seal(self, purpose: str, secret: str) -> str:
        """Return a secret that only these keys open, and only for this purpose."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._ciphers[-1].encrypt(nonce, secret.encode(), purpose.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, purpose: str, sealed: str) -> str | None:
        """Return the secret, or None where no key of ours opens it for this purpose."""
        try:
            data = base64.urlsafe_b64decode(sealed)
        except ValueError:
            return None
        for cipher in reversed(self._ciphers):
            try:
                opened = cipher.decrypt(data[:_NONCE], data[_NONCE:], purpose.encode())
            except InvalidTag:
                continue
            return opened.decode()
        return None


_USE = b"consent/sealing"
