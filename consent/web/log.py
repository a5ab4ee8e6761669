"""The door to the evidence logs: checkpoints and keys for all, tiles where a site shows them.

Other tiles are for auditors: a token whose role may verify that site, `Authorization: Bearer`.

The formats are C2SP's, so that tools nobody here wrote can check a log. Each log lives at the
address that is its name: the first epoch of a site at /log/KEY/, a later one at /log/KEY/e2/.
"""

import re
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from consent import anchors, clock, ledger
from consent.errors import InvalidFieldsError, LoginNeededError, NotAllowedError, NotFoundError
from consent.staff import Ability
from consent.web import guards, headers
from consent.web.api import guards as programs
from consent.web.services import services

door = Blueprint("log", __name__)
SOON = "public, max-age=2"
NOTE = "text/plain; charset=utf-8"
FIRST = {"epoch": 1}
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class _Log:
    """A log that is asked for: whose, which, and whether everybody may see its tiles."""

    log_id: int
    site_key: str
    site_id: int | None
    is_public: bool


@door.get("/log/<site_key>/checkpoint", defaults=FIRST)
@door.get("/log/<site_key>/e<int(min=2):epoch>/checkpoint")
@guards.anyone
def checkpoint(site_key: str, epoch: int) -> Response:
    """Return the newest checkpoint: size and root of the log, signed, with its cosignatures."""
    with services().database.reading() as session:
        found = ledger.published(session, _log(session, site_key, epoch).log_id)
        if found is None:
            raise NotFoundError("No checkpoint of this log has been published yet.")
        note = anchors.cosigned(session, found.log_id, found.size, found.note)
    return _public(Response(note, content_type=NOTE), SOON)


@door.get("/log/<site_key>/checkpoints", defaults=FIRST)
@door.get("/log/<site_key>/e<int(min=2):epoch>/checkpoints")
@guards.anyone
def checkpoints(site_key: str, epoch: int) -> Response:
    """List public checkpoints from a size on, a hundred at a time."""
    asked = request.args.get("from", "0")
    if not _SIZE.fullmatch(asked):
        raise InvalidFieldsError({"from": ["Give the size of a log, a whole number."]})
    with services().database.reading() as session:
        log = _log(session, site_key, epoch)
        found = ledger.checkpoints(session, log.log_id, int(asked))
    listed = [
        {"size": each.size, "note": each.note, "published_at": clock.to_text(each.published_at)}
        for each in found
    ]
    return _public(headers.json_answer({"checkpoints": listed}, policy=headers.FILE), SOON)


@door.get("/log/<site_key>/keys.json", defaults=FIRST)
@door.get("/log/<site_key>/e<int(min=2):epoch>/keys.json")
@guards.anyone
def keys(site_key: str, epoch: int) -> Response:
    """Return the keys that sign this log and the sizes between which they do, and its epochs."""
    settings = services().settings
    with services().database.reading() as session:
        log = _log(session, site_key, epoch)
        answer = ledger.key_document(
            session, log.log_id, settings.public_url, log.site_key, settings.ledger_seeds
        )
    return _public(headers.json_answer(answer, policy=headers.FILE), SOON)


@door.get("/log/<site_key>/<path:path>", defaults=FIRST)
@door.get("/log/<site_key>/e<int(min=2):epoch>/<path:path>")
@guards.anyone
def tile(site_key: str, epoch: int, path: str) -> Response:
    """Return a tile or an entry bundle, to everybody where the site shows it, else to auditors."""
    with services().database.reading() as session:
        log = _log(session, site_key, epoch)
    may = log.is_public or _is_auditor(log)
    with services().database.reading() as session:
        body = ledger.file(session, log.log_id, path) if may else None
    if body is None:
        raise NotFoundError
    response = Response(body, content_type="application/octet-stream")
    if path.startswith("tile/entries/") and request.accept_encodings["gzip"]:
        response.set_data(ledger.compressed(body))
        response.headers["Content-Encoding"] = "gzip"
    if log.is_public:
        return _public(response, headers.FOR_EVER)
    return headers.apply(response, headers.API)


def _is_auditor(log: _Log) -> bool:
    """Say whether a program may see the tiles; one whose token may not is told so."""
    if "Authorization" not in request.headers:
        # Without a token there is nothing here, as with any file that is not for everybody.
        return False
    principal = programs.bearer()
    if principal is None:
        raise LoginNeededError("This token is unknown or has ended: ask for another one.")
    services().limits.check_token(principal.actor)
    if log.site_id is not None and not principal.rights.sees(log.site_id):
        return False
    if not principal.may(Ability.VERIFY, log.site_id):
        raise NotAllowedError("This token may not read the log: it needs the role auditor.")
    return True


def _log(session: Session, site_key: str, epoch: int) -> _Log:
    """Find a log of a site, or the instance's own, whose tiles nobody is shown."""
    site = None if site_key == ledger.INSTANCE else guards.site_named(site_key)
    if site is None:
        current = ledger.instance_log_id(session)
    else:
        current = ledger.log_id_of(session, site.id)
    if current is None:
        raise NotFoundError("No checkpoint of this log has been published yet.")
    log_id = ledger.find_epoch(session, current, epoch).log_id
    return _Log(log_id, site_key, site.id if site else None, bool(site and site.public_log))


def _public(response: Response, cache: str) -> Response:
    response.headers["Cache-Control"] = cache
    return headers.apply(response, headers.FILE)
