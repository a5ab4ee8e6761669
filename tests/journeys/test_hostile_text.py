"""Whatever people write stays text: on banner, center, hosted pages, console and in exports.

Fifty payloads in the suite, CONSENT_TEST_PAYLOADS=500 for all; 25 a round, each in every field.
"""

import io
import os
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser
from sqlalchemy import update

from consent import (
    create_app,
    exports,
    ledger,
    notices,
    records,
    rights,
    sites,
    snippet,
    staff,
    webhooks,
)
from consent.config import Settings
from consent.exporter import Jobs
from consent.exports import Asked
from consent.notices import texts
from consent.outgoing import Allowed
from consent.records import Scope, Search
from consent.rights import Answer
from consent.sealing import Sealer
from consent.signing import Purpose, Signer
from consent.staff import Grant, Order, Person, Role
from consent.webhooks import Event, Means, WebhookDelivery, Wish
from tests.factories import OVERRIDES
from tests.furnished import Furnished, Words, furnish, pages
from tests.journeys.desk import Desk, settings_of
from tests.journeys.hostile_text import Heard, listen, marked, payloads, plain, read
from tests.journeys.looks import walk
from tests.journeys.town import Town, demo_notice, shop_of
from tests.journeys.visitor import Visitor

COUNT = int(os.environ.get("CONSENT_TEST_PAYLOADS", "50"))
A_ROUND = 25
# What a page takes from its address; each may come back on it.
QUERY = (
    "subject", "number", "cursor", "state", "verb", "actor", "from", "to", "page", "language",
    "region", "next", "said", "search", "q", "key", "category", "vendor", "count", "code", "error",
)  # fmt: skip
# Where a field's text is to be read, unchanged. The center has its first rows alone in the page.
CENTER, FEWEST = ("cookie.name", "vendor.name"), 1
ARRIVES = {
    "hosted": ("cookie.name", "cookie.purpose", "vendor.name"),
    "console": ("cookie.name", "vendor.name", "hold.reason"),
}
CATEGORIES = tuple(f"c{number}" for number in range(6))


@dataclass
class Round:
    """One site that is full of payloads, and what was seen of it."""

    town: Town
    settings: Settings
    made: Furnished
    payloads: list[str]
    seen: dict[str, str]

    def missing(self, surface: str, *names: str) -> list[str]:
        """Return what did not arrive unchanged on a surface."""
        return [
            text
            for name in names
            for payload in self.payloads
            if plain(text := marked(name, payload)) not in self.seen[surface]
        ]


def a_hostile_notice(given: list[str], shop: str) -> dict[str, Any]:
    """Return the demo's notice with payloads in all that staff can write into it."""
    notice = demo_notice()
    own = [each for each in given if each.isprintable()]
    whole = " ".join(given)[:3900]
    every = {key: f"{whole} ·{key}" for key in sorted(texts.keys())}
    for key in CATEGORIES:
        every |= {f"category_{key}_{part}": f"{whole} ·{key}" for part in ("name", "text")}
    notice["texts"] = {"en": every, "de": {}}
    notice["categories"] += [{"key": key} for key in CATEGORIES]
    # Pictures come over https alone; a link that is refused or kept is a test of its own.
    notice["logo_url"] = None
    notice["policy_url"] = f"{shop}/cookies?" + own[1]
    notice["vendors"] = [
        {
            "key": f"v{number}",
            "name": marked("vendor.name", payload),
            "policy_url": f"{shop}/?{own[number % len(own)]}",
            "hosts": [marked("vendor.host", payload)],
            "categories": ["targeting"],
            "bases": ["consent", "legitimate_interest"],
        }
        for number, payload in enumerate(given)
    ]
    notice["cookies"] = [
        {
            "name": marked("cookie.name", payload),
            "match": "exact",
            "storage": "cookie",
            "host": marked("cookie.host", payload),
            "party": "first",
            "duration": "P30D",
            "category": "targeting",
            "vendor": f"v{number}",
            "purpose": {"en": marked("cookie.purpose", payload)},
        }
        for number, payload in enumerate(given)
    ]
    return notice


