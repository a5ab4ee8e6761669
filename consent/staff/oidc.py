"""Sign in by an OpenID Connect issuer: authorization code with PKCE, nonce and state.

What the issuer says is believed only with a signature by a key of its own, for this service, for
this very sign-in (OpenID Connect Core 3.1.3.7, RFC 9700). It makes no members: it names one that
an administrator invited, by a verified address the first time and by its own id for ever after.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, outgoing
from consent.config import Settings
from consent.errors import SignInRefusedError
from consent.outgoing import Answer, Limits, Opener, Request
from consent.staff.members import by_email
from consent.staff.models import StaffMember

# Signatures that only the issuer can make; one by a shared secret, or none, is no proof.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519",
              "EdDSA")  # fmt: skip
_PUBLIC = {"RSA", "EC", "OKP"}
SCOPE = "openid email profile"
# How far the two clocks may be apart, and how long somebody may take at the issuer.
SECONDS_APART = 60
FLOW_SECONDS = 600
LIMITS = Limits(seconds_each=5.0, seconds_in_all=10.0, most_bytes=256 * 1024)
LONGEST_SUBJECT = 255


@dataclass(frozen=True)
class Provider:
    """What an issuer says of itself."""

    issuer: str
    authorization: str
    token: str
    keys: str
    # how a secret is sent, and whether answers name the issuer (RFC 9207)
    by_post: bool = False
    names_itself: bool = False


@dataclass(frozen=True)
class Flow:
    """One sign-in under way: what must come back, and what proves that it is ours."""

    state: str
    nonce: str
    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> "Flow":
        """Return a fresh one."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @property
    def challenge(self) -> str:
        """Return what is shown of the verifier beforehand (RFC 7636, S256)."""
        made = sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


@dataclass(frozen=True)
class Person:
    """Who signed in, as the issuer says: its id for them, and an address it has verified."""

    subject: str
    email: str | None


