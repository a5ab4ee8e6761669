"""The demo shop: a small real-looking site that embeds the service, as one plain WSGI callable.

It answers under two names on one port. `127.0.0.1` is the shop; `localhost`, another origin to a
browser, stands in for the companies whose tags the shop embeds (`vendors.py`). Every page is served
under a strict policy with a fresh nonce, so the demo also shows that the snippet needs no less.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consent.demo import goods, vendors
from consent.demo.wire import VENDOR_HOST, Reply, Request, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

FOLDER = Path(__file__).parent / "shop"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# What a query may set on the loader's tag, so that one shop shows every region and language.
LOADER_ATTRIBUTES = {
    "language": re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    "region": re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?"),
    "layout": re.compile(r"[a-z-]{1,20}"),
}


@dataclass(frozen=True)
class Service:
    """The consent service that the shop embeds."""

    url: str
    site_key: str

    @property
    def origin(self) -> str:
        """Return scheme, host and port of the service."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def shop(service_url: str, site_key: str) -> WSGIApplication:
    """Return the shop as a WSGI application that embeds one site of one consent service."""
    service = Service(service_url.rstrip("/"), site_key)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = read(environ)
        reply = _answer(service, request)
        headers = [*reply.headers, ("X-Content-Type-Options", "nosniff")]
        headers.append(("Content-Length", str(len(reply.body))))
        start_response(f"{reply.status.value} {reply.status.phrase}", headers)
        return [] if request.method == "HEAD" else [reply.body]

    return application


def _answer(service: Service, request: Request) -> Reply:
    if request.method not in {"GET", "HEAD", "POST"}:
        return Reply(HTTPStatus.METHOD_NOT_ALLOWED, headers=[("Allow", "GET, HEAD, POST")])
    if request.path.startswith("/vendors/"):
        return _vendor(request)
    if request.host == VENDOR_HOST:
        return _redirect(request.shop_origin + quote(request.path))
    if request.path.startswith("/assets/"):
        return _asset(request.path)

    for pattern, page in ROUTES:
        if match := pattern.fullmatch(request.path):
            return page(service, request, *match.groups())
    return _not_found(service, request)


# ---- pages


def _home(service: Service, request: Request) -> Reply:
    return _page(service, request, "home.html", products=goods.PRODUCTS)


def _product(service: Service, request: Request, slug: str) -> Reply:
    product = goods.find(slug)
    if product is None:
        return _not_found(service, request)
    others = [other for other in goods.PRODUCTS if other is not product][:4]
    return _page(service, request, "product.html", product=product, others=others)


def _basket(service: Service, request: Request) -> Reply:
    if request.method == "POST":
        return _change_basket(service, request)
    lines = goods.basket_lines(request.cookies.get("hg_basket", ""))
    total = sum(line.cents for line in lines)
    token = request.cookies.get("hg_csrf", "")
    return _page(service, request, "basket.html", lines=lines, total=total, token=token)


def _change_basket(service: Service, request: Request) -> Reply:
    """Add one piece or empty the basket; the session and its cookies begin with the first piece."""
    if not request.same_origin:
        return _page(service, request, "forbidden.html", status=HTTPStatus.FORBIDDEN)
    token = request.cookies.get("hg_csrf", "")
    basket = request.cookies.get("hg_basket", "")
    if request.form.get("action") == "empty":
        if not secrets.compare_digest(request.form.get("token", "").encode(), token.encode()):
            return _page(service, request, "forbidden.html", status=HTTPStatus.FORBIDDEN)
        return _redirect("/basket", cookies=["hg_basket=; Max-Age=0"])

    if goods.find(request.form.get("product", "")) is None:
        return _not_found(service, request)
    basket = goods.add_to_basket(basket, request.form["product"])
    session = request.cookies.get("hg_session")
    return _redirect(
        "/basket",
        cookies=[
            f"hg_basket={basket}; Max-Age=1209600",
            f"hg_session={session or secrets.token_urlsafe(16)}; HttpOnly",
            f"hg_csrf={token or secrets.token_urlsafe(16)}; HttpOnly",
        ],
    )


def _simple(template: str) -> Callable[..., Reply]:
    def page(service: Service, request: Request) -> Reply:
        return _page(service, request, template)

    return page


