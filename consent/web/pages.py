"""Pages for people: a template and its context, a frozen dataclass."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar

from flask import Flask, Response, current_app, render_template

from consent import paths
from consent.notices.texts import shipped
from consent.web import headers
from consent.web.services import services


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page has."""

    template: ClassVar[str]
    language: str = "en"
    direction: str = "ltr"
    title: str = ""
    site_name: str = ""
    site_key: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    home_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """Something went wrong."""

    template: ClassVar[str] = "errors/error.html"
    status: int
    message: str
    hint: str = ""

    @classmethod
    def of(cls, status: int, message: str) -> "ErrorPage":
        """Return the page of a failure."""
        texts = shipped()["en"]
        title = "Nothing here" if status == 404 else "That did not work"
        return cls(title=title, texts=texts, status=status, message=message)


def render(page: Page, status: int = 200) -> Response:
    """Return a page as an answer that no cache keeps."""
    response = Response(render_template(page.template, page=page), status, mimetype="text/html")
    headers.apply(response, headers.PAGE)
    return response


def text(texts: Mapping[str, str], key: str, **values: object) -> str:
    """Return one text with its values put in; the values are never read as a template."""
    found = texts[key]
    for name, value in values.items():
        found = found.replace(f"{{{name}}}", str(value))
    return found


def asset(name: str) -> str:
    """Return the address of a static file, changed when its bytes change."""
    path = f"{services().settings.public_url}/static/{name}"
    if current_app.debug or name not in _versions:
        _versions[name] = sha256((paths.STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{path}?v={_versions[name]}"


_versions: dict[str, str] = {}


def register(app: Flask) -> None:
    """Give templates what they call."""
    app.jinja_env.globals.update(t=text, asset=asset)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
