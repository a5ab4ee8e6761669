"""R27: secrets and visitors' data are planted all over a running service, then looked for.

Not in its log, its metrics or its refusals; whatever succeeded, was refused or broke.
"""

import json
import urllib.parse

from sqlalchemy import text, update
from sqlalchemy.engine import make_url

from consent.db import Database
from consent.notices import NoticeVersion
from tests.factories import ORIGIN, a_body
from tests.operations.conftest import Served

KEY = "planted-secret-key-0123456789abcdef"
LEDGER_KEY = "cGxhbnRlZC1sZWRnZXIta2V5LTAxMjM0NTY3ODlhYmM="
PASSWORD = "planted-database-password"
ADDRESS, ADDRESS6 = "203.0.113.77", "2001:db8:77::abcd"
VISITOR = {
    "X-Forwarded-For": f"{ADDRESS6}, {ADDRESS}",
    "User-Agent": "PlantedBrowser/7.7 (planted agent)",
    "Referer": "https://shop.example/planted-referer?who=alice@mail.example",
    "Cookie": "consent=v1.planted-cookie; session=planted-session",
    "X-Request-ID": "planted-request@mail.example",
    "Accept-Language": "x-planted-language",
}
MAIL = "alice@mail.example"
PLANTED = [KEY, LEDGER_KEY, PASSWORD, ADDRESS, ADDRESS6, MAIL, "alice", "lanted", "shop.example/"]
# PostgreSQL goes on with "Failing row contains (...": page, subject and all.
ROW_IS_REFUSED = (
    "ALTER TABLE consent_record "
    "ADD CONSTRAINT for_a_test CHECK (page NOT LIKE '%planted%') NOT VALID"
)
INSERT_IS_REFUSED = (
    "CREATE TRIGGER for_a_test BEFORE INSERT ON consent_record "
    "BEGIN SELECT RAISE(ABORT, 'not in this test'); END"
)
OURS = {**VISITOR, "Origin": ORIGIN}
PAGE = f"https://shop.example/planted-page/{MAIL}?mail={MAIL}#planted-fragment"


def with_password(database: Database) -> str:
    """Return the database's address with a password in it, where there can be one."""
    if database.engine.dialect.name == "sqlite":
        return database.url
    # Where the server trusts this machine any password opens it.
    return make_url(database.url).set(password=PASSWORD).render_as_string(hide_password=False)


def decide(served: Served) -> tuple[list[str], list[str]]:
    """Record a decision and read it back; return a refusal, and what is the visitor's alone."""
    status, _, said = send(served, "/v1/sites/demo/records", a_body(served.shop, page=PAGE), OURS)
    assert status == 201, said
    answer = json.loads(said)
    receipt = urllib.parse.urlsplit(answer["receipt_url"])
    assert served.get(f"{receipt.path}?{receipt.query}&wait=receipt", **VISITOR)[0] == 200
    asked = {"subject": answer["subject"]}
    assert send(served, "/v1/sites/demo/state", asked, OURS)[0] == 200
    refused = served.get(f"{receipt.path}?token=planted", **VISITOR)[2]
    keys = [answer[name].partition("=")[2] for name in ("receipt_url", "history_url")]
    return [refused], [answer["record_id"], answer["subject"], *keys]


def blunder(served: Served) -> list[str]:
    """Do all that is refused; return the refusals."""
    foreign = a_body(served.shop, page=f"https://evil.example/{MAIL}", subject="planted-subject")
    refusals = []
    for path, body, origin in (
        ("/v1/sites/demo/records", foreign, ORIGIN),
        ("/v1/sites/demo/records", {"event_id": MAIL, "page": "planted"}, ORIGIN),
        ("/v1/sites/demo/records", a_body(served.shop), "https://planted.example"),
        ("/v1/sites/demo/state", {"handover": "planted-handover"}, ORIGIN),
        (f"/v1/sites/planted-{MAIL}/records", {}, ORIGIN),
    ):
        status, _, said = send(served, path, body, {**VISITOR, "Origin": origin})
        assert 400 <= status < 500
        refusals.append(said)
    for path in (f"/planted/{MAIL}?q={MAIL}", f"/privacy/{MAIL}", "/privacy/demo/versions/planted"):
        refusals.append(served.get(path, **VISITOR)[2])
    served.get(f"/privacy/demo?search=planted-{MAIL}", **VISITOR)
    return refusals


def send(served: Served, path: str, body: dict, headers: dict[str, str]) -> tuple[int, object, str]:
    """Post JSON."""
    return served.post(path, json.dumps(body).encode(), {**headers, "Content-Type": "text/plain"})


def break_it(served: Served, database: Database) -> list[str]:
    """Make the service fail: once in a way that quotes the visitor's row, once unforeseen."""
    on_postgresql = database.engine.dialect.name == "postgresql"
    with database.transaction() as session:
        session.execute(text(ROW_IS_REFUSED if on_postgresql else INSERT_IS_REFUSED))
    body = a_body(served.shop, page=PAGE)
    status, _, not_stored = send(served, "/v1/sites/demo/records", body, OURS)
    assert status == 503
    with database.transaction() as session:
        if on_postgresql:
            session.execute(text("ALTER TABLE consent_record DROP CONSTRAINT for_a_test"))
        broken = {"document": f"{{planted {MAIL}", "digest": f"planted {MAIL}"}
        session.execute(update(NoticeVersion).values(**broken))
    status, _, crashed = served.get("/v1/sites/demo/notice", **VISITOR)
    assert status == 500
    return [not_stored, crashed]


def test_nothing_planted_is_in_a_log_a_metric_or_a_refusal(serve, database):
    served = serve(
        database_url=with_password(database),
        CONSENT_SECRET_KEYS=KEY,
        CONSENT_LEDGER_KEY=LEDGER_KEY,
        CONSENT_TRUSTED_PROXIES="1",
        CONSENT_REGION_HEADER="X-Region",
        CONSENT_LOG_LEVEL="debug",
    )
    refusals, ours = decide(served)
    refusals += blunder(served) + break_it(served, database)
    metrics = served.get("/metrics", **VISITOR)[2] + served.get("/readyz", **VISITOR)[2]
    served.service.stop()
    log = (served.folder / "serve.log").read_text()

    events = served.log()
    assert sum("exception" in event for event in events) >= 2
    assert {200, 201, 403, 404, 422, 500} <= {event.get("status") for event in events}
    for where, said in (("log", log), ("metrics", metrics), *(("refusal", r) for r in refusals)):
        for word in PLANTED + ours:
            assert word not in said, f"{word} in {where}: {said[:2000]}"
