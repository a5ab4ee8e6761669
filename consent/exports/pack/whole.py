"""A pack of a site: its whole log, or that of a period, with all that explains it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent import ledger, records
from consent.exports.formats import csv
from consent.exports.ledger import write as write_ledger
from consent.exports.pack import members, versions
from consent.exports.pack.archive import Archive
from consent.exports.pack.members import Act, Anchored, Checkpoints
from consent.exports.pack.order import Order
from consent.exports.pack.pages import page
from consent.exports.pack.tally import Decisions, Leaves
from consent.exports.pack.versions import InForce
from consent.exports.period import Extract, said
from consent.exports.run import Progress, Total, run
from consent.ledger import Kind
from consent.records.models import LegalHold

KINDS = {
    Kind.CONSENT: "decisions of visitors",
    Kind.CONFIG: "notices published",
    Kind.STAFF: "acts of staff",
    Kind.HOLD: "legal holds set or released",
    Kind.ERASE: "erasures",
    Kind.KEY: "keys added or revoked",
    Kind.EPOCH: "beginnings of an epoch",
    Kind.PRUNE: "prunings",
}
GROUNDS = {
    "art17": "on a person's request (GDPR Article 17)",
    "retention": "kept as long as the site's retention says",
}


@dataclass(frozen=True)
class Hold:
    """What must not be erased; the reason stays with the site, for it may name people."""

    key: str
    what: str
    since: str
    until: str


@dataclass(frozen=True)
class Index:
    """The first page of a pack."""

    title: str
    order: Order
    made_at: str
    extract: Extract
    epochs: int
    records: int
    uncovered: int
    outside: int
    missing: int
    kinds: Sequence[tuple[str, int, int, int]]
    actions: Sequence[tuple[str, int]]
    months: Sequence[tuple[str, Sequence[int]]]
    categories: Sequence[tuple[str, int, int]]
    erasures: Sequence[tuple[str, int, int]]
    holds: Sequence[Hold]
    versions: Sequence[InForce]
    trail: Sequence[Act]
    acts: int
    checkpoints: Checkpoints
    first_at: str
    last_at: str
    anchors: Sequence[Anchored]


def rows_of(session: Session, order: Order, extract: Extract) -> tuple[records.Search, int]:
    """Return which records go in, and how many they are: those that the checkpoint covers."""
    search = order.search
    covered = records.Covered(extract.log.id, extract.end)
    found = records.Search(search.site_id, search.start, search.end, covered=covered)
    return found, records.count(session, found)


def write(  # noqa: PLR0913 - a pack is that many facts
    session: Session,
    order: Order,
    extract: Extract,
    stream: BinaryIO,
    *,
    counted: int,
    progress: Progress = lambda _done: None,
) -> Total:
    """Write the pack, in the reading in which the extract was chosen; say whether all is there.

    `counted` comes from `rows_of` in that same reading.
    """
    decisions, leaves = Decisions(), Leaves()
    search, _ = rows_of(session, order, extract)
    with Archive(stream, order.made_at) as archive:
        with archive.member("records.csv") as target:
            rows = run(
                session,
                order.site,
                search,
                csv.FORMAT,
                target,
                counted=counted,
                progress=progress,
                seen=decisions.add,
            )
        with archive.member("ledger.ndjson") as target:
            lines = write_ledger(session, extract, target, progress=progress, seen=leaves.add)
        index = _index(session, order, extract, archive, decisions=decisions, leaves=leaves)
        members.write_keys(session, order, archive, extract.log, extract.keys)
        members.write_verifier(archive)
        archive.add("README.txt", page("readme.txt", {"page": index}))
        archive.add("index.html", page("index.html", {"page": index}))
        archive.close(order.facts)
    return Total(rows.counted + lines.counted, rows.written + lines.written)


def _index(  # noqa: PLR0913 - what the page adds up
    session: Session,
    order: Order,
    extract: Extract,
    archive: Archive,
    *,
    decisions: Decisions,
    leaves: Leaves,
) -> Index:
    """Write the members that the first page tells of, and return that page."""
    listed = list(_versions(session, order, decisions.versions))
    numbers = {each.number for each in listed} | set(decisions.versions)
    versions.write(session, order, archive, sorted(numbers))
    trail = members.write_staff(session, archive, extract)
    shown = members.write_checkpoints(session, archive, extract)
    newest = extract.newest.size
    sizes = [range(extract.begin, extract.end + 1), range(newest, newest + 1)]
    # In a stretch, what is open and was not recorded in the period lies at its edges.
    difference = leaves.open(Kind.CONSENT) - decisions.records
    return Index(
        title=f"Evidence of {order.site.name}",
        order=order,
        made_at=said(order.made_at),
        extract=extract,
        epochs=len(ledger.epochs(session, ledger.log_id_of(session, order.site.id))),
        records=decisions.records,
        uncovered=records.count(session, order.search) - decisions.records,
        outside=difference if extract.is_period and difference > 0 else 0,
        missing=0 if extract.is_period and difference > 0 else difference,
        kinds=_kinds(leaves),
        actions=sorted(decisions.actions.items()),
        months=_months(decisions),
        categories=_categories(decisions),
        erasures=[
            (GROUNDS.get(ground, ground), count, leaves.named[ground])
            for ground, count in sorted(leaves.erasures.items())
        ],
        holds=list(_holds(session, order)),
        versions=listed,
        trail=trail.shown,
        acts=trail.count,
        checkpoints=shown,
        first_at=said(shown.first.published_at if shown.first else None),
        last_at=said(shown.last.published_at if shown.last else None),
        anchors=members.write_anchors(session, archive, extract.log, sizes),
    )


def _kinds(leaves: Leaves) -> list[tuple[str, int, int, int]]:
    return [
        (words, leaves.kinds[kind], leaves.open(kind), leaves.erased[kind])
        for kind, words in KINDS.items()
        if leaves.kinds[kind]
    ]


def _months(decisions: Decisions) -> Sequence[tuple[str, Sequence[int]]]:
    actions = sorted(decisions.actions)
    months = sorted({month for month, _ in decisions.months})
    found = []
    for month in months:
        counts = [decisions.months[month, action] for action in actions]
        found.append((month, [*counts, sum(counts)]))
    return found


def _categories(decisions: Decisions) -> list[tuple[str, int, int]]:
    keys = sorted(decisions.granted.keys() | decisions.refused.keys())
    return [(key, decisions.granted[key], decisions.refused[key]) for key in keys]


def _versions(session: Session, order: Order, shown: Counter[int]) -> Iterator[InForce]:
    search = order.search
    for number, digest, since, until in versions.in_force(
        session, order.site.id, search.start, search.end
    ):
        yield InForce(number, digest, said(since), said(until) if until else "still", shown[number])


def _holds(session: Session, order: Order) -> Iterator[Hold]:
    query = select(LegalHold).where(LegalHold.site_id == order.site.id)
    if order.search.end is not None:
        query = query.where(LegalHold.added_at < order.search.end)
    if order.search.start is not None:
        released = func.coalesce(LegalHold.released_at, order.made_at)
        query = query.where(released >= order.search.start)
    query = query.order_by(LegalHold.added_at).prefix_with("/* exports.holds */")
    for each in session.scalars(query):
        yield Hold(
            str(each.id),
            _held(each),
            said(each.added_at),
            said(each.released_at) if each.released_at else "in force",
        )


def _held(hold: LegalHold) -> str:
    what = "one person" if hold.subject_id else "all records"
    start = f" from {said(hold.start)}" if hold.start else ""
    end = f" to {said(hold.end)}" if hold.end else ""
    return f"{what}{start}{end}"
