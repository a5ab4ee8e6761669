"""The API's description as a page for people, made from the OpenAPI document and nothing else.

Written here rather than by an interface in JavaScript: it needs no script, keeps our strict policy,
prints, and its headings and tables are read out as such.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Blueprint, Response, current_app

from consent.web import guards
from consent.web.api.samples import resolved, sample
from consent.web.pages import Page, render
from consent.web.services import services

door = Blueprint("api_reference", __name__)
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Fact:
    """A parameter or an answer: its name, what kind, what it means."""

    name: str
    kind: str
    about: str


@dataclass(frozen=True)
class Operation:
    """One thing the API does."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    ability: str
    parameters: tuple[Fact, ...]
    body: str
    answer: str
    answers: tuple[Fact, ...]


@dataclass(frozen=True)
class Part:
    """What belongs together."""

    id: str
    name: str
    about: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, kw_only=True)
class ReferencePage(Page):
    """The whole API."""

    template: ClassVar[str] = "api/reference.html"
    parts: tuple[Part, ...]
    document_url: str
    base_url: str


@door.get("/api/")
@guards.anyone
def show() -> Response:
    """Show what programs can do."""
    base = services().settings.public_url
    document = json.loads(json.dumps(_spec()))
    page = ReferencePage(
        title="API description",
        parts=tuple(_parts(document)),
        document_url=f"{base}/api/openapi.json",
        base_url=base,
    )
    return render(page)


def _spec() -> Any:
    [described] = current_app.extensions["flask-smorest"]["apis"].values()
    return described["ext_obj"].spec.to_dict()


def _parts(document: Mapping[str, Any]) -> Iterator[Part]:
    about = {each["name"]: each.get("description", "") for each in document.get("tags", ())}
    found: dict[str, list[Operation]] = {name: [] for name in about}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                described = {"parameters": [], **methods[method]}
                described["parameters"] = [
                    *methods.get("parameters", ()),
                    *described["parameters"],
                ]
                tag = (described.get("tags") or ["other"])[0]
                one = _operation(document, path, method, described)
                found.setdefault(tag, []).append(one)
    for name, operations in found.items():
        if operations:
            plain = name.removeprefix("api_").replace("_", " ")
            yield Part(f"part-{name}", plain.capitalize(), about.get(name, ""), tuple(operations))


def _operation(
    document: Mapping[str, Any], path: str, method: str, described: Mapping[str, Any]
) -> Operation:
    answers = {
        code: resolved(document, answer) for code, answer in described.get("responses", {}).items()
    }
    good = next((each for code, each in answers.items() if code.startswith("2")), {})
    return Operation(
        id=f"{method}-{path.strip('/').replace('/', '-')}",
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        about=described.get("description", ""),
        ability=described.get("x-ability", ""),
        parameters=tuple(_parameter(document, each) for each in described["parameters"]),
        body=_written(document, described.get("requestBody", {})),
        answer=_written(document, good),
        answers=tuple(
            Fact(code, "", str(each.get("description", "")))
            for code, each in answers.items()
            if code != "default"
        ),
    )


def _parameter(document: Mapping[str, Any], given: Mapping[str, Any]) -> Fact:
    found = resolved(document, given)
    schema = resolved(document, found.get("schema", {}))
    kind = schema.get("type", "")
    kind = " or ".join(kind) if isinstance(kind, list) else str(kind)
    choices = ", ".join(map(str, schema.get("enum", ())))
    must = "in the address" if found["in"] == "path" else "must be given" * found.get("required", 0)
    about = found.get("description") or schema.get("description", "")
    extra = [each for each in (about, choices and f"one of {choices}", must) if each]
    return Fact(found["name"], kind, "; ".join(extra))


def _written(document: Mapping[str, Any], described: Mapping[str, Any]) -> str:
    for kind, content in described.get("content", {}).items():
        if "json" in kind and content.get("schema"):
            value = sample(document, content["schema"])
            return json.dumps(value, indent=2, ensure_ascii=False) if value else ""
    return ""
