"""The public address: reached as browsers reach it, answered by this service, proxies counted."""

import ipaddress
import json
from collections.abc import Iterator
from importlib.metadata import version
from urllib.parse import urlsplit

from consent.config import PREFIX
from consent.doctor import probe
from consent.doctor.findings import Finding, failed, note, ok, warning
from consent.doctor.installation import clocks
from consent.doctor.installation.subject import Installation
from consent.doctor.probe import Route
from consent.doctor.wire import Answer, UnreachableError, Wire
from consent.signing import Signer

NAME = "public address"


def public(installation: Installation) -> Iterator[Finding]:
    """Ask the service through its public address."""
    url = installation.settings.public_url
    yield from _scheme(url)
    with Wire() as wire:
        try:
            answer = wire.get(f"{url}/healthz")
        except UnreachableError as error:
            yield _unreachable(url, error)
            return
        yield from clocks.of_answer(answer.headers.get("Date"))
        if not _is_alive(answer):
            yield _foreign(wire, url, answer)
            return
        yield from _asked(installation, wire)


def is_loopback(url: str) -> bool:
    """Say whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _scheme(url: str) -> Iterator[Finding]:
    if is_loopback(url):
        yield note(
            NAME,
            f"{PREFIX}PUBLIC_URL is {url}, which is this machine alone.",
            "Set it to the address that visitors' browsers use.",
        )
    elif url.startswith("http:"):
        yield failed(
            NAME,
            f"{PREFIX}PUBLIC_URL is {url}, without TLS: pages on https load nothing from it.",
            "Put a proxy with a certificate in front and write https.",
        )


def _unreachable(url: str, error: UnreachableError) -> Finding:
    if error.certificate:
        advice = "Give the proxy a certificate for this very host that browsers trust."
    else:
        advice = (
            f"See that `consent serve` and the proxy run, and that {PREFIX}PUBLIC_URL names them; "
            "this machine must reach the address, too."
        )
    return failed(NAME, f"{url} cannot be reached: {error}.", advice)


def _foreign(wire: Wire, url: str, answer: Answer) -> Finding:
    if (location := answer.headers.get("Location")) and 300 <= answer.status < 400:
        return failed(
            NAME,
            f"{url}/healthz sends on to {location}.",
            f"Set {PREFIX}PUBLIC_URL to the address it ends at, without /healthz: a loader behind "
            "a redirect is slower, and some policies block it.",
        )
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.path and _answers(wire, f"{origin}/healthz"):
        return failed(
            NAME,
            f"The service answers at {origin}, not below {parts.path}.",
            f"Let the proxy pass {parts.path}/ on, with or without the path, or take the path out "
            f"of {PREFIX}PUBLIC_URL.",
        )
    return failed(
        NAME,
        f"Something else answers at {url} (status {answer.status} for /healthz).",
        f"Let the proxy pass {parts.path or ''}/ on to {PREFIX}BIND, or correct "
        f"{PREFIX}PUBLIC_URL.",
    )


def _answers(wire: Wire, url: str) -> bool:
    try:
        return _is_alive(wire.get(url))
    except UnreachableError:
        return False


def _is_alive(answer: Answer) -> bool:
    try:
        return answer.status == 200 and json.loads(answer.body) == {"status": "ok"}
    except ValueError:
        return False


def _asked(installation: Installation, wire: Wire) -> Iterator[Finding]:
    """Ask which way a request comes; only a service with our keys can say."""
    url, signer = installation.settings.public_url, installation.signer
    if signer is None:
        yield note(
            NAME,
            f"A consent service answers at {url}; without its keys here it cannot be told which.",
            "Run the doctor where the service runs, with its settings.",
        )
        return
    route = _route(installation, wire, signer)
    if route is None:
        yield failed(
            NAME,
            f"A consent service answers at {url}, but none that knows these keys.",
            "Run the doctor with the service's own settings, and start the service again after an "
            f"upgrade or a change of its keys. Otherwise {PREFIX}PUBLIC_URL leads to another "
            "installation, or the two clocks are more than a minute apart.",
        )
        return
    yield ok(NAME, f"This service answers at {url}.")
    yield from proxies(installation.settings.trusted_proxies, route, is_local=is_loopback(url))
    yield from _as_here(installation, route)
    if not is_loopback(url):
        yield from _open(wire, url)


def _open(wire: Wire, url: str) -> Iterator[Finding]:
    """Find what is for monitors within reach of everybody."""
    for path in ("/metrics", "/readyz"):
        try:
            status = wire.get(url + path).status
        except UnreachableError:
            continue
        if status == 200:
            yield warning(
                NAME,
                f"Everybody can read {url}{path}.",
                "Let the proxy answer 404 there, and ask the instance itself.",
            )


def _route(installation: Installation, wire: Wire, signer: Signer) -> Route | None:
    asked, settings = probe.question(signer), installation.settings
    headers = {probe.HEADER: asked.token, "X-Forwarded-For": asked.planted}
    if settings.region_header:
        headers[settings.region_header] = probe.PLANTED_REGION
    try:
        answer = wire.get(settings.public_url + probe.PATH, headers)
    except UnreachableError:
        return None
    return probe.read(signer, asked, answer.text) if answer.status == 200 else None


def proxies(trusted: int, route: Route, *, is_local: bool) -> Iterator[Finding]:
    """Hold the number of believed proxies against those a request passed."""
    variable, passed = f"{PREFIX}TRUSTED_PROXIES", route.proxies
    named = "proxy names" if passed == 1 else "proxies name"
    seen = f"{passed} {named} the visitor (X-Forwarded-For), as seen from here"
    if route.client == "planted":
        yield failed(
            "proxies",
            f"Visitors can choose the address they are counted by: {seen}, {trusted} are believed.",
            f"Set {variable}={passed}.",
        )
    elif trusted != passed:
        yield failed(
            "proxies",
            f"All visitors look like one network, whose limit they share: {seen}, "
            f"{trusted} are believed.",
            f"Set {variable}={passed}.",
        )
    elif not passed and not is_local and route.client in {"loopback", "private"}:
        yield warning(
            "proxies",
            "Requests come from this network and name no visitor: if a proxy stands in front, all "
            "visitors look like one network.",
            f"Let it write X-Forwarded-For, and set {variable} to the number of proxies that do.",
        )
    else:
        yield ok("proxies", f"{seen}, and as many are believed.")


def _as_here(installation: Installation, route: Route) -> Iterator[Finding]:
    """Hold the settings of the running service against those of this command."""
    settings = installation.settings
    if settings.region_header and route.region_believed:
        yield failed(
            "region",
            f"What visitors write into {settings.region_header} reaches the service.",
            "Let the proxy overwrite it, or unset CONSENT_REGION_HEADER: anyone could choose the "
            "rules that hold.",
        )
    different = probe.differing(route, settings, settings.secret_keys)
    if not settings.ledger_key and "ledger_key" in different:
        different.remove("ledger_key")
    if different:
        names = ", ".join(PREFIX + name.upper() for name in different)
        yield warning(
            "settings",
            f"The running service has other settings than this command: {names}.",
            "Run the doctor with the service's environment, and start the service again after a "
            "change.",
        )
    if route.release != (ours := version("consent-service")):
        yield warning(
            "settings",
            f"The running service is release {route.release}, this is {ours}.",
            "Start the service again.",
        )
