"""WSGI, ASGI, Flask and Django: the same headers, only on pages, and bodies as they were."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import flask
import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import Client

from consent.integrations import Policy, asgi, django, wsgi
from consent.integrations import flask as for_flask
from tests.integrations.samples import NOTICE, cookie

POLICY = Policy.from_notice(NOTICE)
GRANTED = cookie(c={"functional": 0, "targeting": 1, "performance": 1}, e=99_999_999_999, t=0)
PAGE = "{{ consent.has('performance') }} {{ consent.has('targeting', 'acme') }}"
POLICY_HEADER = "Content-Security-Policy"
Ask = Callable[..., tuple[Headers, str]]


def region_of(carrier: Any) -> str | None:
    """Say where the visitor is, by a header that each kind of request has in its own place."""
    if isinstance(carrier, dict):
        headers = dict(carrier.get("headers", ()))
        return carrier.get("HTTP_X_COUNTRY") or headers.get(b"x-country", b"").decode() or None
    held = carrier.META if hasattr(carrier, "META") else carrier.environ
    return held.get("HTTP_X_COUNTRY")


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: in this one a browser's event loop may be running."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, work).result()


def by_wsgi(answer: list[tuple[str, str]], **options: Any) -> Ask:
    def site(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        visit = environ[wsgi.KEY]
        start_response("200 OK", answer)
        yield str(visit.has("performance")).encode()
        yield f" {visit.has('targeting', 'acme')}".encode()

    client = Client(wsgi.ConsentMiddleware(site, POLICY, **options), use_cookies=False)

    def ask(**headers: str) -> tuple[Headers, str]:
        found = client.get("/", headers=headers)
        return found.headers, found.get_data(as_text=True)

    return ask


def by_asgi(answer: list[tuple[str, str]], **options: Any) -> Ask:
    async def site(scope: Any, _receive: Any, send: Any) -> None:
        visit = scope[asgi.KEY]
        raw = [(name.lower().encode(), value.encode()) for name, value in answer]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        body = str(visit.has("performance")).encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        rest = f" {visit.has('targeting', 'acme')}".encode()
        await send({"type": "http.response.body", "body": rest})

    app = asgi.ConsentMiddleware(site, POLICY, **options)

    def ask(**headers: str) -> tuple[Headers, str]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        finish(app({"type": "http", "headers": raw}, None, send))
        assert len(sent) == 3
        found = Headers([(name.decode(), value.decode()) for name, value in sent[0]["headers"]])
        return found, b"".join(each["body"] for each in sent[1:]).decode()

    return ask


def by_flask(answer: list[tuple[str, str]], **options: Any) -> Ask:
    app = flask.Flask("shop")
    for_flask.init_app(app, POLICY, **options)

    @app.get("/")
    def page() -> flask.Response:
        response = flask.make_response(flask.render_template_string(PAGE))
        response.headers = Headers(answer)
        return response

    client = app.test_client(use_cookies=False)

    def ask(**headers: str) -> tuple[Headers, str]:
        found = client.get("/", headers=headers)
        return found.headers, found.get_data(as_text=True)

    return ask


def by_django(answer: list[tuple[str, str]], **options: Any) -> Ask:
    def get_response(request: Any) -> Any:
        visit = django.consent(request)["consent"]
        body = f"{visit.has('performance')} {visit.has('targeting', 'acme')}"
        return SimpleNamespace(headers=Headers(answer), body=body)

    middleware = django.ConsentMiddleware(get_response, {"policy": POLICY, **options})

    def ask(**headers: str) -> tuple[Headers, str]:
        meta = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
        found = middleware(SimpleNamespace(META=meta))
        return found.headers, found.body

    return ask


HTML = [("Content-Type", "text/html; charset=utf-8")]
every_adapter = pytest.mark.parametrize("adapter", [by_wsgi, by_asgi, by_flask, by_django])


@every_adapter
def test_a_page_says_what_is_granted_and_what_it_depends_on(adapter):
    headers, body = adapter(HTML)(Cookie=f"a=b; consent={GRANTED}")
    assert body == "True True"
    assert "acme.example" in headers[POLICY_HEADER]
    assert "film.example" not in headers[POLICY_HEADER]
    assert headers["Vary"] == "Cookie, Sec-GPC"
    assert headers["Cache-Control"] == "private"

    headers, body = adapter(HTML)()
    assert body == "False False"
    assert "acme.example" not in headers[POLICY_HEADER]


@every_adapter
def test_a_privacy_signal_is_honoured(adapter):
    ask = adapter(HTML)
    headers, body = ask(**{"Cookie": f"consent={GRANTED}", "Sec-GPC": "1"})
    assert body == "True False"
    assert "acme.example" not in headers[POLICY_HEADER]
    assert ask(**{"Cookie": f"consent={GRANTED}", "Sec-GPC": "0"})[1] == "True True"


@every_adapter
def test_the_site_says_where_the_visitor_is(adapter):
    ask = adapter(HTML, region=region_of)
    assert ask(**{"X-Country": "US-CA"})[1] == "False True"
    assert ask()[1] == "False False"


@every_adapter
def test_what_is_no_page_is_left_alone(adapter):
    answer = [("Content-Type", "application/json"), ("ETag", '"1"')]
    headers, _ = adapter(answer)(Cookie=f"consent={GRANTED}")
    found = {name.lower(): value for name, value in headers.items()}
    assert found.pop("content-length", "9") == "9"
    assert found == {"content-type": "application/json", "etag": '"1"'}


@every_adapter
def test_what_the_site_set_itself_stays(adapter):
    answer = [*HTML, ("Vary", "Accept"), ("Vary", "cookie"), ("Cache-Control", "no-store")]
    headers, _ = adapter([*answer, (POLICY_HEADER, "default-src 'none'")])()
    assert headers.getlist("Vary") == ["Accept, cookie, Sec-GPC"] or adapter is by_django
    assert headers["Cache-Control"] == "no-store"
    assert headers.getlist(POLICY_HEADER) == ["default-src 'none'"]


@every_adapter
def test_a_policy_can_be_only_reported_or_left_out(adapter):
    headers, _ = adapter([*HTML, (POLICY_HEADER, "img-src *")], report_only=True)()
    assert headers[POLICY_HEADER] == "img-src *"
    assert headers[f"{POLICY_HEADER}-Report-Only"].startswith("default-src 'self'; script-src")
    headers, body = adapter(HTML, base_csp=None)(Cookie=f"consent={GRANTED}")
    assert (POLICY_HEADER in headers, body) == (False, "True True")
    assert headers["Cache-Control"] == "private"


@every_adapter
def test_a_policy_that_gates_nothing_stops_the_start(adapter):
    with pytest.raises(ValueError, match="img-src https:"):
        adapter(HTML, base_csp="img-src https:")


@every_adapter
def test_a_hostile_cookie_is_no_decision(adapter):
    ask = adapter(HTML)
    for odd in ("consent", "consent=", "consent=v1.____", "consent=\xff\xfe", ";;;=;", "a" * 9000):
        assert ask(Cookie=odd.encode().decode("latin-1"))[1] == "False False"


def test_a_stream_stays_one_and_is_closed():
    told: list[str] = []

    class Body:
        def __iter__(self) -> Any:
            yield from (b"a", b"b")

        def close(self) -> None:
            told.append("closed")

    body = Body()

    def site(_environ: Any, start_response: Any) -> Any:
        write = start_response("200 OK", HTML)
        write(b"first ")
        return body

    def start_response(status: str, headers: Any, *rest: Any) -> Any:
        told.append(f"{status} {POLICY_HEADER in dict(headers)} {rest}")
        return lambda part: told.append(part.decode())

    assert wsgi.ConsentMiddleware(site, POLICY)({}, start_response) is body
    assert told == ["200 OK True ()", "first "]


def test_a_page_that_asks_for_a_nonce_has_it_in_its_policy():
    app = flask.Flask("shop")
    for_flask.init_app(app, POLICY)
    app.add_url_rule("/", view_func=lambda: flask.render_template_string("{{ consent.nonce }}"))
    first, second = (app.test_client().get("/") for _ in range(2))
    assert f"'nonce-{first.text}'" in first.headers[POLICY_HEADER]
    assert first.text != second.text


def test_a_view_asks_too_and_a_mail_is_written_as_to_nobody():
    app = flask.Flask("shop")
    for_flask.init_app(app, POLICY)
    app.add_url_rule("/", view_func=lambda: {"performance": for_flask.visit().has("performance")})
    client = app.test_client()
    client.set_cookie("consent", GRANTED)
    assert client.get("/").json == {"performance": True}
    with app.app_context():
        assert flask.render_template_string(PAGE) == "False False"
        # requests inside a longer context are told apart all the same
        assert client.get("/").json == {"performance": True}
        assert app.test_client().get("/").json == {"performance": False}


def test_an_error_page_is_marked_and_a_redirect_is_not_in_its_way():
    app = flask.Flask("shop")
    for_flask.init_app(app, POLICY)
    app.before_request(lambda: flask.redirect("/there") if flask.request.path == "/" else None)
    client = app.test_client()
    assert POLICY_HEADER in client.get("/missing").headers
    assert client.get("/").status_code == 302


def test_other_scopes_of_asgi_pass():
    seen: list[Any] = []

    async def site(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope)

    app = asgi.ConsentMiddleware(site, POLICY)
    cookies = [(b"cookie", b"a=b"), (b"cookie", f"consent={GRANTED}".encode())]
    finish(app({"type": "lifespan"}, None, None))
    finish(app({"type": "websocket", "headers": cookies}, None, None))
    assert seen[0] == {"type": "lifespan"}
    assert seen[1][asgi.KEY].has("performance")
    assert seen[1][asgi.KEY].decided
