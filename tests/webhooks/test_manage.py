"""Addresses are added, changed and removed with care; secrets are shown once and kept sealed."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from consent import sites, staff, webhooks
from consent.errors import InvalidFieldsError, NotFoundError
from consent.outgoing import Allowed
from consent.sealing import Sealer
from consent.webhooks import Means, Webhook, Wish
from tests.factories import a_published_site
from tests.webhooks.conftest import ALL, a_webhook


@pytest.fixture
def site(session, demo):
    return sites.find(session, "demo")


@pytest.fixture
def strict(settings):
    """Means of an operator who allowed nothing besides."""
    return Means(Allowed(), Sealer(settings.secret_keys), "m_ada")


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/",
     "https://0x7f000001/", "ftp://hooks.example/", "https://user:secret@hooks.example/",
     "https://hooks.example:25/", "https://hooks.example/#part", "https://", "hooks.example", "",
     "https://hooks.example/\0", "https://hooks.example/\ud800",
     "https://hooks.example/" + "x" * 3000,
     "javascript:alert(1)", "https://hooks.example/ä", "https://169.254.169.254/latest"],
)  # fmt: skip
def test_an_address_that_cannot_be_told_is_refused_by_name(session, site, strict, url):
    with pytest.raises(InvalidFieldsError) as caught:
        webhooks.add(session, site, Wish(url, ALL), strict)
    assert set(caught.value.fields) == {"url"}
    assert webhooks.listed(session, site) == []


@pytest.mark.parametrize(
    ("events", "about", "names"),
    [
        ((), "", {"events"}),
        (("consent.recorded", "nonsense"), "", {"events"}),
        (("webhook.test",), "", {"events"}),
        (ALL, "x" * 201, {"about"}),
        (ALL, "two\nlines", {"about"}),
        ((), "\0", {"events", "about"}),
        (ALL, "\ud800", {"about"}),
    ],
)
def test_every_other_field_that_makes_no_sense_is_named(
    session, site, strict, events, about, names
):
    with pytest.raises(InvalidFieldsError) as caught:
        webhooks.add(session, site, Wish("https://hooks.example/", events, about), strict)
    assert set(caught.value.fields) == names


def test_the_secret_is_the_standards_and_is_sealed_in_the_database(session, site, strict):
    hook, secret = a_webhook(session, site, strict)
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    session.flush()
    stored = str(session.execute(text("/* test */ SELECT * FROM webhook")).one())
    assert secret not in stored
    assert secret.removeprefix("whsec_") not in stored
    assert strict.sealer.open(f"webhook/{hook.id}", hook.secret) == secret
    assert (
        Sealer(["another-key-of-32-characters-123"]).open(f"webhook/{hook.id}", hook.secret) is None
    )


def test_a_new_secret_leaves_the_old_one_good_for_a_day(session, site, strict):
    hook, old = a_webhook(session, site, strict)
    new = webhooks.rotate(session, hook, strict)
    assert new != old
    assert strict.sealer.open(f"webhook/{hook.id}", hook.old_secret) == old
    assert hook.old_until - hook.updated_at == timedelta(hours=24)


def test_what_is_changed_is_noted_with_before_and_after_and_never_the_secret(session, site, strict):
    hook, secret = a_webhook(session, site, strict)
    webhooks.change(session, hook, Wish("https://new.example/", ("rights.opened",)), strict)
    webhooks.change(session, hook, Wish("https://new.example/", ("rights.opened",)), strict)
    webhooks.rotate(session, hook, strict)
    webhooks.remove(session, hook, strict)
    session.flush()
    events = [each for each in staff.events(session, staff.Trail()) if each.actor == "m_ada"]
    assert [each.verb for each in reversed(events)] == [
        "webhook.add", "webhook.change", "webhook.rotate", "webhook.remove",
    ]  # fmt: skip
    changed = events[-2]
    assert changed.details["before"]["url"] == "https://hooks.example/in"
    assert changed.details["after"]["events"] == ["rights.opened"]
    for each in events:
        assert "example" not in str(each.facts), "an address may name a person"
        assert secret not in f"{each.facts}{each.details}"


def test_another_sites_webhook_is_found_by_nobody_here(session, site, strict):
    other = a_published_site(session, "noise", "https://noise.example").site
    hook, _ = a_webhook(session, other, strict)
    for key in (str(hook.id), "nonsense", "", "\0", "0" * 32, "٣" * 32):
        with pytest.raises(NotFoundError):
            webhooks.find(session, site, key)
    assert webhooks.listed(session, site) == []
    assert webhooks.find(session, other, str(hook.id)) is hook


def test_a_site_has_not_too_many(session, site, strict):
    for _ in range(webhooks.MOST):
        a_webhook(session, site, strict)
    with pytest.raises(InvalidFieldsError, match="at most 20"):
        a_webhook(session, site, strict)


def test_what_an_operator_allowed_may_be_told_without_tls(session, site, means):
    a_webhook(session, site, means, "http://127.0.0.1:9000/in")
    assert len(session.scalars(select(Webhook)).all()) == 1