class Issuer:
    """Talks to the issuer that the settings name."""

    def __init__(self, settings: Settings, own: Opener | None = None) -> None:
        self._settings = settings
        # The operator named the issuer, wherever it lies; what it names elsewhere is checked.
        self._own = own or outgoing.for_operator()
        self._others = outgoing.opener(settings)

    def discover(self) -> Provider:
        """Return the issuer's endpoints (OpenID Connect Discovery); it must name itself."""
        issuer = self._settings.oidc_issuer
        said = self._json(Request(url=f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
        if said.get("issuer") != issuer:
            raise SignInRefusedError("discovery names another issuer")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Provider(
            issuer,
            self._endpoint(said, "authorization_endpoint"),
            self._endpoint(said, "token_endpoint"),
            self._endpoint(said, "jwks_uri"),
            by_post="client_secret_basic" not in methods,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )

    def address(self, provider: Provider, flow: Flow, back: str) -> str:
        """Return where a browser goes to sign in."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in provider.authorization else "?"
        return f"{provider.authorization}{joint}{urlencode(asked)}"

    def person(self, answer: Mapping[str, str], flow: Flow, back: str) -> Person:
        """Return who signed in, by what the browser brought back; refuses all that does not fit."""
        if not secrets.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
            raise SignInRefusedError("the state is not that of this browser")
        provider = self.discover()
        named = answer.get("iss")
        # Another issuer's code must never be handed to this one (mix-up, RFC 9207).
        if named != provider.issuer and (named is not None or provider.names_itself):
            raise SignInRefusedError("the answer is another issuer's")
        if "error" in answer or not answer.get("code"):
            raise SignInRefusedError("the issuer let nobody in")
        token = self._redeemed(provider, answer["code"], flow, back)
        return self._person_in(self._claims(provider, token, flow))

    def _redeemed(self, provider: Provider, code: str, flow: Flow, back: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": flow.verifier,
        }
        client, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        if secret and not provider.by_post:
            # Encoded as in a form before the usual encoding (RFC 6749, 2.3.1).
            pair = f"{quote_plus(client)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client} | ({"client_secret": secret} if secret else {})
        body = urlencode(form).encode()
        request = Request(method="POST", url=provider.token, body=body, headers=headers)
        token = self._json(request).get("id_token")
        if not isinstance(token, str):
            raise SignInRefusedError("the issuer gave no ID token")
        return token

    def _claims(self, provider: Provider, token: str, flow: Flow) -> dict[str, Any]:
        keys = self._json(Request(url=provider.keys)).get("keys")
        public = [
            each
            for each in (keys if isinstance(keys, list) else [])
            if isinstance(each, dict) and each.get("kty") in _PUBLIC and each.get("use") != "enc"
        ]
        client = self._settings.oidc_client_id
        rules = jwt.JWTClaimsRegistry(
            now=lambda: clock.to_ms(clock.now()) // 1000,
            leeway=SECONDS_APART,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": flow.nonce},
        )
        try:
            read = jwt.decode(token, KeySet.import_key_set({"keys": public}), list(ALGORITHMS))
            rules.validate(read.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignInRefusedError(
                f"the ID token does not hold ({type(error).__name__})"
            ) from error
        claims: dict[str, Any] = dict(read.claims)
        audience = claims["aud"]
        is_alone = audience in (client, [client])
        if claims.get("azp", client if is_alone else None) != client:
            raise SignInRefusedError("the ID token is another client's")
        return claims

    def _person_in(self, claims: Mapping[str, Any]) -> Person:
        subject, email = claims["sub"], claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise SignInRefusedError("the issuer's id of the person cannot be read")
        if not subject.isprintable():
            raise SignInRefusedError("the issuer's id of the person cannot be read")
        is_verified = claims.get("email_verified") is True and isinstance(email, str)
        # An id means something only together with who gave it.
        return Person(f"{self._settings.oidc_issuer} {subject}", email if is_verified else None)

    def _endpoint(self, said: Mapping[str, Any], name: str) -> str:
        url = said.get(name)
        if not isinstance(url, str) or not self._is_safe(url):
            raise SignInRefusedError(f"discovery has no {name} that can be used")
        return url

    def _is_safe(self, url: str) -> bool:
        """Say whether an endpoint may be used: https, or what an issuer without it has itself."""
        scheme = self._settings.oidc_issuer.partition(":")[0]
        return url.startswith("https://") or url.partition(":")[0] == scheme == "http"

    def _json(self, request: Request) -> dict[str, Any]:
        same = urlsplit(request.url)[:2] == urlsplit(self._settings.oidc_issuer)[:2]
        try:
            answer: Answer = (self._own if same else self._others).send(request, LIMITS)
        except outgoing.UnreachableError as error:
            raise SignInRefusedError(f"the issuer cannot be reached: {error}") from error
        if not answer.is_fine:
            raise SignInRefusedError(f"the issuer answered {answer.status}")
        try:
            said = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise SignInRefusedError("the issuer's answer cannot be read") from error
        if not isinstance(said, dict):
            raise SignInRefusedError("the issuer's answer cannot be read")
        return said


def member_of_person(session: Session, person: Person) -> StaffMember:
    """Return the member that a person is; by a verified address once, then bound for ever.

    Nobody is made: whoever was not invited, or is shut out, is refused.
    """
    query = select(StaffMember).where(StaffMember.oidc_subject == person.subject)
    found = session.scalar(query.with_for_update().prefix_with("/* staff.member_of_person */"))
    if found is None and person.email is not None:
        found = by_email(session, person.email)
        # Somebody else has the address now, or the issuer gave it to two people.
        if found is not None and found.oidc_subject is not None:
            raise SignInRefusedError("the address belongs to another person of this issuer")
    if found is None:
        why = "nobody of this address was invited" if person.email else "no address is verified"
        raise SignInRefusedError(why)
    if found.disabled_at is not None:
        raise SignInRefusedError("this member is shut out")
    found.oidc_subject = person.subject
    session.flush()
    return found
