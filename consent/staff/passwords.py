"""Passwords: Argon2id, one rule for every way in, the same work whether or not somebody exists.

OWASP ASVS 6.2: length before composition; what many people use and what an attacker knows about
the person is refused (zxcvbn, with name, address and site as context).
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from consent.errors import InvalidFieldsError

LEAST, MOST = 12, 256
_LEAST_SCORE = 3
# RFC 9106, second recommended option: 64 MiB would let a few logins at once fill a small machine.
_hasher = PasswordHasher(time_cost=3, memory_cost=19456, parallelism=1)
# What is compared with where there is no password, made with the same costs.
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=3,p=1$jVPnNaKFuqBkoKLLX66DFg$jiPbfd"
    "Lua+WxB+JE99QYA/GAz99eJN+dijkYetj/u2A"
)


def checked(password: str, *context: str) -> str:
    """Return the hash of a password that may be used; says what is wrong with any other."""
    if not LEAST <= len(password) <= MOST:
        _refuse(f"Use {LEAST} to {MOST} characters; several words are easy to remember.")
    if not password.isprintable():
        _refuse("Use characters that can be typed again.")
    words = [word for text in context for word in (text, *text.replace("@", " ").split()) if word]
    # Its dictionaries are needed by a new password alone, and by no process that starts.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    # More than that many characters take long to judge and are strong enough.
    found = zxcvbn(password[:72], user_inputs=words, max_length=72)
    if found["score"] < _LEAST_SCORE:
        _refuse("This one is easily guessed: use several words that do not belong together.")
    return _hasher.hash(password)


def verify(known: str | None, password: str) -> bool:
    """Say whether a password is the one; the work is the same where there is none to compare."""
    try:
        held = _hasher.verify(known or _NOBODYS, password[:MOST])
    except (VerificationError, InvalidHashError):
        return False
    return held and known is not None


def _refuse(sentence: str) -> None:
    raise InvalidFieldsError({"password": [sentence]})