@contextmanager
def a_round(place: Town, number: int, given: list[str]) -> Iterator[Round]:
    """Open a site with payloads in every field, and the shop that embeds it."""
    key, settings = f"hostile-{number}-{uuid.uuid4().hex[:6]}", settings_of(place)
    with shop_of(place.service.url, key) as shop:
        notice = a_hostile_notice(given, shop)
        with place.database.transaction() as session:
            name = plain(marked("site.name", given[0]))
            site = sites.create(session, key, name if name.isprintable() else "x", [shop])
            notices.draft(session, site, notice)
            version = notices.publish(session, site, overrides=OVERRIDES)
            snippet.release(session, site, version, snippet.core(), place.service.url)
        town = Town(place.service, place.database, shop, site, version)
        # A notice is JSON, where a control character is text as well; elsewhere it is refused.
        bare = ["".join(char for char in each if char >= " " or char == "\t") for each in given]
        joined = " ".join(bare)
        words = Words(reason=joined[:1900], asked=joined[:1900], page=f"/{quote(bare[0])}")
        made = furnish(place.database, settings, site, words)
        written(town, settings, made, bare)
        yield Round(town, settings, made, given, {})


def written(town: Town, settings: Settings, made: Furnished, given: list[str]) -> None:
    """Write payloads into what stands beside the notice."""
    with town.database.transaction() as session:
        log_id = ledger.log_id_of(session, town.site.id)
        for number, payload in enumerate(given):
            each = payload if payload.isprintable() else "x"
            host = f"https://n{number}-{uuid.uuid4().hex[:8]}.example"
            sites.create(session, f"n-{uuid.uuid4().hex[:10]}", marked("site.name", each), [host])
            person = Person(
                marked("staff.name", each)[:100], f"{uuid.uuid4().hex[:12]}@shop.example"
            )
            member = staff.create_member(session, person, [Grant(Role.VIEWER, town.site.id)])
            staff.begin(session, member, payload, is_whole=True)
            staff.create_token(
                session, Order(marked("token.name", each)[:100], Role.VIEWER), None, member.key
            )
            records.hold(session, town.site, Scope(), marked("hold.reason", payload))
            details = {"account": payload, "reason": payload, "before": [payload]}
            staff.note(session, log_id, "login.failed", {}, member.key, details=details)
            if number < 18:
                wish = Wish(
                    "https://hooks.example/in?" + quote(payload),
                    (Event.NOTICE_PUBLISHED.value,),
                    marked("webhook.about", each),
                )
                hook, _ = webhooks.add(
                    session, town.site, wish, Means(Allowed(), Sealer(settings.secret_keys))
                )
                webhooks.announce(session, town.site.id, Event.NOTICE_PUBLISHED, {"version": 1})
                of_it = WebhookDelivery.webhook_id == hook.id
                said = {"state": "dead", "said": payload, "status": 500}
                session.execute(update(WebhookDelivery).where(of_it).values(**said))
        answer = Answer(" ".join(given)[:1900], staff.COMMAND_LINE, granted=False)
        rights.close(session, town.site, made.request.id, answer)


def look_at_layers(browser: Browser, round_: Round) -> dict[str, list[str]]:
    """Go through banner and center as a visitor, then the hosted pages."""
    visitor = Visitor(browser, round_.town, reduced_motion="reduce")
    heard = _listen(visitor.context, round_.town)
    visitor.expect_trouble("Failed to load resource")
    seen = {layer: read(visitor.page) for layer in walk(visitor, "/basket")}
    round_.seen["banner"] = seen["banner"]
    round_.seen["center"] = " ".join(seen.values())
    base = f"/privacy/{round_.town.site.key}"
    signer = Signer(round_.settings.secret_keys)
    key = round_.town.site.key
    request = signer.sign(Purpose.RIGHTS, key, str(round_.made.request.id))
    subject = signer.sign(Purpose.HISTORY, key, round_.made.receipt.subject_id)
    hosted = []
    for path in (
        base, f"{base}/versions", f"{base}/versions/1", f"{base}/history#key={subject}",
        f"{base}/rights#key={request}", f"{base}/history?" + urlencode({"key": round_.payloads[0]}),
    ):  # fmt: skip
        visitor.page.goto("about:blank")
        visitor.page.goto(round_.town.service.url + path)
        visitor.settle()
        hosted.append(read(visitor.page))
    round_.seen["hosted"] = " ".join(hosted)
    visitor.leave()
    return heard.all()


