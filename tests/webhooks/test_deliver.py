"""What waits is sent exactly as it stands, signed; what fails comes back later; nothing is lost."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook as Checking
from standardwebhooks.webhooks import WebhookVerificationError

from consent import clock, staff, webhooks
from consent.courier import Courier
from consent.outgoing import Allowed, Opener
from consent.webhooks import RESTS, State, Webhook, WebhookDelivery
from tests.anchors.servers import hanging
from tests.factories import a_published_site
from tests.processes import free_port
from tests.webhooks.conftest import a_webhook, announce, rows

DAY = timedelta(days=1)


def test_the_body_is_sent_as_it_stands_and_the_standards_library_takes_it(
    database, demo, hook, receiver, courier
):
    announce(database, demo)
    courier.run_once()
    (row,), (asked,) = rows(database), receiver.got
    assert asked.body.decode() == row.body
    assert (asked.method, asked.path) == ("POST", "/hook?key=planted")
    assert asked.headers["webhook-id"] == row.message_id
    assert asked.headers["Content-Type"] == "application/json"
    assert abs(int(asked.headers["webhook-timestamp"]) - time.time()) < 30
    assert (row.state, row.status, row.attempts) == (State.DELIVERED, 204, 1)
    with pytest.raises(WebhookVerificationError):
        Checking("whsec_" + "A" * 44).verify(asked.body, asked.headers)
    with pytest.raises(WebhookVerificationError):
        Checking(receiver.secret).verify(asked.body + b" ", asked.headers)


def test_during_an_overlap_both_secrets_fit_and_afterwards_the_new_one_alone(
    database, demo, hook, receiver, courier, means, later
):
    old = receiver.secret
    with database.transaction() as session:
        new = webhooks.rotate(session, session.get_one(Webhook, hook.id), means)
    announce(database, demo)
    courier.run_once()
    (asked,) = receiver.got
    for secret in (old, new):
        Checking(secret).verify(asked.body, asked.headers)
    later(DAY + timedelta(seconds=1))
    receiver.secret = new
    with database.transaction() as session:
        work = claimed(session, hook, means, demo)
    assert work.secrets == (new,)


def claimed(session, hook, means, demo):
    webhooks.test(session, demo.site, session.get_one(Webhook, hook.id), "m_ada")
    (work,) = webhooks.claim(session, hook.id, means.sealer)
    return work


def test_whoever_does_not_take_it_is_asked_again_after_growing_rests_under_the_same_id(
    database, demo, hook, receiver, courier, later
):
    announce(database, demo)
    receiver.status = 500
    rests = []
    for _ in range(len(RESTS)):
        courier.run_once()
        (row,) = rows(database)
        rests.append(row.due_at - row.tried_at)
        assert courier.step() == 0, "it rests"
        # The receiver's own clock stands still, and a stamp of another day would be refused.
        later(row.due_at - clock.now())
        receiver.secret = receiver.secret
    for rest, least in zip(rests, RESTS, strict=True):
        assert least <= rest <= least * 1.21
    courier.run_once()
    (row,) = rows(database)
    assert (row.state, row.attempts, row.status) == (State.DEAD, len(RESTS) + 1, 500)
    assert set(receiver.ids) == {row.message_id}
    assert len(receiver.ids) == 10
    later(DAY)
    courier.run_once()
    assert len(receiver.ids) == 10


@pytest.fixture(autouse=True)
def _stamps_of_any_day(monkeypatch):
    """Let the receiver take stamps of the day to which a test moved the clock."""
    name = "_Webhook__verify_timestamp"
    checked = getattr(Checking, name)

    def verify(self, said):
        drift = clock.now().timestamp() - time.time()
        found = checked(self, str(float(said) - drift))
        return type(found).fromtimestamp(int(said), tz=found.tzinfo)

    monkeypatch.setattr(Checking, name, verify)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_only_200_to_299_means_taken_and_no_redirect_is_followed(
    database, demo, hook, receiver, courier, status
):
    receiver.status, receiver.headers = status, {"Location": "/elsewhere"}
    announce(database, demo)
    courier.run_once()
    (row,) = rows(database)
    assert (row.state, row.status, row.said) == (State.WAITING, status, f"it answered {status}")
    assert len(receiver.got) == 1


def test_an_answer_may_ask_for_more_time(database, demo, hook, receiver, courier):
    receiver.status, receiver.headers = 429, {"Retry-After": "3600"}
    announce(database, demo)
    courier.run_once()
    (row,) = rows(database)
    assert row.due_at - row.tried_at == timedelta(hours=1)


@pytest.mark.parametrize("said", ["-1", "soon", "9" * 30, "²"])
def test_nonsense_about_more_time_is_not_believed(database, demo, hook, receiver, courier, said):
    receiver.status = 429
    receiver.headers = {"Retry-After": said.encode().decode("latin-1")}
    announce(database, demo)
    courier.run_once()
    (row,) = rows(database)
    assert row.due_at - row.tried_at < timedelta(seconds=7)


def test_gone_switches_the_webhook_off_and_what_waits_is_kept(
    database, demo, hook, receiver, courier, means, later
):
    announce(database, demo)
    receiver.status = 410
    courier.run_once()
    with database.reading() as session:
        found = session.get_one(Webhook, hook.id)
        (act,) = staff.events(session, staff.Trail(verb="webhook.off"))
    assert (found.is_on, found.off_reason) == (False, "gone")
    assert (act.actor, act.facts["status"]) == (staff.WORKER, 410)
    announce(database, demo)
    assert [row.state for row in rows(database)] == [State.DEAD], "nothing more is announced"


def test_an_address_inside_is_not_asked_and_the_message_says_why(
    database, demo, hook, receiver, settings
):
    announce(database, demo)
    Courier(database, settings, Opener(Allowed())).run_once()
    (row,) = rows(database)
    assert row.said == "it leads into a network that is not open to everybody"
    assert (row.state, row.status, receiver.got) == (State.WAITING, None, [])


def test_a_slow_address_holds_up_nobody_else(
    database, demo, hook, receiver, courier, means, monkeypatch
):
    quick = webhooks.LIMITS.__class__(seconds_each=3, seconds_in_all=3, most_bytes=99)
    monkeypatch.setattr("consent.webhooks.deliver.LIMITS", quick)
    with hanging() as url:
        with database.transaction() as session:
            a_webhook(session, demo.site, means, f"{url}/slow")
        announce(database, demo, 3)
        courier.step()
        deadline = time.monotonic() + 20
        while len(receiver.got) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert courier._busy, "the slow one is still waited for"
        courier.settle()
    states = [(row.webhook_id == hook.id, row.state) for row in rows(database)]
    assert states.count((True, State.DELIVERED)) == 3
    assert states.count((False, State.WAITING)) == 3


def test_who_cannot_be_reached_is_asked_once_for_all_that_waits(
    database, demo, means, settings, later
):
    asked = []

    class Counting(Opener):
        def send(self, request, limits):
            asked.append(request.url)
            return super().send(request, limits)

    with database.transaction() as session:
        a_webhook(session, demo.site, means, f"http://127.0.0.1:{free_port()}/hook")
    announce(database, demo, 45)
    courier = Courier(database, settings, Counting(means.allowed))
    for attempts in (1, 2):
        courier.run_once()
        found = rows(database)
        assert (len(asked), {row.attempts for row in found}) == (attempts, {attempts})
        assert {(row.state, row.status) for row in found} == {(State.WAITING, None)}
        # Each rests for a while of its own.
        assert len({row.due_at for row in found}) > 40
        later(max(row.due_at for row in found) - clock.now())


def test_another_worker_does_not_send_what_is_being_sent(database, demo, hook, means):
    announce(database, demo, 2)
    with database.transaction() as session:
        works = webhooks.claim(session, hook.id, means.sealer)
    with database.transaction() as session:
        assert len(works) == 2
        assert webhooks.claim(session, hook.id, means.sealer) == []
        assert webhooks.due(session) == []


def test_who_was_too_slow_writes_down_nothing(database, demo, hook, means, later):
    announce(database, demo)
    with database.transaction() as session:
        (first,) = webhooks.claim(session, hook.id, means.sealer)
    assert webhooks.is_ours(first)
    later(timedelta(minutes=3))
    assert not webhooks.is_ours(first)
    with database.transaction() as session:
        (second,) = webhooks.claim(session, hook.id, means.sealer)
        assert second.message_id == first.message_id
        webhooks.keep(session, webhooks.Outcome(second, 200, "it answered 200"))
    with database.transaction() as session:
        webhooks.keep(session, webhooks.Outcome(first, 500, "it answered 500"))
    (row,) = rows(database)
    assert (row.state, row.attempts) == (State.DELIVERED, 1)


def test_one_or_all_dead_letters_are_sent_again(database, demo, hook, receiver, courier):
    announce(database, demo, 3)
    with database.transaction() as session:
        other_sites_hook(session, hook)
        session.execute(update(WebhookDelivery).values(state="dead", attempts=10))
    ids = [row.message_id for row in rows(database)]
    with database.transaction() as session:
        webhooks.replay(session, session.get_one(Webhook, hook.id), ids[1], "m_ada")
    courier.run_once()
    assert receiver.ids == [ids[1]]
    with database.transaction() as session:
        assert webhooks.replay_dead(session, session.get_one(Webhook, hook.id), "m_ada") == 2
    courier.run_once()
    assert sorted(receiver.ids) == sorted(ids[:3])
    assert rows(database)[3].state == State.DEAD, "another webhook's is left alone"
    with database.reading() as session:
        acts = staff.events(session, staff.Trail(verb="webhook.replay"))
        assert [act.facts["messages"] for act in acts] == [2, 1]


def other_sites_hook(session, hook):
    other = a_published_site(session, "noise", "https://noise.example").site
    noise = Webhook(
        id=type(hook.id)(int=7), site_id=other.id, url="https://noise.example/", about="",
        events=[], secret=hook.secret, is_on=True, off_reason="", created_at=clock.now(),
        updated_at=clock.now(),
    )  # fmt: skip
    session.add(noise)
    session.flush()
    return noise, webhooks.test(session, other, noise, "m_ada")


def test_delivered_messages_are_forgotten_after_a_month_and_dead_ones_after_three(
    database, demo, hook, receiver, courier, later
):
    announce(database, demo)
    courier.run_once()
    announce(database, demo)
    with database.transaction() as session:
        statement = update(WebhookDelivery).where(WebhookDelivery.state == "waiting")
        session.execute(statement.values(state="dead"))
    for days, left in ((29, 2), (2, 1), (58, 1), (2, 0)):
        later(timedelta(days=days))
        with database.transaction() as session:
            webhooks.forget_deliveries(session)
        assert len(rows(database)) == left, days


def test_what_a_removed_webhook_leaves_over_is_forgotten_and_never_sent(
    database, demo, hook, receiver, courier
):
    announce(database, demo)
    with database.transaction() as session:
        session.delete(session.get_one(Webhook, hook.id))
    courier.run_once()
    assert receiver.got == []
    with database.transaction() as session:
        assert webhooks.forget_deliveries(session) == 1
