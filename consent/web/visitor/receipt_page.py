"""A receipt on paper: what a person prints, keeps, and finds again by the code on it."""

import base64
from dataclasses import dataclass
from typing import ClassVar

import segno
from flask import Blueprint, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from consent import ledger, records
from consent.notices import Notice, wording
from consent.records import ConsentRecord
from consent.sites import Site
from consent.web import answers, guards
from consent.web.pages import Page, render
from consent.web.services import services
from consent.web.visitor import hosted, theme
from consent.web.visitor.receipts import (
    SECONDS_TO_ASK_AGAIN,
    asked_for,
    is_early,
    notice_of,
    proof_of,
)

door = Blueprint("receipt_page", __name__)


@dataclass(frozen=True)
class CategoryLine:
    """One category in words, and whether it was allowed."""

    name: str
    text: str
    granted: bool


@dataclass(frozen=True)
class CompanyLine:
    """One company: by legal basis, in which categories it may work; None where it has no such."""

    name: str
    policy_url: str
    grants: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class ProofLines:
    """The proof as far as it fits on paper."""

    log: str
    place: int
    size: int
    root: str
    vkey: str


@dataclass(frozen=True, kw_only=True)
class ReceiptPage(Page):
    """One decision with its proof, made to be printed."""

    template: ClassVar[str] = "visitor/receipt.html"
    look: theme.Look
    early: bool
    record: hosted.RecordView
    subject: str
    site_origin: str
    policy_url: str
    notice_url: str
    notice_digest: str
    categories: tuple[CategoryLine, ...]
    bases: tuple[str, ...]
    companies: tuple[CompanyLine, ...]
    proof: ProofLines | None
    proof_url: str
    verify_address: str
    code: Markup


@door.get("/v1/sites/<site_key>/records/<record_id>/receipt.html")
@guards.reader
def receipt(site: Site, record_id: str) -> Response:
    """Show the receipt; before the log covers it, a page that says so and asks again by itself."""
    found = asked_for(site, record_id)
    proof = proof_of(found)
    early = is_early(found, proof)
    with services().database.reading() as session:
        page = _page(session, site, found, proof, early=early)
    response = render(page, 202 if early else 200)
    # The address holds the token: no page that this one links to is told it.
    response.headers["Referrer-Policy"] = "no-referrer"
    if early:
        response.headers["Retry-After"] = SECONDS_TO_ASK_AGAIN
        response.headers["Refresh"] = SECONDS_TO_ASK_AGAIN
    return response


def _page(
    session: Session, site: Site, record: ConsentRecord, proof: ledger.Proof | None, *, early: bool
) -> ReceiptPage:
    notice = notice_of(session, site, record)
    language = notice.language(record.language)
    address = answers.receipt_url(site, record)
    return ReceiptPage(
        **hosted.common(site, notice, language, title="receipt_title"),
        look=hosted.look(site, notice),
        early=early,
        record=hosted.record_view(site, notice, record, language),
        subject=record.subject_id,
        site_origin=site.origins[0],
        policy_url=wording.absolute(notice.policy_url(language), site.origins[0]),
        notice_url=f"{answers.page_url(site)}/versions/{record.notice_version}",
        notice_digest=record.notice_digest,
        categories=_categories(notice, record, language),
        bases=_bases(notice),
        companies=_companies(notice, record, language),
        proof=_proof_lines(session, proof) if proof else None,
        proof_url=address.replace("/receipt.json?", "/receipt.tlog-proof?"),
        verify_address=f"{services().settings.public_url}/verify".partition("://")[2],
        code=_code(address.replace("/receipt.json?", "/receipt.html?")),
    )


def _categories(notice: Notice, record: ConsentRecord, language: str) -> tuple[CategoryLine, ...]:
    texts = notice.texts(language)
    return tuple(
        CategoryLine(texts[f"category_{key}_name"], texts[f"category_{key}_text"], granted)
        for key in notice.optional
        if (granted := record.categories.get(key)) is not None
    )


def _bases(notice: Notice) -> tuple[str, ...]:
    """Return the legal bases that companies of a notice rely on, consent first."""
    return tuple(sorted({basis for each in notice.vendors for basis in each.bases}))


def _companies(notice: Notice, record: ConsentRecord, language: str) -> tuple[CompanyLine, ...]:
    texts = notice.texts(language)
    bases = _bases(notice)
    lines = []
    for vendor in notice.vendors:
        given = record.vendors.get(vendor.key, {})
        grants = tuple(
            (
                basis,
                ", ".join(texts[f"category_{key}_name"] for key in given.get(basis, []))
                if basis in vendor.bases
                else None,
            )
            for basis in bases
        )
        lines.append(CompanyLine(vendor.name, vendor.policy_url, grants))
    return tuple(lines)


def _proof_lines(session: Session, proof: ledger.Proof) -> ProofLines:
    """Return log, place and root as the note says them, and the key of ours that signed it."""
    origin, size, root = proof.note.split("\n", 3)[:3]
    seeds = services().settings.ledger_seeds
    signatures = proof.note.partition("\n\n")[2].splitlines()
    ids = {base64.b64decode(line.rpartition(" ")[2])[:4] for line in signatures}
    known = (ledger.Verifier(origin, key) for key in records.known_keys(session, seeds))
    vkey = next((each.vkey for each in known if each.key_id in ids), "")
    return ProofLines(origin, proof.index + 1, int(size), root, vkey)


def _code(address: str) -> Markup:
    """Return the address as a QR code: black on white by night too, so that it can be read."""
    code = segno.make(address, error="m", micro=False)
    return Markup(  # noqa: S704 - drawn by the library out of squares
        code.svg_inline(border=4, dark="#000", light="#fff", svgclass="code-image", omitsize=True)
    )
