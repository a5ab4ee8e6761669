"""The public door to the evidence logs: checkpoints, keys, and tiles where a site shows them.

The formats are C2SP's, so that tools nobody here wrote can check a log.
"""

import base64
import re

from flask import Blueprint, Response, request

from consent import clock, ledger
from consent.errors import InvalidFieldsError, NotFoundError
from consent.sites import Site
from consent.web import guards, headers
from consent.web.services import services

door = Blueprint("log", __name__)
SOON = "public, max-age=2"
NOTE = "text/plain; charset=utf-8"
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@door.get("/log/<site_key>/checkpoint")
@guards.reader
def checkpoint(site: Site) -> Response:
    """Return the newest checkpoint: size and root of the log, signed."""
    with services().database.reading() as session:
        found = ledger.published(session, ledger.log_id_of(session, site.id))
    if found is None:
        raise NotFoundError("No checkpoint of this log has been published yet.")
    return _public(Response(found.note, content_type=NOTE), SOON)


@door.get("/log/<site_key>/checkpoints")
@guards.reader
def checkpoints(site: Site) -> Response:
    """List public checkpoints from a size on, a hundred at a time."""
    asked = request.args.get("from", "0")
    if not _SIZE.fullmatch(asked):
        raise InvalidFieldsError({"from": ["Give the size of a log, a whole number."]})
    with services().database.reading() as session:
        found = ledger.checkpoints(session, ledger.log_id_of(session, site.id), int(asked))
    listed = [
        {"size": each.size, "note": each.note, "published_at": clock.to_text(each.published_at)}
        for each in found
    ]
    return _public(headers.json_answer({"checkpoints": listed}, policy=headers.FILE), SOON)


@door.get("/log/<site_key>/keys.json")
@guards.reader
def keys(site: Site) -> Response:
    """Return the keys that sign this log, and the sizes between which they do."""
    settings = services().settings
    with services().database.reading() as session:
        log_id = ledger.log_id_of(session, site.id)
        origin = ledger.name_of(session, log_id, settings.public_url, site.key)
    vkey = ledger.verifier(origin, base64.b64decode(settings.ledger_key)).vkey
    answer = {
        "origin": origin,
        "min_index": 0,
        "epochs": [],
        "keys": [{"vkey": vkey, "from_size": 0, "until_size": None}],
    }
    return _public(headers.json_answer(answer, policy=headers.FILE), SOON)


@door.get("/log/<site_key>/<path:path>")
@guards.reader
def tile(site: Site, path: str) -> Response:
    """Return a tile or an entry bundle of a log that the site shows to everybody."""
    with services().database.reading() as session:
        log_id = ledger.log_id_of(session, site.id)
        body = ledger.file(session, log_id, path) if site.public_log else None
    if body is None:
        raise NotFoundError
    response = Response(body, content_type="application/octet-stream")
    if path.startswith("tile/entries/") and request.accept_encodings["gzip"]:
        response.set_data(ledger.compressed(body))
        response.headers["Content-Encoding"] = "gzip"
    return _public(response, headers.FOR_EVER)


def _public(response: Response, cache: str) -> Response:
    response.headers["Cache-Control"] = cache
    return headers.apply(response, headers.FILE)
