"""Any ASGI application: `scope["consent.visit"]`, and the headers of its pages."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from consent.integrations import csp
from consent.integrations.marking import DEFAULT, Marking
from consent.integrations.policy import Policy
from consent.integrations.visit import Visit

KEY = "consent.visit"
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class ConsentMiddleware:
    """Wrap an application; `region` says of a scope where the visitor is, if the site knows."""

    def __init__(
        self,
        app: App,
        policy: Policy,
        *,
        base_csp: csp.Base | None = DEFAULT,
        report_only: bool = False,
        region: Callable[[Scope], str | None] | None = None,
    ) -> None:
        self._app = app
        self._marking = Marking(policy, base_csp, report_only)
        self._region = region

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; each part of the body is handed on as it comes."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        region = self._region
        visit = Visit(
            self._marking.policy,
            _joined(scope, b"cookie", "; "),
            gpc=_joined(scope, b"sec-gpc", ", "),
            region=(lambda: region(scope)) if region else None,
        )

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._headers(visit, message)}
            await send(message)

        await self._app({**scope, KEY: visit}, receive, sent)

    def _headers(self, visit: Visit, message: Message) -> list[tuple[bytes, bytes]]:
        held = [
            (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
            for name, value in message.get("headers", ())
        ]
        return [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in self._marking.replaced(visit, held)
        ]


def _joined(scope: Scope, name: bytes, between: str) -> str:
    """Return a header of the request; HTTP/2 may send cookies in several pieces."""
    found = [bytes(value).decode("latin-1") for key, value in scope["headers"] if key == name]
    return between.join(found)