def look_at_console(browser: Browser, round_: Round, *, whole: bool) -> dict[str, list[str]]:
    """Open every page of the console, those that take a query with payloads in it too."""
    desk = Desk(browser, round_.town)
    heard = _listen(desk.context, round_.town)
    app = create_app(round_.settings, round_.town.database)
    seen = []
    for number, rule in enumerate(pages(app)):
        address = round_.made.address(rule)
        answer = desk.context.request.get(round_.town.service.url + address, max_redirects=0)
        if answer.status != 200 or not answer.headers["content-type"].startswith("text/html"):
            continue
        desk.open(address)
        seen.append(read(desk.page))
        if whole or number % 4 == 0:
            payload = round_.payloads[number % len(round_.payloads)]
            desk.open(f"{address}?{urlencode(dict.fromkeys(QUERY, payload))}")
    round_.seen["console"] = " ".join(seen)
    desk.errors.clear()
    found = heard.all()
    assert desk.dialogs == []
    desk.leave()
    return found


def look_at_exports(browser: Browser, round_: Round, folder: Path) -> dict[str, list[str]]:
    """Open the files that leave: rows as text, and the page of a pack."""
    with round_.town.database.transaction() as session:
        for kind in ("csv", "jsonl", "pack"):
            exports.ask(session, Asked(kind, Search(round_.town.site.id)), staff.WORKER)
    jobs = Jobs(round_.town.database, round_.settings)
    while jobs.step():
        pass
    context = browser.new_context()
    heard = _listen(context, round_.town)
    page = context.new_page()
    with round_.town.database.reading() as session:
        done = [each for each in exports.listed(session, round_.town.site.id) if each.sha256]
    assert {each.kind for each in done} >= {"csv", "jsonl", "pack"}
    for each in done:
        body = (jobs.folder / exports.downloadable(each)).read_bytes()
        for name, content in _openable(each.kind, body):
            file = folder / f"{each.id}-{name}"
            file.write_bytes(content)
            page.goto(file.as_uri())
            page.wait_for_timeout(50)
    context.close()
    return heard.all()


def _openable(kind: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    if kind != "pack":
        yield f"{kind}.txt", body
        return
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        for name in pack.namelist():
            if name.endswith((".html", ".svg", ".txt", ".md", ".csv")):
                shown = name.rpartition("/")[2].replace(".csv", ".txt")
                yield shown, pack.read(name)


def _listen(context: Any, town: Town) -> Heard:
    hosts = (town.service.url, town.shop, town.vendors)
    return listen(context, *(urlsplit(each).netloc for each in hosts))


@pytest.mark.parametrize("number", range(COUNT // A_ROUND))
def test_no_text_of_anybody_is_ever_more_than_text(
    browser: Browser, sqlite_town: Town, tmp_path: Path, number: int
) -> None:
    given = payloads(COUNT)[number * A_ROUND : (number + 1) * A_ROUND]
    with a_round(sqlite_town, number, given) as round_:
        heard = {
            "layers": look_at_layers(browser, round_),
            "console": look_at_console(browser, round_, whole=COUNT > 50),
            "exports": look_at_exports(browser, round_, tmp_path),
        }
        changed = {surface: round_.missing(surface, *names) for surface, names in ARRIVES.items()}

        in_center = [A_ROUND - len(round_.missing("center", name)) for name in CENTER]

    assert {where: what for where, what in heard.items() if what} == {}
    assert min(in_center) >= FEWEST
    assert {where: what for where, what in changed.items() if what} == {}
