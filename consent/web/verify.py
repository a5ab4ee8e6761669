"""The page that checks a receipt in the browser: it asks for nothing and sends nothing.

All it needs comes with it, so that it works on with the network off: the keys and the texts stand
in the page, the scripts lie under a path that names their bytes, so no two are of different ages.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import ClassVar

from flask import Blueprint, Response, request

from consent import paths, records
from consent.errors import NotFoundError
from consent.notices import texts as notice_texts
from consent.notices import wording
from consent.web import guards, headers
from consent.web.pages import Page, render
from consent.web.services import services

door = Blueprint("verify", __name__)
SCRIPTS = paths.STATIC / "js" / "visitor" / "verify"
# Other texts the page's script says, besides those that begin with `verify_`.
SAID = ("action_", "basis_", "history_", "receipt_")


@dataclass(frozen=True, kw_only=True)
class VerifyPage(Page):
    """The form, and what its script needs: keys in base64, words, where it lies."""

    template: ClassVar[str] = "visitor/verify.html"
    script_url: str
    keys: tuple[str, ...]
    words: Mapping[str, str]


@door.get("/verify")
@guards.anyone
def ask() -> Response:
    """Show the page."""
    settings = services().settings
    with services().database.reading() as session:
        keys = records.known_keys(session, settings.ledger_seeds)
    language = _language()
    texts = notice_texts.ours(language)
    page = VerifyPage(
        language=language,
        direction=wording.direction(language),
        title=texts["verify_title"],
        site_name=settings.public_origin.partition("://")[2],
        texts=texts,
        script_url=f"{settings.public_url}/verify/{_digest()}/page.js",
        keys=tuple(base64.b64encode(key).decode() for key in keys),
        words={key: text for key, text in texts.items() if key.startswith(("verify_", *SAID))},
    )
    response = render(page)
    response.vary.add("Accept-Language")
    return response


@door.get("/verify/<digest>/<name>.js")
@guards.anyone
def script(digest: str, name: str) -> Response:
    """Return a script of the page; for ever under the digest of them all, else to be asked anew."""
    body = _scripts().get(name)
    if body is None:
        raise NotFoundError
    response = Response(body, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = headers.FOR_EVER if digest == _digest() else "no-store"
    return headers.apply(response, headers.FILE)


def _language() -> str:
    wishes = [request.args.get("language", ""), *request.accept_languages.values()]
    shipped = notice_texts.shipped()
    for wish in wishes:
        for candidate in (wish, wish.partition("-")[0]):
            if candidate in shipped:
                return candidate
    return notice_texts.FALLBACK


@cache
def _scripts() -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted(SCRIPTS.glob("*.js"))}


@cache
def _digest() -> str:
    return sha256(b"".join(_scripts().values())).hexdigest()[:16]
