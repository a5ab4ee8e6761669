"""A consent record in words: a row of a list, and the page that shows all of it."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy.orm import Session

from consent import clock, notices, records
from consent.notices import Notice
from consent.records import Action, Check, ConsentRecord, Standing
from consent.sites import Site
from consent.web import answers
from consent.web.console.frame import ConsolePage, number
from consent.web.console.words import N_, _
from consent.web.services import services

MOST_IN_TIMELINE = 50
ACTIONS = {
    Action.ACCEPT_ALL.value: N_("Accepted all"),
    Action.REJECT_ALL.value: N_("Rejected all"),
    Action.SAVE.value: N_("Own choice"),
    Action.WITHDRAW.value: N_("Withdrew"),
    Action.SIGNAL.value: N_("Privacy signal"),
    Action.RENEW.value: N_("Renewed"),
}
LAYERS = {
    "banner": N_("banner"),
    "center": N_("preference center"),
    "page": N_("hosted page"),
    "api": N_("a script of the site"),
}
DEVICES = {"phone": N_("phone"), "tablet": N_("tablet"), "computer": N_("computer")}
SOURCES = {
    "attribute": N_("said by the site"),
    "header": N_("from a trusted proxy"),
    "database": N_("from a database"),
    "unknown": N_("not known"),
}
CHECKS = {
    Check.HELD: N_("Checked just now: row, payload, place and signature fit together."),
    Check.WAITS: N_("No signed checkpoint covers it yet. That takes a few seconds."),
    Check.CLOSED: N_("Payload or salt are gone: what it committed to cannot be opened any more."),
    Check.ALTERED: N_("The payload is not the one that the log committed to. It was changed."),
    Check.DIFFERS: N_("What is shown here differs from the evidence in the log. It was changed."),
    Check.MOVED: N_("The log's signed checkpoint does not have this leaf at its place."),
    Check.UNSIGNED: N_("No key of this service signed the log's checkpoint."),
}


@dataclass(frozen=True)
class Row:
    """A record in a list."""

    record: ConsentRecord
    url: str
    action: str
    granted: tuple[str, ...]
    refused: tuple[str, ...]
    region: str
    is_claimed: bool


@dataclass(frozen=True)
class Claim:
    """What the browser said beside what the service knew."""

    name: str
    claimed: str
    known: str
    differs: bool


@dataclass(frozen=True)
class VendorLine:
    """A company and the categories in which it was granted, by basis."""

    name: str
    consent: str
    interest: str


@dataclass(frozen=True)
class Links:
    """Where a record leads to."""

    receipt: str
    receipt_file: str
    proof_file: str
    notice: str
    public_list: str
    person: str
    checkpoint: str


@dataclass(frozen=True, kw_only=True)
class RecordPage(ConsolePage):
    """One record."""

    template: ClassVar[str] = "console/records/record.html"
    section: ClassVar[str] = "records"
    row: Row
    layer: str
    source: str
    in_force: bool
    claims: tuple[Claim, ...]
    categories: tuple[tuple[str, bool], ...]
    vendors: tuple[VendorLine, ...]
    timeline: tuple[Row, ...]
    earlier_url: str | None
    standing: Standing
    check: str
    is_sound: bool
    place: str
    leaf_hash: str
    root: str
    links: Links
    published_at: datetime | None


def row(site: Site, record: ConsentRecord) -> Row:
    """Return a record as a row."""
    claimed = record.claims["region"]
    return Row(
        record,
        url_for("console_records.show", site_key=site.key, record_id=record.id),
        _(ACTIONS[record.action]),
        tuple(key for key, granted in record.categories.items() if granted),
        tuple(key for key, granted in record.categories.items() if not granted),
        record.region or claimed or "",
        is_claimed=record.region is None and claimed is not None,
    )


def page_of(session: Session, site: Site, record: ConsentRecord) -> RecordPage:
    """Return the page of a record."""
    version = notices.published_or_refuse(session, site.id, record.notice_version)
    settings = services().settings
    current = records.state_of(session, site.id, record.subject_id)
    found = records.history(session, site.id, record.subject_id, limit=MOST_IN_TIMELINE + 1)
    standing = records.standing(session, record, settings.public_url, settings.ledger_seeds)
    notice = notices.read(version)
    return RecordPage(
        title=_("Record of %(day)s") % {"day": f"{record.recorded_at:%Y-%m-%d}"},
        site=site,
        row=row(site, record),
        layer=_(LAYERS[record.layer]),
        source=_(SOURCES[record.region_source]),
        in_force=current is not None and current.id == record.id,
        claims=tuple(_claims(record)),
        categories=_categories(notice, record),
        vendors=tuple(_vendors(notice, record)),
        timeline=tuple(row(site, each) for each in found[:MOST_IN_TIMELINE]),
        earlier_url=_of_person(site, record) if len(found) > MOST_IN_TIMELINE else None,
        standing=standing,
        check=_(CHECKS[standing.check]),
        is_sound=standing.check in {Check.HELD, Check.WAITS},
        place=_place(standing),
        leaf_hash=base64.b64encode(standing.leaf_hash).decode(),
        root=base64.b64encode(standing.root).decode() if standing.root else "",
        links=_links(site, record),
        published_at=version.created_at,
    )


def _place(standing: Standing) -> str:
    """Return the place as people count; programs begin with nought."""
    if standing.place is None:
        return _("none yet")
    text = _("%(place)s (index %(index)s)")
    return text % {"place": number(standing.place + 1), "index": standing.place}


def _claims(record: ConsentRecord) -> list[Claim]:
    """Return the claims, the ones that differ marked; the model is what the version prescribes."""
    said: dict[str, Any] = record.claims
    nothing = _("nothing")
    # Records of earlier releases do not have it.
    word = said.get("device")
    device = _(DEVICES[word]) if word else nothing
    return [
        Claim(
            _("Region"),
            _said(said["region"], said["region_source"]),
            _said(record.region, record.region_source),
            "region" in record.disagrees,
        ),
        Claim(_("Model"), said["model"] or nothing, record.model, "model" in record.disagrees),
        Claim(
            _("Privacy signal"),
            _("yes") if record.gpc else _("no"),
            # What a header said differs from the body, or does not.
            _("the header said otherwise") if "gpc" in record.disagrees else _("nothing else"),
            "gpc" in record.disagrees,
        ),
        Claim(
            _("Time of the decision"),
            clock.to_text(record.decided_at),
            clock.to_text(record.recorded_at),
            record.late,
        ),
        Claim(_("Device"), device, _("not known"), differs=False),
        Claim(_("Layout"), said["layout"] or nothing, _("not known"), differs=False),
        Claim(_("Snippet"), said["snippet"] or nothing, _("not known"), differs=False),
    ]


def _said(region: str | None, source: str) -> str:
    if region is None:
        return _("not known")
    return region if source == "unknown" else f"{region} ({_(SOURCES[source])})"


def _categories(notice: Notice, record: ConsentRecord) -> tuple[tuple[str, bool], ...]:
    texts = notice.texts(record.language)
    return tuple(
        (texts.get(f"category_{key}_name", key), granted)
        for key, granted in record.categories.items()
    )


def _vendors(notice: Notice, record: ConsentRecord) -> list[VendorLine]:
    names = {vendor.key: vendor.name for vendor in notice.vendors}
    nothing = _("nothing")
    return [
        VendorLine(
            names.get(key, key),
            ", ".join(given["consent"]) or nothing if "consent" in given else "-",
            ", ".join(given["legitimate_interest"]) or _("objected")
            if "legitimate_interest" in given
            else "-",
        )
        for key, given in record.vendors.items()
    ]


def _links(site: Site, record: ConsentRecord) -> Links:
    receipt = answers.receipt_url(site, record)
    spoken = urlencode({"language": record.language})
    settings = services().settings
    return Links(
        receipt=receipt.replace("/receipt.json?", "/receipt.html?"),
        receipt_file=receipt,
        proof_file=receipt.replace("/receipt.json?", "/receipt.tlog-proof?"),
        notice=f"{_console(site)}/versions/{record.notice_version}?{spoken}",
        public_list=f"{answers.page_url(site)}/versions/{record.notice_version}?{spoken}",
        person=_of_person(site, record),
        checkpoint=f"{settings.public_url}/log/{site.key}/checkpoint",
    )


def _of_person(site: Site, record: ConsentRecord) -> str:
    path = url_for("console_records.search", site_key=site.key)
    return f"{path}?{urlencode({'subject': record.subject_id})}"


def _console(site: Site) -> str:
    return f"{request.script_root}/console/sites/{site.key}"
