"""How a site names its own customers to us: a key for its tokens, and one that hashes their ids.

The token is a JWT (RFC 7519) signed with HS256 and nothing else; `sub` and `exp` are required. The
id itself is never stored, only its HMAC-SHA256 under a secret of the site that nobody is shown.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consent import characters, clock
from consent.errors import InvalidFieldsError, NotFoundError
from consent.records.holds import lock_site
from consent.records.models import SubjectKey
from consent.sealing import Sealer
from consent.sites import Site

VERIFY, HASH = "verify", "hash"
# Recognisable, so that a key in a file or commit is found by those who search for such.
PREFIX = "csk_"
# A site has this long to use the new key everywhere.
OVERLAP = timedelta(days=7)
LEEWAY_SECONDS = 60
LONGEST_TOKEN = 4096
LONGEST_ID = 255


def make_subject_key(
    session: Session, site: Site, sealer: Sealer, *, end_others: bool = False
) -> str:
    """Make a site's subject key and return it, once. Earlier ones hold a week, or end at once."""
    # Two first keys at once would make two secrets to hash with.
    lock_site(session, site)
    now = clock.now()
    until = now if end_others else now + OVERLAP
    for earlier in _keys(session, site, VERIFY, now):
        earlier.ends_at = min(earlier.ends_at or until, until)
    if not _keys(session, site, HASH, now):
        _add(session, site, sealer, HASH, secrets.token_urlsafe(32))
    secret = PREFIX + secrets.token_urlsafe(32)
    _add(session, site, sealer, VERIFY, secret)
    session.flush()
    return secret


def subject_keys_of(session: Session, site: Site) -> Sequence[SubjectKey]:
    """Return the keys with which a site may name its customers now, newest first."""
    return _keys(session, site, VERIFY, clock.now())


def end_subject_keys(session: Session, site: Site) -> None:
    """End all of a site's keys at once: from now on it names nobody."""
    lock_site(session, site)
    now = clock.now()
    found = _keys(session, site, VERIFY, now)
    if not found:
        raise NotFoundError("This site has no subject key in force.")
    for each in found:
        each.ends_at = now


def person_named(session: Session, site: Site, sealer: Sealer, token: str) -> bytes:
    """Return the person a token names, as the hash; any token the site did not make is refused."""
    keys = [_opened(sealer, site, each) for each in subject_keys_of(session, site)]
    if not keys:
        raise InvalidFieldsError({"jwt": ["This site has no subject key: its owner can make one."]})
    found = next((sub for key in keys if (sub := _subject(token, key))), None)
    if found is None:
        raise InvalidFieldsError({"jwt": [WRONG]})
    person = person_of_customer(session, site, sealer, found)
    assert person is not None, "the secret to hash with is made with the first key"
    return person


def person_of_customer(
    session: Session, site: Site, sealer: Sealer, customer_id: str
) -> bytes | None:
    """Return the hash that stands for a customer's id; None where the site never had a key."""
    if problem := id_problem(customer_id):
        raise InvalidFieldsError({"customer": [problem]})
    found = _keys(session, site, HASH, clock.now())
    if not found:
        return None
    return hmac.digest(_opened(sealer, site, found[0]).encode(), customer_id.encode(), "sha256")


def id_problem(customer_id: str) -> str | None:
    """Return what is wrong with a customer's id, or None."""
    is_clean = all(char >= " " for char in customer_id) and characters.is_encodable(customer_id)
    if is_clean and 1 <= len(customer_id) <= LONGEST_ID:
        return None
    return f"Use the customer's id as the site signs it: 1 to {LONGEST_ID} characters."


WRONG = (
    "Send a JWT signed with HS256 and this site's subject key, with sub (the customer's id) and "
    "exp (not in the past)."
)


def _subject(token: str, key: str) -> str | None:
    if len(token) > LONGEST_TOKEN:
        return None
    claims = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS, exp={"essential": True}, sub={"essential": True}
    )
    try:
        found = jwt.decode(token, OctKey.import_key(key), algorithms=["HS256"]).claims
        claims.validate(found)
    except (JoseError, ValueError, TypeError):
        return None
    subject = found["sub"]
    return subject if isinstance(subject, str) and id_problem(subject) is None else None


def _keys(session: Session, site: Site, use: str, now: datetime) -> Sequence[SubjectKey]:
    query = (
        select(SubjectKey)
        .where(
            SubjectKey.site_id == site.id,
            SubjectKey.use == use,
            or_(SubjectKey.ends_at.is_(None), SubjectKey.ends_at > now),
        )
        .order_by(SubjectKey.made_at.desc(), SubjectKey.ends_at.is_(None).desc())
    )
    return session.scalars(query.prefix_with("/* records.subject_keys */")).all()


def _add(session: Session, site: Site, sealer: Sealer, use: str, secret: str) -> None:
    sealed = sealer.seal(_purpose(site, use), secret)
    made = SubjectKey(id=uuid4(), site_id=site.id, use=use, sealed=sealed, made_at=clock.now())
    session.add(made)


def _opened(sealer: Sealer, site: Site, key: SubjectKey) -> str:
    found = sealer.open(_purpose(site, key.use), key.sealed)
    if found is None:
        raise NotFoundError(
            "The site's subject key was sealed with a secret key that is gone: put that one back "
            "into CONSENT_SECRET_KEYS, before the newest."
        )
    return found


def _purpose(site: Site, use: str) -> str:
    return f"subject_key/{use}/{site.key}"
