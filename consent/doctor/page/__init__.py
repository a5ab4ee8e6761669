"""A SITE'S PAGE, LOOKED AT: fetched as a browser would, read as text, nothing of it run."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from consent import notices
from consent.doctor.findings import Finding, by_weight, failed, note, ok
from consent.doctor.page import marks, modes, order, ours, policy, release, visit
from consent.doctor.page.agents import DESK
from consent.doctor.page.companies import Companies
from consent.doctor.page.reading import Document, Element, read
from consent.doctor.page.sight import Loader, Lookup, Released, Sight
from consent.doctor.wire import MOST_REDIRECTS, Answer, UnreachableError, Wire
from consent.notices import Notice

Rule = Callable[[Sight], Iterable[Finding]]

# In the order of importance among findings of one weight.
RULES: tuple[Rule, ...] = (
    ours.presence,
    release.reachable,
    release.released,
    release.same_for_all,
    ours.integrity,
    marks.unmarked,
    marks.mistaken,
    modes.modes,
    visit.cookies,
    visit.way_back,
    policy.policy,
    marks.hints,
    order.before,
    order.calls,
)
UNSEEN = (
    "Only what stands in the page was read: tags that scripts insert later, cookies that they set, "
    "and other pages were not seen."
)


@dataclass(frozen=True)
class Asked:
    """What to look at: a page, and for which site where the page alone does not say."""

    url: str
    site_key: str = ""
    service: str = ""
    own: tuple[str, ...] = ()
    insecure: bool = False


def examine(asked: Asked, lookup: Lookup) -> list[Finding]:
    """Fetch a page and say what to do, the most important first."""
    with Wire(insecure=asked.insecure) as wire:
        try:
            answer = wire.get(asked.url, dict(DESK), follow=MOST_REDIRECTS)
        except UnreachableError as error:
            return [failed("page", f"{asked.url} cannot be fetched: {error}.", "Correct it first.")]
        found = list(_fetched(answer))
        if any(each.status == "failed" for each in found):
            return found
        sight = _sight(asked, wire, answer, lookup)
        for rule in RULES:
            found += _alone(rule, sight)
        if sight.notice is None:
            found.append(_no_notice(sight))
    return [*by_weight(found), note("unseen", UNSEEN, "Walk through the site in a browser, too.")]


def _fetched(answer: Answer) -> Iterator[Finding]:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in {"text/html", "application/xhtml+xml"}:
        yield failed("page", f"{answer.url} is no page ({kind or 'no type'}).", "Give a page.")
    elif answer.status != 200:
        yield failed(
            "page", f"{answer.url} answers with status {answer.status}.",
            "Give a page that visitors see; where a login or a bot wall stands before it, run "
            "this from within.",
        )  # fmt: skip
    else:
        way = "".join(f"{each} -> " for each in answer.through)
        yield ok("page", f"{way}{answer.url} was read ({len(answer.body):,} bytes).")
    if answer.cut:
        yield note("page", "The page is longer than is read; its end was not seen.")


def _sight(asked: Asked, wire: Wire, answer: Answer, lookup: Lookup) -> Sight:
    document = read(answer.text, answer.url)
    tags, loader = ours.found(document, wire)
    service, site_key = _whose(asked, document, tags, loader)
    released = lookup(service, site_key)
    notice = released.notice if released else _notice(wire, service, site_key)
    hosts = (urlsplit(answer.url).hostname or "", *asked.own)
    return Sight(
        wire=wire,
        answer=answer,
        document=document,
        tags=tags,
        loader=loader,
        service=service,
        site_key=site_key,
        wanted=asked.site_key,
        released=released,
        companies=Companies(notice, hosts),
    )


def _whose(
    asked: Asked, document: Document, tags: tuple[Element, ...], loader: Loader | None
) -> tuple[str, str]:
    if loader is not None:
        return loader.service, loader.site_key
    return ours.named(document, tags[0]) if tags else (asked.service, asked.site_key)


def _notice(wire: Wire, service: str, site_key: str) -> Notice | None:
    """Return what a service publishes for a site; it is somebody's word, read with care."""
    if not service or not site_key:
        return None
    try:
        answer = wire.get(f"{service}/v1/sites/{site_key}/notice", follow=1)
        return notices.from_document(json.loads(answer.body)["notice"])
    except (UnreachableError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _no_notice(sight: Sight) -> Finding:
    return note(
        "notice",
        f"The notice of {sight.site_key or 'the site'} is not known here, so companies are told "
        "apart by their hosts alone.",
        "Give --site KEY where the site's database is, or see that the service runs.",
    )


def _alone(rule: Rule, sight: Sight) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(rule(sight))
    except Exception as error:  # noqa: BLE001 - a page may hold anything; the other rules still count
        name = getattr(rule, "__name__", "rule")
        found.append(
            note(name, f"This could not be looked at ({type(error).__name__}).", "Report it.")
        )
    return found


__all__ = ["Asked", "Lookup", "Released", "examine"]
