"""Signed values by purpose, with keys that rotate: the newest signs, all verify.

A value signed for one purpose never passes for another. Every value also names its site, so one
site's subject or key opens nothing on another.
"""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeTimedSerializer
from itsdangerous.signer import Signer as ItsSigner


class Purpose(StrEnum):
    """What a signed value is for; the value is the salt."""

    SUBJECT = "subject"
    HISTORY = "history"
    RECEIPT = "receipt"
    HANDOVER = "handover"
    FORM = "form"
    PROBE = "probe"
    PROBE_ANSWER = "probe_answer"
    CONSOLE = "console"
    SIGN_IN = "sign_in"
    RIGHTS = "rights"


class Signer:
    """Signs and opens values. Keys come oldest first, newest last."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = list(keys)

    def sign(self, purpose: Purpose, site_key: str, value: str) -> str:
        """Return `value.signature`; the value itself stays readable."""
        return self._lasting(purpose, site_key).sign(value).decode()

    def open(self, purpose: Purpose, site_key: str, signed: str | None) -> str | None:
        """Return the value, or None for anything that we did not sign for this purpose and site."""
        if not signed or len(signed) > _LONGEST:
            return None
        try:
            return self._lasting(purpose, site_key).unsign(signed).decode()
        except (BadSignature, UnicodeError):
            return None

    def detached(self, purpose: Purpose, site_key: str, value: str) -> str:
        """Return the signature alone, for values that the reader already has."""
        return self.sign(purpose, site_key, value).rpartition(".")[2]

    def verifies(self, purpose: Purpose, site_key: str, value: str, signature: str | None) -> bool:
        """Say whether a detached signature is ours."""
        return self.open(purpose, site_key, f"{value}.{signature or ''}") == value

    def sign_for_a_while(self, purpose: Purpose, site_key: str, value: dict[str, str]) -> str:
        """Return a token that carries its time, for `open_within`."""
        return self._timed(purpose, site_key).dumps(value)

    def open_within(
        self, purpose: Purpose, site_key: str, token: str | None, *, seconds: int
    ) -> dict[str, str] | None:
        """Return the value of a token not older than `seconds`, else None."""
        if not token or len(token) > _LONGEST:
            return None
        try:
            value = self._timed(purpose, site_key).loads(token, max_age=seconds)
        except (BadSignature, UnicodeError):
            return None
        return value if isinstance(value, dict) else None

    def _lasting(self, purpose: Purpose, site_key: str) -> ItsSigner:
        return ItsSigner(
            self._keys, salt=_salt(purpose, site_key), key_derivation="hmac", digest_method=sha256
        )

    def _timed(self, purpose: Purpose, site_key: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._keys,
            salt=_salt(purpose, site_key),
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )


def _salt(purpose: Purpose, site_key: str) -> bytes:
    return f"consent/{purpose}/{site_key}".encode()


_LONGEST = 2048
