"""Publishing: versions numbered, immutable, digested over canonical bytes, and in the log."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import ledger, notices, sites
from consent.db import Database
from consent.errors import NotFoundError
from consent.ledger import commitment
from consent.ledger.models import LogEntry, LogOpening
from consent.notices import NoticeDraft, NoticeVersion
from tests.factories import Demo, a_notice, a_published_site, a_site

OTHER = {"policy_url": "https://shop.example/new-policy"}


def published_again(session: Session, demo: Demo, **changes: object) -> NoticeVersion:
    notices.draft(session, demo.site, a_notice(**changes))
    return notices.publish(session, demo.site)


def test_versions_are_numbered_from_one_without_gaps(session, demo):
    second = published_again(session, demo, **OTHER)
    third = published_again(session, demo, layout="tab")
    assert [demo.version.version, second.version, third.version] == [1, 2, 3]
    assert notices.in_force(session, demo.site.id).version == 3


def test_each_site_numbers_its_own_versions(session, demo):
    published_again(session, demo, **OTHER)
    other = a_published_site(session, "other", "https://other.example")
    assert other.version.version == 1
    assert notices.published(session, other.site.id, 2) is None


def test_publishing_the_same_again_publishes_nothing_new(session, demo):
    again = published_again(session, demo)
    assert again.version == 1
    assert len(session.scalars(select(NoticeVersion)).all()) == 1
    assert len(session.scalars(select(LogEntry)).all()) == 1


def test_going_back_to_old_content_is_a_new_number_with_the_old_digest(session, demo):
    published_again(session, demo, **OTHER)
    back = published_again(session, demo)
    assert (back.version, back.digest) == (3, demo.version.digest)


def test_an_earlier_version_stays_what_it_was(session, demo):
    before = (demo.version.digest, demo.version.document, demo.version.created_at)
    published_again(session, demo, **OTHER)
    session.expire_all()
    kept = notices.published_or_refuse(session, demo.site.id, 1)
    assert (kept.digest, kept.document, kept.created_at) == before


def test_the_digest_is_over_the_canonical_bytes(session, demo):
    document = demo.version.document.encode()
    assert ledger.dump(ledger.parse(document)) == document
    assert demo.version.digest == "sha256-" + ledger.digest(document)


def test_an_export_imported_again_has_the_same_digest(session, demo):
    exported = json.loads(json.dumps(json.loads(demo.version.document), indent=2))
    other = a_site(session, "other", "https://other.example")
    notices.draft(session, other, exported)
    assert notices.publish(session, other).digest == demo.version.digest


def test_a_version_holds_every_text_that_is_shown(session, demo):
    texts = json.loads(demo.version.document)["texts"]["en"]
    assert texts["accept_all"] == "Accept all"
    assert texts.keys() >= notices.texts.keys()


def test_a_publication_queues_a_leaf_that_holds_the_digest(session, demo):
    entry = session.get_one(LogEntry, demo.version.entry_id)
    opening = session.get_one(LogOpening, (demo.version.created_at, entry.id))
    payload = json.loads(opening.payload)
    made = commitment.commit("config", opening.payload.encode(), opening.salt)
    assert entry.leaf == commitment.leaf("config", made).decode()
    assert (payload["digest"], payload["version"]) == (demo.version.digest, 1)
    assert payload["site"] == "demo"


def test_a_draft_alone_is_not_in_force(session):
    site = a_site(session)
    notices.draft(session, site, a_notice())
    with pytest.raises(NotFoundError):
        notices.in_force(session, site.id)
    assert session.scalars(select(LogEntry)).all() == []


def test_a_draft_replaces_the_draft_before(session, demo):
    notices.draft(session, demo.site, a_notice(layout="tab"))
    notices.draft(session, demo.site, a_notice(layout="panel-left"))
    assert len(session.scalars(select(NoticeDraft)).all()) == 1
    assert json.loads(notices.publish(session, demo.site).document)["layout"] == "panel-left"


def test_without_a_draft_there_is_nothing_to_publish(session):
    with pytest.raises(NotFoundError, match="import a notice first"):
        notices.publish(session, a_site(session))


def test_a_number_that_was_never_published_is_not_found(session, demo):
    for number in (0, 2, -1):
        with pytest.raises(NotFoundError):
            notices.published_or_refuse(session, demo.site.id, number)


def test_publications_at_once_take_different_numbers(database: Database, demo: Demo):
    layouts = ("tab", "panel-left", "panel-right", "center")

    def publish(layout: str) -> int:
        with database.transaction() as session:
            site = sites.find(session, "demo")
            notices.draft(session, site, a_notice(layout=layout, **OTHER))
            return notices.publish(session, site).version

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(publish, layouts))
    with database.reading() as session:
        kept = session.scalars(select(NoticeVersion.version)).all()
    assert numbers == [2, 3, 4, 5]
    assert sorted(kept) == [1, 2, 3, 4, 5]


def test_an_import_never_publishes_the_draft_of_somebody_else(database: Database, demo: Demo):
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, so drafts cannot cross")
    with database.transaction() as mine:
        site = sites.find(mine, "demo")
        read_before = mine.get(NoticeDraft, site.id)  # what `draft` reads first
        with database.transaction() as theirs:
            published_again(theirs, Demo(sites.find(theirs, "demo"), demo.version), **OTHER)
        notices.draft(mine, site, a_notice())
        version = notices.publish(mine, site)
    assert read_before is not None
    assert json.loads(version.document)["policy_url"] == a_notice()["policy_url"]
