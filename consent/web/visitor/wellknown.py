"""What the service says of itself: support for Global Privacy Control (W3C GPC, section 4)."""

from flask import Blueprint, Response

from consent.web import guards, headers

door = Blueprint("wellknown", __name__)


@door.get("/.well-known/gpc.json")
@guards.anyone
def gpc() -> Response:
    """Say that the signal is honoured."""
    answer = {"gpc": True, "lastUpdate": "2026-11-24"}
    return headers.json_answer(answer, policy=headers.FILE)