def _count(_service: Service, _request: Request) -> Reply:
    """Count a page view without a cookie or an address: what the shop does when refused more."""
    return Reply(HTTPStatus.NO_CONTENT, headers=[("Cache-Control", "no-store")])


def _icon(_service: Service, _request: Request) -> Reply:
    return _asset("/assets/pictures/mark.svg")


ROUTES: tuple[tuple[re.Pattern[str], Callable[..., Reply]], ...] = (
    (re.compile(r"/"), _home),
    (re.compile(r"/product/([a-z-]+)"), _product),
    (re.compile(r"/basket"), _basket),
    (re.compile(r"/cookies"), _simple("cookies.html")),
    (re.compile(r"/journal"), _simple("journal.html")),
    (re.compile(r"/app(?:/harbours|/kit)?"), _simple("app.html")),
    (re.compile(r"/count"), _count),
    (re.compile(r"/favicon\.ico"), _icon),
)


# ---- answers


def _page(
    service: Service,
    request: Request,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **values: object,
) -> Reply:
    nonce = secrets.token_urlsafe(16)
    attributes = {
        name: value
        for name, shape in LOADER_ATTRIBUTES.items()
        if (value := request.query.get(name)) and shape.fullmatch(value)
    }
    back = quote(request.shop_origin + request.path, safe="")
    body = (
        _templates()
        .get_template(template)
        .render(
            nonce=nonce,
            path=request.path,
            vendors=request.vendor_origin,
            loader_url=f"{service.url}/v1/sites/{quote(service.site_key)}/loader.js",
            loader_attributes=attributes,
            hosted_url=f"{service.url}/privacy/{quote(service.site_key)}?return={back}",
            **values,
        )
    )
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", _policy(nonce, service.origin, request.vendor_origin)),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cache-Control", "no-store"),
    ]
    return Reply(status, body.encode(), headers)


def _policy(nonce: str, service_origin: str, vendor_origin: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}' 'strict-dynamic'",
            f"style-src 'self' 'nonce-{nonce}'",
            f"img-src 'self' {vendor_origin}",
            f"font-src 'self' {vendor_origin}",
            f"media-src 'self' {vendor_origin}",
            f"frame-src {vendor_origin}",
            f"object-src {vendor_origin}",
            f"connect-src 'self' {service_origin} {vendor_origin}",
            "base-uri 'none'",
            "form-action 'self'",
            "require-trusted-types-for 'script'",
            "trusted-types consent",
        )
    )


def _vendor(request: Request) -> Reply:
    """Serve a company's stand-in, and only under the companies' name."""
    found = vendors.serve(request.path, request.vendor_origin)
    if request.host != VENDOR_HOST or found is None:
        return Reply(HTTPStatus.NOT_FOUND, b"Nothing here.", [("Content-Type", "text/plain")])
    headers = [("Content-Type", found.media_type), ("Cache-Control", "no-store")]
    headers.append(("Access-Control-Allow-Origin", "*"))
    headers.append(("Cross-Origin-Resource-Policy", "cross-origin"))
    # Only a Secure cookie may be third-party; browsers count localhost as safe without https.
    headers += [("Set-Cookie", f"{c}; Path=/vendors; Secure; SameSite=None") for c in found.cookies]
    return Reply(HTTPStatus.OK, found.body, headers)


def _asset(path: str) -> Reply:
    file = FOLDER / path.removeprefix("/")
    if ".." in path or file.suffix not in MEDIA_TYPES or not file.is_file():
        return Reply(HTTPStatus.NOT_FOUND, b"Nothing here.", [("Content-Type", "text/plain")])
    headers = [("Content-Type", MEDIA_TYPES[file.suffix]), ("Cache-Control", "max-age=60")]
    return Reply(HTTPStatus.OK, file.read_bytes(), headers)


def _not_found(service: Service, request: Request) -> Reply:
    return _page(service, request, "missing.html", status=HTTPStatus.NOT_FOUND)


def _redirect(location: str, cookies: Iterable[str] = ()) -> Reply:
    headers = [("Location", location)]
    headers += [("Set-Cookie", f"{cookie}; Path=/; SameSite=Lax") for cookie in cookies]
    return Reply(HTTPStatus.SEE_OTHER, headers=headers)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["price"] = goods.price
    return environment
