"""What `consent doctor` asks through the public address: how a request reaches us.

Only who holds the service's keys can ask, for a minute a question; to everybody else there is
nothing here. What is said, and why it may be: `consent.doctor.probe`.
"""

from flask import Blueprint, Response, request

from consent import doctor
from consent.errors import NotFoundError
from consent.web import guards, headers
from consent.web.services import services

door = Blueprint("probe", __name__)


@door.get(doctor.PROBE_PATH)
@guards.anyone
def probe() -> Response:
    """Say how this request came: how many proxies, which kind of address; never the address."""
    settings = services().settings
    came = doctor.Came(
        forwarded=request.headers.get("X-Forwarded-For", ""),
        client=request.remote_addr,
        region=request.headers.get(settings.region_header) if settings.region_header else None,
    )
    said = doctor.answer(
        services().signer, settings, request.headers.get(doctor.PROBE_HEADER), came
    )
    if said is None:
        raise NotFoundError
    return headers.apply(Response(said, mimetype="text/plain"), headers.API)
