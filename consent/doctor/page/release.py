"""Is what the page loads what was released? Asked as several browsers, compared byte by byte."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from consent.doctor.findings import Finding, failed, ok, warning
from consent.doctor.page import ours
from consent.doctor.page.agents import AGENTS
from consent.doctor.page.sight import Loader, Released, Sight
from consent.doctor.wire import Answer, UnreachableError, Wire

NAME = "release"
# What says which release a loader is of.
TELLING = ("version", "digest", "snippet")


def reachable(sight: Sight) -> Iterator[Finding]:
    """See that the tag's address gives a loader at all."""
    if sight.loader is not None:
        return
    for element in sight.tags[:1]:
        url = sight.document.address(ours.source_of(element))
        try:
            answer = sight.wire.get(url, follow=1)
        except UnreachableError as error:
            yield failed(
                NAME, f"{url} cannot be loaded: {error}.",
                "Nothing is asked, and what is marked waits for ever: see that the service runs.",
                lines=(element.line,),
            )  # fmt: skip
            return
        yield failed(
            NAME, f"{url} gives no loader (status {answer.status}).",
            "Correct the address: site key and service are in it.", lines=(element.line,),
        )  # fmt: skip


def same_for_all(sight: Sight) -> Iterator[Finding]:
    """Ask as other browsers do: a poisoned host may show its work to some of them only."""
    loader = sight.loader
    if loader is None:
        return
    expected = hashlib.sha256(loader.answer.body).digest()
    different = []
    for name, headers in AGENTS.items():
        try:
            asked = {**headers, "Referer": sight.answer.url}
            answer = sight.wire.get(loader.url, asked, follow=1)
        except UnreachableError:
            different.append(name)
            continue
        if answer.status != 200 or hashlib.sha256(answer.body).digest() != expected:
            different.append(name)
    if different:
        yield failed(
            NAME,
            f"{loader.url} is another file for {', '.join(different)}.",
            "It must be the same for everybody: take it out of the page until you know who "
            "changes it.",
            lines=(loader.element.line,),
        )
    else:
        yield ok(NAME, f"It is the same file for {', '.join(AGENTS)}, in several languages.")


def released(sight: Sight) -> Iterator[Finding]:
    """Compare with the release of this installation, else with what its service serves."""
    loader = sight.loader
    if loader is None:
        return
    if loader.is_frozen and not _is_named(loader.name, loader.answer.body):
        yield failed(
            NAME,
            f"The bytes of {loader.name} are not those that its name stands for.",
            "Take it out of the page until you know who changed it.",
            lines=(loader.element.line,),
        )
    elif sight.released is not None:
        yield from _here(loader, sight.released)
    else:
        yield from _there(sight, loader)
    yield from _parts(sight.wire, loader)


def _here(loader: Loader, known: Released) -> Iterator[Finding]:
    """Compare with the database."""
    where = {"lines": (loader.element.line,)}
    body, version = loader.answer.body, loader.config["version"]
    if loader.is_bundled:
        yield from _bundled(loader, known, **where)
        return
    frozen = f"loader.{hashlib.sha256(body).hexdigest()[:16]}.js"
    if body == known.loader:
        yield ok(
            NAME, f"Its bytes are those of version {version}, the newest this installation has."
        )
    elif known.frozen(frozen) == body:
        yield from _older(loader, known.version, **where)
    elif known.loader is None:
        yield from _told(loader, _config_of(known), "this installation's newest notice", **where)
    else:
        yield failed(
            NAME,
            f"Its bytes are none that this installation released (it says version {version}).",
            "Somebody between the service and here changes it, or another installation serves "
            "it: compare with the database of the service it names.",
            **where,
        )


def _bundled(loader: Loader, known: Released, **where: Any) -> Iterator[Finding]:
    files, version = str(loader.config["files"]), loader.config["version"]
    if loader.answer.body == known.bundled(files):
        yield ok(NAME, f"Its bytes are what bundling version {version}, the newest, gives.")
    elif (version, loader.config["digest"]) == (known.version, known.digest) and (
        loader.config["snippet"] == _config_of(known).get("snippet")
    ):
        yield failed(
            NAME,
            f"It says that it is version {version}, and has other bytes than bundling that gives.",
            "Run `consent site bundle` again; if they change once more, somebody changes them.",
            **where,
        )
    else:
        yield from _told(loader, _config_of(known), "this installation's newest release", **where)


