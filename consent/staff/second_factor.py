"""The second factor: time based codes (RFC 6238) of an app, each working once.

The secret is kept sealed: a copy of the database alone makes no codes.
"""

import hmac

import pyotp

from consent import clock
from consent.errors import InvalidFieldsError
from consent.sealing import Sealer
from consent.staff.models import StaffMember

STEP_SECONDS = 30
# A clock may be a step off either way (RFC 6238, 5.2).
STEPS_OFF = 1


def new_secret() -> str:
    """Return a fresh secret of 160 bits, as apps take it."""
    return pyotp.random_base32(32)


def address_of(secret: str, email: str, issuer: str) -> str:
    """Return the `otpauth:` address that a QR code carries."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, code: str) -> int | None:
    """Return the time step whose code this is, near now, or None."""
    digits = "".join(code.split())
    now = clock.to_ms(clock.now()) // 1000 // STEP_SECONDS
    found = None
    for step in range(now - STEPS_OFF, now + STEPS_OFF + 1):
        right = pyotp.TOTP(secret).at(step * STEP_SECONDS)
        if hmac.compare_digest(right.encode(), digits.encode(errors="replace")):
            found = step
    return found


def accept(member: StaffMember, code: str, sealer: Sealer) -> bool:
    """Say whether a code opens for a member whose row is locked, and use it up."""
    sealed = member.totp_secret
    secret = sealer.open(_purpose(member), sealed) if sealed else None
    step = step_of(secret, code) if secret else None
    if step is None or (member.totp_step is not None and step <= member.totp_step):
        return False
    member.totp_step = step
    return True


def switch_on(member: StaffMember, secret: str, code: str, sealer: Sealer) -> None:
    """Ask a member for codes from now on, once they showed that their app knows the secret."""
    step = step_of(secret, code)
    if step is None:
        raise InvalidFieldsError(
            {"code": ["This is not the code of now: check the phone's clock."]}
        )
    member.totp_secret, member.totp_step = sealer.seal(_purpose(member), secret), step


def switch_off(member: StaffMember) -> None:
    """Ask a member for no codes any more."""
    member.totp_secret, member.totp_step = None, None


def _purpose(member: StaffMember) -> str:
    return f"second factor {member.key}"
