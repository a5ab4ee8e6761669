"""A real OpenID Connect issuer on loopback: real keys, codes that work once, checked PKCE."""

import base64
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from tests.outgoing.conftest import Asked, serving

CLIENT, SECRET = "consent-service", "a secret: of/the client"
BACK = "https://consent.example/console/oidc/back"


@dataclass
class AnIssuer:
    """An issuer; `claims`, `metadata`, `header` and `key` change what it says, as attackers do."""

    url: str = ""
    keys: dict[str, Any] = field(
        default_factory=lambda: {
            "RS256": RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"}, private=True),
            "ES256": ECKey.generate_key("P-256", {"kid": "e1"}, private=True),
            "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "o1"}, private=True),
        }
    )
    alg: str = "RS256"
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "248289761001",
            "email": "ada@shop.example",
            "email_verified": True,
        }
    )
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    # what the answer to the browser holds besides, or instead
    answer: dict[str, str] = field(default_factory=dict)
    signs: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(asked)
        found = {
            "/.well-known/openid-configuration": self._metadata,
            "/keys": self._keys,
            "/token": lambda: self._token(asked),
        }.get(asked.path)
        said = found() if found else None
        if said is None:
            return 400, {}, b'{"error": "invalid_grant"}'
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()

    def visit(self, url: str) -> dict[str, str]:
        """Sign in as a person does in a browser; return what the browser takes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.url}/authorize?")
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == BACK
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) >= {"openid", "email"}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url, **self.answer}

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def _keys(self) -> dict[str, Any]:
        return KeySet(list(self.keys.values())).as_dict(private=False)

    def _token(self, asked: Asked) -> dict[str, Any] | None:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        begun = self.codes.pop(form.get("code", ""), None)
        if begun is None or form["redirect_uri"] != begun["redirect_uri"]:
            return None
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest())
        if challenge.rstrip(b"=").decode() != begun["code_challenge"] or not self._knows(asked):
            return None
        return {"access_token": "at", "token_type": "Bearer", "id_token": self._signed(begun)}

    def _knows(self, asked: Asked) -> bool:
        pair = urlencode({CLIENT: SECRET}).replace("=", ":")
        wanted = base64.b64encode(pair.encode()).decode()
        given = asked.headers.get("Authorization") == f"Basic {wanted}"
        return given or urlencode({"client_secret": SECRET}) in asked.body.decode()

    def _signed(self, begun: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "nonce": begun["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not ...}
        if self.signs is not None:
            return self.signs(self, claims)
        key = self.keys[self.alg]
        return jwt.encode({"alg": self.alg, "kid": key.kid}, claims, key, algorithms=[self.alg])


@contextmanager
def issuing() -> Iterator[AnIssuer]:
    """Run an issuer on loopback."""
    with serving() as server:
        made = AnIssuer(server.url)
        server.answer = made
        yield made


def joined(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """Return a token as nobody should make one."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts)