def _older(loader: Loader, newest: int, **where: Any) -> Iterator[Finding]:
    version = loader.config["version"]
    if loader.is_frozen and version == newest:
        yield ok(NAME, f"Its bytes are those released for version {version}.")
    elif loader.is_frozen:
        yield warning(
            NAME,
            f"Its bytes are those of version {version}; the newest is {newest}.",
            "Put the frozen address of the newest release there, with its integrity value.",
            **where,
        )
    else:
        yield warning(
            NAME,
            f"Its bytes are those of an earlier release (version {version}, the newest {newest}).",
            "Caches may keep it for five minutes after a publication; later, empty yours.",
            **where,
        )


def _there(sight: Sight, loader: Loader) -> Iterator[Finding]:
    """Compare with the service; what it serves is then believed."""
    where = {"lines": (loader.element.line,)}
    if loader.is_bundled or loader.is_frozen:
        answer = _get(sight.wire, f"{loader.own_base}loader.js")
        config = ours.config_of(answer.text) if answer else None
        what = "what its service serves now"
    else:
        answer = _get(sight.wire, f"{loader.own_base}notice")
        said = _json(answer) if answer else None
        config = {key: said[key] for key in ("version", "digest") if key in said} if said else None
        what = "the notice its service publishes"
    if not config:
        yield warning(
            NAME,
            f"{loader.service} does not say what was released.",
            "See that it runs, and run this again.",
            **where,
        )
        return
    yield from _told(loader, config, what, **where)


def _told(loader: Loader, config: Mapping[str, Any], whose: str, **where: Any) -> Iterator[Finding]:
    """Compare what the loader says of itself."""
    keys = [key for key in TELLING if key in config]
    words = ", ".join("code" if key == "snippet" else key for key in keys)
    different = [key for key in keys if loader.config[key] != config[key]]
    if not different:
        yield ok(
            NAME, f"{words} inside it are those of {whose}; its other bytes were not compared."
        )
        return
    then = f"version {loader.config['version']}, {whose}: {config.get('version')}"
    advice = "Caches may keep it for five minutes after a publication; later, empty yours."
    if loader.is_bundled:
        advice = "Run `consent site bundle` again and put its files in place of these."
    elif loader.is_frozen:
        advice = "Put the frozen address of the newest release there, with its integrity value."
    yield warning(NAME, f"It is of another release: {then}.", advice, **where)


def _parts(wire: Wire, loader: Loader) -> Iterator[Finding]:
    """See that what the loader loads later is there, whole."""
    base = _base(loader)
    scripts = [
        f"{name}.{key}.js"
        for name, key in zip(("center", "page"), loader.config["parts"], strict=False)
    ]
    missing = []
    texts = [str(name) for name in dict(loader.config["languages"]).values()]
    lists: list[str] = []
    for name in [*scripts, *texts]:
        answer = _get(wire, base + name)
        if answer is None or not _is_named(name, answer.body):
            missing.append(name)
        elif name in texts and isinstance(said := _json(answer), dict):
            lists.append(str(said.get("list")))
    for name in lists:
        answer = _get(wire, base + name)
        if answer is None or not _is_named(name, answer.body):
            missing.append(name)
    if missing:
        yield failed(
            NAME,
            f"What it loads later is missing or altered: {', '.join(missing)}.",
            "Put all files of one bundle there." if loader.is_bundled else "See the service's log.",
        )
    else:
        yield ok(NAME, "What it loads later is there, and its names fit its bytes.")


def _base(loader: Loader) -> str:
    """Return where a loader's parts lie; a bundle may say so by a path of the site."""
    parts, files = urlsplit(loader.url), str(loader.config["files"])
    return f"{parts.scheme}://{parts.netloc}{files}" if files.startswith("/") else files


def _is_named(name: str, body: bytes) -> bool:
    """Say whether a name holds the hash of the bytes, the two ways in which ours do."""
    stem = name.rsplit(".", 2)[1]
    return hashlib.sha256(body).hexdigest()[:16] == stem or ours.short_hash(body) == stem


def _config_of(known: Released) -> dict[str, Any]:
    config = ours.config_of(known.loader.decode()) if known.loader else None
    return config or {"version": known.version, "digest": known.digest}


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _get(wire: Wire, url: str) -> Answer | None:
    try:
        answer = wire.get(url, follow=1)
    except UnreachableError:
        return None
    return answer if answer.status == 200 else None
