"""The drill: random edits of an export, each found and its place named.

`CONSENT_TEST_EDITS` says how many (100); `CONSENT_TEST_SEED` repeats a run.
"""

import io
import json
import os
import random

import pytest

from consent.verification import verify_log
from consent.verification.target import verify
from consent.verification.verify_log import NotHeldError
from tests.verification.logbook import OTHER, VKEY, Row, a_book, commit, written

EDITS = int(os.environ.get("CONSENT_TEST_EDITS", "100"))
SEED = int(os.environ.get("CONSENT_TEST_SEED", random.SystemRandom().randrange(10**6)))
SIZE = 400


def numbered(rows):
    return [{**row, "i": at} for at, row in enumerate(rows)]


class Edit:
    """One edit: the new lines, and among which rows it may be said to lie."""

    def __init__(self, lines, chance, book, sizes):
        self.head, self.rows = lines[0], lines[1:]
        self.chance, self.book, self.sizes = chance, book, sizes

    def exact(self, rows, place):
        return written([self.head, *rows]), place, True

    def within(self, rows, *places):
        return written([self.head, *rows]), (min(places), max(places)), False

    def byte(self):
        """One byte becomes another, and what the line says with it."""
        at = self.chance.randrange(SIZE)
        while True:
            line = bytearray(written([self.rows[at]]))
            where = self.chance.randrange(len(line) - 1)
            line[where] = self.chance.choice([b for b in range(256) if b not in (line[where], 10)])
            try:
                if json.loads(bytes(line)) == self.rows[at]:
                    continue
            except ValueError:
                pass
            data = written([self.head, *self.rows[:at]]) + bytes(line)
            # An erased row's leaf opens nothing by itself: the tree alone tells.
            return data + written(self.rows[at + 1 :]), (at, at), "salt" in self.rows[at]

    def header_byte(self):
        """One letter of the checkpoint becomes another."""
        note = self.head["checkpoint"]
        where = self.chance.randrange(len(note))
        new = self.chance.choice("abcXYZ019+/= ".replace(note[where], ""))
        head = {**self.head, "checkpoint": note[:where] + new + note[where + 1 :]}
        return written([head, *self.rows]), None, True

    def delete(self):
        # Without its last row a file is like one that was renumbered: see `truncate`.
        at = self.chance.randrange(SIZE - 1)
        return self.exact([*self.rows[:at], *self.rows[at + 1 :]], (at, at))

    def delete_and_renumber(self):
        at = self.chance.randrange(SIZE)
        return self.within(numbered([*self.rows[:at], *self.rows[at + 1 :]]), at, at)

    def reorder(self):
        one, two = sorted(self.chance.sample(range(SIZE), 2))
        rows = list(self.rows)
        rows[one], rows[two] = rows[two], rows[one]
        return self.exact(rows, (one, one))

    def reorder_and_renumber(self):
        one, two = sorted(self.chance.sample(range(SIZE), 2))
        rows = list(self.rows)
        rows[one], rows[two] = rows[two], rows[one]
        return self.within(numbered(rows), one, two)

    def insert(self):
        at = self.chance.randrange(SIZE)
        return self.exact([*self.rows[:at], self._made(at), *self.rows[at:]], (at, at + 1))

    def insert_and_renumber(self):
        at = self.chance.randrange(SIZE)
        return self.within(numbered([*self.rows[:at], self._made(at), *self.rows[at:]]), at, at)

    def _made(self, at):
        said = {"at": 1, "prev": None, "seq": 0, "subject": "s_invented", "v": 1}
        return commit(self.chance, "consent", said).line(at)

    def back_date(self):
        """A decision gets another time and a new commitment; the tree stays."""
        at = self.chance.choice(
            [at for at, row in enumerate(self.rows) if '"seq"' in row.get("payload", "")]
        )
        said = {**json.loads(self.rows[at]["payload"]), "at": 1}
        rows = list(self.rows)
        rows[at] = commit(self.chance, "consent", said).line(at)
        chain = [row for row in map(self._said, self.rows) if row.get("subject") == said["subject"]]
        # The two decisions after it vouch for one another, and the next one names this row.
        is_told = len([row for row in chain if row["seq"] > said["seq"]]) > 1
        return self.exact(rows, (at, at)) if is_told else self.within(rows, at, at)

    @staticmethod
    def _said(row):
        return json.loads(row.get("payload", "{}"))

    def truncate(self):
        at = self.chance.randrange(SIZE)
        return self.within(self.rows[:at], at, SIZE - 1)

    def hide(self):
        """A row that is open is shown as erased."""
        at = self.chance.choice([at for at, row in enumerate(self.rows) if "salt" in row])
        rows = list(self.rows)
        rows[at] = {"i": at, "leaf": rows[at]["leaf"], "erased": True}
        # Without an act of erasure, the rows that it names seem to be concealed: it is told first.
        return self.exact(rows, (at, at))

    def wrong_key(self):
        head = {**self.head, "checkpoint": self.book.note(signer=OTHER)}
        return written([head, *self.rows]), None, True

    def unerase(self):
        """An erased row is filled with something invented."""
        at = self.chance.choice([at for at, row in enumerate(self.rows) if "erased" in row])
        rows = list(self.rows)
        leaf = self.book.rows[at].leaf
        rows[at] = Row("consent", leaf, "{}", self.chance.randbytes(64)).line(at)
        return self.exact(rows, (at, at))


KINDS = [
    name for name in vars(Edit) if not name.startswith("_") and name not in ("exact", "within")
]


@pytest.fixture(scope="module")
def book():
    return a_book(SIZE, seed=3)


def test_every_edit_is_found_and_its_place_is_named(book):
    print(f"CONSENT_TEST_SEED={SEED} CONSENT_TEST_EDITS={EDITS}")
    sizes = (64, 130, 256, 390)
    olds, lines = [book.note(size) for size in sizes], book.lines()
    exact = 0
    for number in range(EDITS):
        chance = random.Random(f"{SEED}/{number}")
        kind = KINDS[number % len(KINDS)]
        data, place, is_exact = getattr(Edit(lines, chance, book, sizes), kind)()
        told = f"edit {number} ({kind}) of seed {SEED}, at {place}"
        with_olds = olds if chance.random() < 0.5 else []
        with pytest.raises((NotHeldError, ValueError)) as caught:
            verify_log.check_export(io.BytesIO(data), [VKEY], with_olds, verify=verify)
            pytest.fail(f"not found: {told}")
        if place is None:
            continue
        assert isinstance(caught.value, NotHeldError), told
        first, last = caught.value.rows[0], caught.value.rows[-1]
        if is_exact:
            exact += 1
            assert place[0] <= first == last <= place[1], f"{told}: {caught.value}"
        else:
            # What the file tells no closer is told as a range that holds the edit.
            assert first <= place[1], f"{told}: {caught.value}"
            assert place[0] <= last, f"{told}: {caught.value}"
            assert first <= last, told
            if with_olds and kind != "truncate":
                assert last - first < SIZE // 2, f"{told}: {caught.value}"
    assert exact >= EDITS // 3


def test_the_export_that_is_edited_holds(book):
    report = verify_log.check_export(io.BytesIO(written(book.lines())), [VKEY])
    assert report.counts["redacted"] >= 10
