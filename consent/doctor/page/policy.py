"""The page's Content-Security-Policy: what of ours it blocks, and the words that are missing."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from consent.doctor.findings import Finding, failed, note, ok, warning
from consent.doctor.page.reading import Element
from consent.doctor.page.sight import Loader, Sight
from consent.integrations import csp, hosts

NAME = "policy"
Directives = Mapping[str, tuple[str, ...]]
_STUB = re.compile(r"""hasOwn\(\s*window\s*,\s*['"]consent['"]""")
_HASH = re.compile(r"'sha(256|384|512)-", re.IGNORECASE)


@dataclass(frozen=True)
class Policy:
    """One policy of the page, and where it stands."""

    directives: Directives
    only_reports: bool
    line: int | None = None

    def words(self, *names: str) -> tuple[str, ...] | None:
        """Return the words of the first of these directives that is there; None allows all."""
        return next((self.directives[name] for name in names if name in self.directives), None)


def policy(sight: Sight) -> Iterator[Finding]:
    """See whether each policy of the page lets the snippet work."""
    found = list(_policies(sight))
    if sight.loader is None:
        return
    if not found:
        yield note(NAME, "The page has no Content-Security-Policy; the snippet needs none.")
    for each in found:
        problems = [*_script(sight, sight.loader, each), *_rest(sight, sight.loader, each)]
        for problem in problems:
            yield _milder(problem) if each.only_reports else problem
        if not problems:
            kind = "report-only policy" if each.only_reports else "policy"
            yield ok(NAME, f"The page's {kind} lets the snippet work; it needs no style-src.")
        yield from _open(each)


def _policies(sight: Sight) -> Iterator[Policy]:
    for header, only_reports in (
        ("Content-Security-Policy", False),
        ("Content-Security-Policy-Report-Only", True),
    ):
        for value in sight.answer.headers.getlist(header):
            for text in value.split(","):
                if text.strip():
                    yield Policy(_parsed(text), only_reports)
    for element in sight.document.elements:
        is_policy = element.get("http-equiv").lower() == "content-security-policy"
        if element.name == "meta" and is_policy:
            yield Policy(_parsed(element.get("content")), only_reports=False, line=element.line)


def _parsed(text: str) -> Directives:
    """Read a policy as browsers do: what is malformed is left out, nothing is refused."""
    try:
        return csp.parse(text)
    except ValueError:
        found: dict[str, tuple[str, ...]] = {}
        for part in filter(str.strip, text.split(";")):
            name, *words = part.split()
            found.setdefault(name.lower(), tuple(words))
        return found


def _script(sight: Sight, loader: Loader, each: Policy) -> Iterator[Finding]:
    words = each.words("script-src-elem", "script-src", "default-src")
    if words is None:
        return
    strict = "'strict-dynamic'" in map(str.lower, words)
    nonces = [word[7:-1] for word in words if word.lower().startswith("'nonce-")]
    by_nonce = loader.element.get("nonce") in nonces if nonces else False
    by_host = not strict and _lets(words, loader.url, sight.answer.url)
    if strict and not by_nonce and not _by_hash(words, loader.element):
        yield failed(
            NAME,
            "The policy has 'strict-dynamic', under which host names count for nothing, and the "
            "snippet's tag has no nonce of it.",
            "Give the tag the nonce of the page.",
            lines=(loader.element.line,),
        )
    elif not by_nonce and not by_host:
        yield failed(
            NAME,
            "script-src does not let the snippet run.",
            "Give the tag the nonce of the page, or add the host:" if nonces else "Add the host:",
            lines=_line(each),
            paste=(_with("script-src", words, _origin(loader.url)),),
        )
    yield from _stub(sight, words, nonces)


def _stub(sight: Sight, words: tuple[str, ...], nonces: list[str]) -> Iterator[Finding]:
    """See that the inline stub may run."""
    lower = [word.lower() for word in words]
    hashed = any(_HASH.match(word) for word in words)
    inline = "'unsafe-inline'" in lower and not (nonces or hashed or "'strict-dynamic'" in lower)
    for element in sight.document.elements:
        if not element.is_script or element.get("src") or not _STUB.search(element.text):
            continue
        if inline or element.get("nonce") in nonces or _digest(element.text) in words:
            continue
        yield failed(
            NAME,
            "The policy blocks the inline stub.",
            "Give it the nonce of the page, or add its hash to script-src:",
            lines=(element.line,),
            paste=(_digest(element.text),),
        )


def _rest(sight: Sight, loader: Loader, each: Policy) -> Iterator[Finding]:
    page = sight.answer.url
    asked = {loader.service, str(loader.config["files"])}
    for name, fallbacks, urls, why in (
        ("connect-src", ("default-src",), asked, "decisions cannot be sent"),
        ("img-src", ("default-src",), _pictures(loader), "the logo does not show"),
    ):
        words = each.words(name, *fallbacks)
        missing = sorted(
            {
                _origin(sight.document.address(url))
                for url in urls
                if words is not None and not _lets(words, sight.document.address(url), page)
            }
        )
        if missing and words is not None:
            yield failed(
                NAME,
                f"{name} does not allow {' '.join(missing)}: {why}.",
                "Write:",
                lines=_line(each),
                paste=(_with(name, words, *missing),),
            )
    types = each.words("trusted-types")
    demanded = "'script'" in (each.words("require-trusted-types-for") or ())
    if demanded and types is not None and not {"consent", "*"} & set(types):
        yield failed(
            NAME,
            "trusted-types does not name the snippet's policy, so nothing that waits can run.",
            "Write:",
            lines=_line(each),
            paste=(_with("trusted-types", types, "consent"),),
        )


def _open(each: Policy) -> Iterator[Finding]:
    """Say where the policy is wider than it looks."""
    words = each.words("script-src-elem", "script-src", "default-src")
    lower = [word.lower() for word in words or ()]
    if "'unsafe-inline'" not in lower:
        return
    ignored = any(word.startswith("'nonce-") or _HASH.match(word) for word in lower)
    if ignored or "'strict-dynamic'" in lower:
        yield note(NAME, "'unsafe-inline' counts for nothing beside a nonce, hash or "
                   "'strict-dynamic'; only old browsers read it.", lines=_line(each))  # fmt: skip
    else:
        yield warning(
            NAME,
            "'unsafe-inline' lets every inline script run, those of vendors and of attackers too.",
            "Give your own a nonce, and take it out.",
            lines=_line(each),
        )


def _milder(finding: Finding) -> Finding:
    return warning(
        finding.name,
        f"(report-only, so nothing is blocked yet) {finding.text}",
        finding.advice,
        lines=finding.lines,
        paste=finding.paste,
    )


def _lets(words: tuple[str, ...], url: str, page: str) -> bool:
    """Say whether a source list allows an address (CSP 3, section 6.7.2)."""
    return any(_allows(word, url, page) for word in words)


def _allows(word: str, url: str, page: str) -> bool:
    parts, own, lower = urlsplit(url), urlsplit(page), word.lower()
    if lower == "'self'":
        return (parts.hostname, _port(parts)) == (own.hostname, _port(own))
    if lower in {"*", f"{parts.scheme}:"} or (lower, parts.scheme) == ("http:", "https"):
        return True
    try:
        source = hosts.of_source(word)
    except ValueError:
        return False
    scheme, _, rest = word.rpartition("://")
    path = rest.partition("/")[2]
    return (
        source is not None
        and source.holds(hosts.Host(parts.hostname or ""))
        # What is allowed by http may come by https.
        and scheme.lower() in {"", "http", parts.scheme}
        and source.port in {"*", _port(parts), "" if _port(parts) in {"80", "443"} else "*"}
        and _is_below(parts.path[1:], path)
    )


def _is_below(path: str, source: str) -> bool:
    """Say whether a path is a source's, or below it where that ends with a slash or is none."""
    return path.startswith(source) if source.endswith("/") or not source else path == source


def _port(parts: SplitResult) -> str:
    return str(parts.port or (443 if parts.scheme == "https" else 80))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _with(name: str, words: tuple[str, ...], *more: str) -> str:
    kept = [word for word in words if word.lower() != "'none'"]
    return " ".join(dict.fromkeys((name, *kept, *more)))


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _by_hash(words: tuple[str, ...], element: Element) -> bool:
    """Say whether each hash of the tag's integrity stands in the policy."""
    said = element.get("integrity").split()
    return bool(said) and all(f"'{each}'" in words for each in said)


def _pictures(loader: Loader) -> set[str]:
    options = loader.config.get("options") or {}
    found = {loader.config.get("logo_url"), options.get("logo_dark_url")}
    return {str(each) for each in found if each}


def _line(each: Policy) -> tuple[int, ...]:
    return (each.line,) if each.line else ()
