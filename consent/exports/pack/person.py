"""A pack about one person: their decisions with a proof each, and nothing of anybody else."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Row
from sqlalchemy.orm import Session

from consent import anchors, ledger, notices, records
from consent.errors import NotFoundError
from consent.exports.formats import csv
from consent.exports.pack import members, versions
from consent.exports.pack.archive import Archive
from consent.exports.pack.members import Anchored
from consent.exports.pack.order import Order
from consent.exports.pack.pages import page
from consent.exports.period import said
from consent.exports.run import Progress, Total, run
from consent.ledger import Proof
from consent.ledger.models import Log, LogEntry, LogOpening
from consent.notices import Notice

ACTIONS = {
    "accept_all": "Accepted everything",
    "reject_all": "Refused everything",
    "save": "Chose one by one",
    "withdraw": "Withdrew consent",
    "signal": "The browser's privacy signal was applied",
    "renew": "Confirmed the choice anew",
}
LAYERS = {
    "banner": "in the banner",
    "center": "in the preference center",
    "page": "on the page of the service",
    "api": "through the site itself",
}
BASES = {"consent": "consent", "legitimate_interest": "legitimate interest"}
GRANTED = {"consent": "allowed", "legitimate_interest": "not objected to"}
REFUSED = {"consent": "refused", "legitimate_interest": "objected to"}


@dataclass(frozen=True)
class Proved:
    """A record with the proof of its leaf."""

    row: Row[Any]
    log: Log
    proof: Proof

    @property
    def path(self) -> str:
        """Return the file its proof is in."""
        return f"receipts/{self.row.id}.tlog-proof"


@dataclass(frozen=True)
class Said:
    """One decision in words, with where it lies in the log."""

    number: int
    record_id: str
    path: str
    when: str
    decided: str
    what: str
    where: str
    page: str
    language: str
    version: int
    digest: str
    model: str
    region: str
    expires: str
    gpc: bool
    categories: Sequence[tuple[str, str, bool]]
    companies: Sequence[tuple[str, str]]
    origin: str
    index: int
    size: int
    root: str


@dataclass(frozen=True)
class Summary:
    """What a person, or who answers for the site, holds in hand."""

    title: str
    order: Order
    made_at: str
    subject: str
    decisions: Sequence[Said]
    anchors: Sequence[Anchored]
    vkeys: Sequence[str]


def logs_of(session: Session, order: Order) -> set[int]:
    """Return the logs in which the records lie; unknown ids are refused here."""
    return {log.id for _, log, _ in _rows(session, order)}


def proved(session: Session, order: Order) -> list[Proved] | None:
    """Return the records with their proofs; None while a public checkpoint does not cover one."""
    found = []
    for row, log, entry in _rows(session, order):
        proof = ledger.proof_of(session, log.id, entry.leaf_index)
        if proof is None:
            return None
        _, size, _ = proof.note.split("\n", 2)
        note = anchors.cosigned(session, log.id, int(size), proof.note)
        extra = _extra(session, row, entry)
        found.append(Proved(row, log, Proof(proof.index, proof.hashes, note, extra)))
    return found


def write(
    session: Session,
    order: Order,
    found: Sequence[Proved],
    stream: BinaryIO,
    *,
    progress: Progress = lambda _done: None,
) -> Total:
    """Write the pack, in the reading in which the proofs were made."""
    with Archive(stream, order.made_at) as archive:
        with archive.member("records.csv") as target:
            total = run(
                session,
                order.site,
                order.search,
                csv.FORMAT,
                target,
                counted=len(found),
                progress=progress,
            )
        for each in found:
            archive.add(each.path, each.proof.text.encode())
        numbers = {each.row.notice_version for each in found}
        versions.write(session, order, archive, sorted(numbers))
        summary = _summary(session, order, found, archive)
        members.write_verifier(archive)
        for template, path in (
            ("readme.txt", "README.txt"),
            ("contents.html", "index.html"),
            ("summary.html", "summary.html"),
        ):
            archive.add(path, page(f"person/{template}", {"page": summary}))
        archive.close(order.facts)
    return total


def _rows(session: Session, order: Order) -> Iterator[tuple[Row[Any], Log, LogEntry]]:
    rows = list(records.stream(session, order.search))
    if not rows:
        raise NotFoundError(
            f"The site {order.site.key} has no record of that id: it was mistyped, belongs to "
            "another site, or was erased."
        )
    for row in rows:
        entry = session.get_one(LogEntry, row.entry_id)
        yield row, session.get_one(Log, entry.log_id), entry


def _extra(session: Session, row: Row[Any], entry: LogEntry) -> bytes:
    """Return what a proof is a proof of: leaf, payload and salt (evidence-log design, 7.1)."""
    found = {"leaf": base64.b64encode(entry.leaf.encode()).decode()}
    opening = session.get(LogOpening, (row.recorded_at, entry.id))
    if opening is not None and opening.payload is not None and opening.salt is not None:
        found["payload"] = opening.payload
        found["salt"] = base64.b64encode(opening.salt).decode()
    return ledger.dump(found)


def _summary(session: Session, order: Order, found: Sequence[Proved], archive: Archive) -> Summary:
    """Write keys, checkpoints and anchors of the logs in question; return what the pages say."""
    logs = {each.log.id: each.log for each in found}
    keys, outside = [], []
    with archive.member("checkpoints.jsonl") as target:
        for log in logs.values():
            newest = ledger.newest(session, log.id)
            assert newest is not None
            keys += ledger.signing_keys(session, log.id, log.origin or "", order.seeds)
            target.write(members.checkpoint_line(newest))
            size = range(newest.size, newest.size + 1)
            outside += members.write_anchors(session, archive, log, [size])
    members.write_keys(session, order, archive, found[-1].log, keys)
    return Summary(
        title=f"Your decisions on {order.site.name}",
        order=order,
        made_at=said(order.made_at),
        subject=found[0].row.subject_id,
        decisions=[_decision(session, each) for each in found],
        anchors=outside,
        vkeys=[key.vkey for key in keys],
    )


def _decision(session: Session, each: Proved) -> Said:
    row, proof = each.row, each.proof
    version = notices.published_or_refuse(session, row.site_id, row.notice_version)
    notice = notices.read(version)
    origin, size, root = proof.note.split("\n")[:3]
    return Said(
        number=row.sequence + 1,
        record_id=str(row.id),
        path=each.path,
        when=said(row.recorded_at),
        decided=said(row.decided_at) if row.late else "",
        what=ACTIONS.get(row.action, row.action),
        where=LAYERS.get(row.layer, row.layer),
        page=row.page,
        language=row.language,
        version=row.notice_version,
        digest=row.notice_digest,
        model=row.model.replace("_", " "),
        region=row.region or row.claims["region"] or "unknown",
        expires=said(row.expires_at),
        gpc=row.gpc,
        categories=_categories(row, notice),
        companies=_companies(row.vendors, notice),
        origin=origin,
        index=proof.index,
        size=int(size),
        root=root,
    )


def _categories(row: Row[Any], notice: Notice) -> list[tuple[str, str, bool]]:
    # The names as this person read them.
    texts = notice.texts(row.language)
    return [
        (key, texts.get(f"category_{key}_name", key), is_granted)
        for key, is_granted in row.categories.items()
    ]


def _companies(
    vendors: Mapping[str, Mapping[str, Sequence[str]]], notice: Notice
) -> list[tuple[str, str]]:
    found = []
    for key, grants in vendors.items():
        vendor = notice.vendor_by_key[key]
        parts = [
            _basis(basis, granted, [each for each in vendor.categories if each not in granted])
            for basis, granted in grants.items()
        ]
        found.append((vendor.name, "; ".join(parts)))
    return found


def _basis(basis: str, granted: Sequence[str], refused: Sequence[str]) -> str:
    parts = []
    if granted:
        parts.append(f"{GRANTED[basis]} for {', '.join(granted)}")
    if refused:
        parts.append(f"{REFUSED[basis]} for {', '.join(refused)}")
    return f"{BASES[basis]} {', '.join(parts)}"
