"""The snippet and what it loads: the floating loader, frozen files, the notice, the region."""

import re
import time
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from consent import clock, ledger, notices, regulations, snippet
from consent.errors import NotFoundError
from consent.sites import Site
from consent.snippet import SnippetFile
from consent.web import guards, headers
from consent.web.problems import problems
from consent.web.services import services
from consent.web.visitor.records import region_seen

door = Blueprint("snippet", __name__, description="What a site loads")
door.before_request(guards.preflight)

# A publication is seen by every process within this time.
LOADER_SECONDS = 1.0
# Hash, and before it the language of texts.
_VERSION = re.compile(r"([A-Za-z0-9-]{2,35}\.)?[0-9a-f]{16}|[A-Za-z0-9_+]{43}")


@door.get("/v1/sites/<site_key>/loader.js")
@door.doc(summary="The snippet", security=[])
@door.response(200, description="The loader of the newest notice", content_type="text/javascript")
@problems(door, 404, 503)
@guards.reader
def loader(site: Site) -> Response:
    """Return the loader with the first layer of the published notice: the same for everyone."""
    return _file(_current_loader(site), headers.FRESH)


@door.get("/v1/sites/<site_key>/<any(loader,center,page):stem>.<version>.js")
@door.get("/v1/sites/<site_key>/<any(text,list):stem>.<version>.json")
@door.doc(summary="A frozen file", security=[])
@door.response(200, description="Immutable, named by its hash", content_type="text/javascript")
@problems(door, 404, 503)
@guards.reader
def frozen(site: Site, stem: str, version: str) -> Response:
    """Return one released file for ever."""
    ending = request.path.rpartition(".")[2]
    if not _VERSION.fullmatch(version):
        raise NotFoundError
    with services().database.reading() as session:
        found = session.get(SnippetFile, (site.id, f"{stem}.{version}.{ending}"))
    if found is None:
        raise NotFoundError
    return _file(found, headers.FOR_EVER)


@door.get("/v1/sites/<site_key>/notice")
@door.doc(
    summary="The published notice",
    security=[],
    parameters=[{"name": "language", "in": "query", "schema": {"type": "string"}}],
)
@door.response(200, description="The notice, with the texts of one language or of all")
@problems(door, 404, 503)
@guards.reader
def notice(site: Site) -> Response:
    """Return the published notice as JSON."""
    with services().database.reading() as session:
        version = notices.in_force(session, site.id)
    found = notices.read(version)
    document = dict(found.document)
    wanted = request.args.get("language")
    if wanted is not None:
        language = found.language(wanted)
        document["texts"] = {language: found.texts(language)}
    response = headers.json_answer(
        {
            "site": site.key,
            "version": version.version,
            "digest": version.digest,
            "published_at": clock.to_text(version.created_at),
            "language": found.language(wanted),
            "notice": document,
        },
        policy=headers.FILE,
    )
    response.set_etag(ledger.digest(response.get_data()))
    response.headers["Cache-Control"] = headers.FRESH
    return headers.conditional(response)


@door.get("/v1/sites/<site_key>/region")
@door.doc(summary="Where the visitor is", security=[])
@door.response(200, description="Region, consent model and how it was found")
@problems(door, 404, 503)
@guards.reader
def region(site: Site) -> Response:
    """Return the visitor's region as a trusted proxy knows it, and the model that holds there."""
    with services().database.reading() as session:
        found = notices.read(notices.in_force(session, site.id))
    seen = region_seen()
    answer: dict[str, Any] = {
        "region": seen,
        "model": regulations.rule_for(found.rules, seen).model.value,
        "source": "header" if seen else "unknown",
    }
    response = headers.json_answer(answer, policy=headers.FILE)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _current_loader(site: Site) -> SnippetFile:
    known = services().remembered_loaders
    remembered = known.get(site.key)
    if remembered and remembered[0] > time.monotonic():
        return remembered[1]
    found = _released(site)
    known[site.key] = (time.monotonic() + LOADER_SECONDS, found)
    return found


def _released(site: Site) -> SnippetFile:
    core, public_url = snippet.core(), services().settings.public_url
    with services().database.reading() as session:
        version = notices.in_force(session, site.id)
        found = snippet.released(session, site, version, core, public_url)
    if found is not None:
        return found
    # The code is newer than the last publication: release once, in the shared writer.
    return services().writer.run(
        lambda session: snippet.release(session, site, version, core, public_url)
    )


def _file(found: SnippetFile, cache: str) -> Response:
    encodings = request.accept_encodings
    if encodings["br"]:
        body, encoding = found.brotli, "br"
    elif encodings["gzip"]:
        body, encoding = found.gzip, "gzip"
    else:
        body, encoding = found.body, ""
    response = Response(body, content_type=found.media_type)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(f"{found.name}-{encoding}" if encoding else found.name)
    response.headers["Cache-Control"] = cache
    return headers.conditional(headers.apply(response, headers.FILE))
