"""A site's subject key: made, shown once, changed with a week's overlap or at once, ended."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, Response, request, url_for

from consent import ledger, records, staff
from consent.errors import NotFoundError
from consent.records import SubjectKey
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, render, says
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_subject_key", __name__)

says({"subject_key.ended": N_("The keys have ended: the site names nobody any more.")})


@dataclass(frozen=True, kw_only=True)
class KeyPage(ConsolePage):
    """The keys in force, never their secret; a new one's is shown once."""

    template: ClassVar[str] = "console/people/key.html"
    section: ClassVar[str] = "people"
    keys: tuple[SubjectKey, ...]
    secret: str = ""


@door.get("/console/sites/<site_key>/subject-key")
@guards.staff(Ability.MANAGE)
def show(site: Site) -> Response:
    """Show which keys are in force, and how they are used."""
    return _page(site)


@door.post("/console/sites/<site_key>/subject-key")
@guards.staff(Ability.MANAGE, fresh=True)
def make(site: Site) -> Response:
    """Make a key and show it, once."""
    at_once = request.form.get("at_once") == "1"
    with services().database.transaction() as session:
        sealer = services().sealer
        secret = records.make_subject_key(session, site, sealer, end_others=at_once)
        facts = {"others_end_at_once": at_once, "site": site.key}
        log_id = ledger.log_id_of(session, site.id)
        staff.note(session, log_id, "subject_key.make", facts, guards.current().actor)
    return _page(site, secret)


@door.post("/console/sites/<site_key>/subject-key/end")
@guards.staff(Ability.MANAGE, fresh=True)
def end(site: Site) -> Response:
    """End all keys at once."""
    url = url_for("console_subject_key.show", site_key=site.key)
    try:
        with services().database.transaction() as session:
            records.end_subject_keys(session, site)
            log_id = ledger.log_id_of(session, site.id)
            facts = {"site": site.key}
            staff.note(session, log_id, "subject_key.end", facts, guards.current().actor)
    except NotFoundError:
        # Somebody else was first: it is as it should be.
        return done(url)
    return done(url, "subject_key.ended")


def _page(site: Site, secret: str = "") -> Response:
    with services().database.reading() as session:
        keys = tuple(records.subject_keys_of(session, site))
    return render(KeyPage(title=_("Subject key"), site=site, keys=keys, secret=secret))
