"""What an export is asked to hold: a kind, and which records; and what goes together."""

from collections.abc import Iterator
from dataclasses import dataclass

from consent import records
from consent.errors import InvalidFieldsError
from consent.exports.formats import TABLE
from consent.records import Search

LEDGER, PACK = "ledger", "pack"
EVIDENCE = (LEDGER, PACK)
_ALL_OR_NOTHING = (
    "Evidence is of a period or of a person, complete: leave this out, or choose a format of rows."
)
_NO_LOG_OF_A_PERSON = (
    "A ledger export is a whole log or a period. For one person choose the format pack, which "
    "brings a proof for each record, or a format of rows."
)


@dataclass(frozen=True)
class Kind:
    """One kind of export: a format of rows, or evidence."""

    key: str
    label: str
    media_type: str
    suffix: str

    @property
    def missing(self) -> str:
        """Return what has to be installed first, in a sentence; empty where nothing has."""
        return next((each.missing for each in TABLE if each.key == self.key), "")


KINDS = (
    *(Kind(each.key, each.label, each.media_type, each.key) for each in TABLE),
    Kind(LEDGER, "Evidence log for auditors", "application/x-ndjson", "ndjson"),
    Kind(PACK, "Pack for an authority", "application/zip", "zip"),
)


@dataclass(frozen=True)
class Asked:
    """An export as it is asked for: a command, a form and a program ask alike."""

    kind: str
    search: Search
    epoch: int | None = None

    @property
    def is_evidence(self) -> bool:
        """Say whether it holds the log, or proofs from it."""
        return self.kind in EVIDENCE

    @property
    def is_personal(self) -> bool:
        """Say whether it is about one person."""
        return self.search.subject is not None or self.search.record is not None

    def check(self) -> None:
        """Refuse what does not go together; each field says what does."""
        kind = kind_named(self.kind)
        problems = dict(self._problems())
        if kind.missing:
            problems["format"] = kind.missing
        if problems:
            raise InvalidFieldsError({name: [words] for name, words in problems.items()})

    def _problems(self) -> Iterator[tuple[str, str]]:
        search = self.search
        if search.subject is not None and search.record is not None:
            yield "record", "Give a person or a record, not both."
        if search.start and search.end and search.start >= search.end:
            yield "to", "It must be later than the beginning."
        if self.epoch is not None and (not self.is_evidence or self.is_personal):
            yield "epoch", "It chooses a log for the formats ledger and pack; leave it out here."
        if not self.is_evidence:
            return
        given = records.query_of(search)
        for name in given.keys() - {"from", "to", "subject", "record"}:
            yield name, _ALL_OR_NOTHING
        if self.kind == LEDGER and self.is_personal:
            yield "subject" if search.subject is not None else "record", _NO_LOG_OF_A_PERSON
        elif self.is_personal and (search.start or search.end):
            yield (
                "from" if search.start else "to",
                "A pack about one person holds all their decisions: leave the period out.",
            )


def kind_named(key: str) -> Kind:
    """Return the kind with this key."""
    for each in KINDS:
        if each.key == key:
            return each
    known = ", ".join(each.key for each in KINDS)
    raise InvalidFieldsError({"format": [f"Use one of: {known}."]})
