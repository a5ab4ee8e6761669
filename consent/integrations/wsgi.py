"""Any WSGI application: `environ["consent.visit"]`, and the headers of its pages."""

from collections.abc import Callable, Iterable
from typing import Any

from consent.integrations import csp
from consent.integrations.marking import DEFAULT, Marking
from consent.integrations.policy import Policy
from consent.integrations.visit import Visit

KEY = "consent.visit"
Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class ConsentMiddleware:
    """Wrap an application; `region` says of an environ where the visitor is, if the site knows."""

    def __init__(
        self,
        app: App,
        policy: Policy,
        *,
        base_csp: csp.Base | None = DEFAULT,
        report_only: bool = False,
        region: Callable[[Environ], str | None] | None = None,
    ) -> None:
        self._app = app
        self._marking = Marking(policy, base_csp, report_only)
        self._region = region

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request; the body is handed on untouched."""
        region = self._region
        visit = environ[KEY] = Visit(
            self._marking.policy,
            environ.get("HTTP_COOKIE"),
            gpc=environ.get("HTTP_SEC_GPC"),
            region=(lambda: region(environ)) if region else None,
        )

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, self._marking.replaced(visit, headers), *rest)

        return self._app(environ, started)
