"""Publishing is guarded: what the linter refuses needs a written reason that stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from consent import clock, notices, staff
from consent.errors import InvalidFieldsError, NotFoundError, NoticeRefusedError
from consent.ledger.models import LogEntry, LogOpening
from consent.notices import NoticeDraft, NoticeSchedule, Portrait
from consent.staff import Trail
from tests.factories import a_notice, a_published_site

LOOSE = {"regions": [{"match": ["*"], "model": "notice_only", "gpc": "apply"}]}
WHY = "Counsel has cleared this for the pilot."


def drafted(session, demo, **changes):
    notices.draft(session, demo.site, a_notice(**changes))


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(LogEntry))


def test_what_is_refused_is_not_published_and_each_place_is_named(session, demo):
    drafted(session, demo, **LOOSE)
    before = count(session)
    with pytest.raises(NoticeRefusedError, match="implied-consent") as caught:
        notices.publish(session, demo.site)
    assert caught.value.rules == ("implied-consent",)
    assert list(caught.value.fields) == ["regions.0"]
    assert count(session) == before
    assert notices.in_force(session, demo.site.id).version == 1


def test_an_override_stays_with_the_version_its_rule_in_the_leaf_its_words_beside(session, demo):
    drafted(session, demo, **LOOSE)
    overrides = {"implied-consent": f" {WHY} ", "pre-ticked": WHY}
    version = notices.publish(session, demo.site, overrides=overrides, actor="s-1")
    assert version.overridden == {"implied-consent": WHY}
    event = staff.events(session, Trail(verb="notice.publish"))[0]
    assert event.facts["overridden"] == ["implied-consent"]
    assert event.details["overridden"] == {"implied-consent": WHY}
    leaves = "".join(session.scalars(select(LogOpening.payload)))
    assert "Counsel" not in leaves


@pytest.mark.parametrize(
    "overrides",
    [{"implied-consent": "short"}, {"implied-consent": "a\0" + WHY}, {"no-such-rule": WHY},
     {"implied-consent": "x" * 2001}, {"way-back": WHY}],
    ids=["short", "nul", "unknown", "long", "only a warning"],
)  # fmt: skip
def test_an_override_that_says_nothing_is_refused(session, demo, overrides):
    drafted(session, demo, **LOOSE)
    with pytest.raises(InvalidFieldsError, match="overrides"):
        notices.publish(session, demo.site, overrides=overrides)


def test_a_schedule_publishes_at_its_moment_what_was_looked_at(session, demo, monkeypatch):
    drafted(session, demo, layout="tab")
    noise = a_published_site(session, "noise", "https://noise.example")
    drafted(session, noise, layout="tab")
    then = clock.now() + timedelta(hours=1)
    notices.schedule(session, demo.site, then, actor="s-1", reason="New look")
    assert notices.publish_due(session) is None
    monkeypatch.setattr(clock, "now", lambda: then)
    version = notices.publish_due(session)
    assert (version.site_id, version.version, version.reason) == (demo.site.id, 2, "New look")
    assert version.actor == "s-1"
    assert notices.scheduled(session, demo.site.id) is None
    assert notices.publish_due(session) is None
    assert notices.in_force(session, noise.site.id).version == 1


def test_a_draft_changed_meanwhile_stays_a_draft_and_says_why(session, demo, monkeypatch):
    drafted(session, demo, layout="tab")
    then = clock.now() + timedelta(hours=1)
    notices.schedule(session, demo.site, then, actor="s-1")
    drafted(session, demo, layout="panel-left")
    monkeypatch.setattr(clock, "now", lambda: then)
    assert notices.publish_due(session) is None
    assert "changed after it was scheduled" in notices.scheduled(session, demo.site.id).failed
    assert notices.publish_due(session) is None
    assert notices.in_force(session, demo.site.id).version == 1
    failed = staff.events(session, Trail(verb="notice.schedule_failed"))
    assert [event.actor for event in failed] == [staff.WORKER]


def test_what_could_not_be_published_now_is_not_scheduled(session, demo):
    drafted(session, demo, **LOOSE)
    soon = clock.now() + timedelta(hours=1)
    with pytest.raises(NoticeRefusedError):
        notices.schedule(session, demo.site, soon, actor="s-1")
    for moment in (clock.now(), clock.now() + timedelta(days=400)):
        with pytest.raises(InvalidFieldsError, match="publish_at"):
            notices.schedule(session, demo.site, moment, actor="s-1")
    assert session.get(NoticeSchedule, demo.site.id) is None
    with pytest.raises(NotFoundError):
        notices.unschedule(session, demo.site, actor="s-1")


def test_going_back_makes_the_draft_equal_to_the_older_version(session, demo):
    drafted(session, demo, layout="tab")
    notices.publish(session, demo.site)
    notices.roll_back(session, demo.site, 1, actor="s-1")
    assert session.get_one(NoticeDraft, demo.site.id).document == demo.version.document
    assert notices.publish(session, demo.site).digest == demo.version.digest
    with pytest.raises(NotFoundError):
        notices.roll_back(session, demo.site, 9)


def test_the_time_machine_finds_what_was_in_force(session, demo):
    now = clock.now()
    demo.version.created_at = now - timedelta(days=9)
    session.merge(demo.version)
    drafted(session, demo, layout="tab")
    notices.publish(session, demo.site)
    assert notices.at(session, demo.site.id, now - timedelta(days=10)) is None
    assert notices.at(session, demo.site.id, now - timedelta(days=1)).version == 1
    assert notices.at(session, demo.site.id, clock.now() + timedelta(days=1)).version == 2


def test_pictures_are_kept_once_under_their_hashes_which_the_log_holds(session, demo):
    assert notices.unpictured(session).version == 1
    found = Portrait(notices.TAKEN, {"desktop": b"one", "phone": b"two"})
    notices.keep_portrait(session, demo.version, found)
    notices.keep_portrait(session, demo.version, Portrait("later"))
    assert notices.portrait(session, demo.site.id, 1).outcome == "taken"
    hashes = notices.pictures(session, demo.site.id, 1)
    assert list(hashes) == ["desktop", "phone"]
    event = staff.events(session, Trail(verb="notice.picture"))[0]
    assert event.facts["pictures"] == hashes
    assert notices.unpictured(session) is None


def test_without_a_browser_a_plain_word_is_kept(session, demo):
    notices.keep_portrait(session, demo.version, Portrait("No pictures: no browser is installed."))
    assert notices.pictures(session, demo.site.id, 1) == {}
    assert notices.history(session, demo.site.id)[0].outcome.startswith("No pictures")
