"""Check an evidence log from files alone: a ledger export, a pack, or a receipt.

    python3 verify_log.py TARGET [--vkey KEY ...] [--old FILE ...]

It stands alone: this file, Python 3.9 or newer, no network, nothing of the service. Memory stays
flat; who follows whom is sorted in a temporary file, about 150 bytes a row.
Exit status: 0 all held, 1 a check failed, 2 wrong use.
"""

from __future__ import annotations

import argparse
import base64
import heapq
import hmac
import json
import re
import sqlite3
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, BinaryIO

MOST = 1 << 24
# What a damaged file makes Python raise; a full disk is not among it.
UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, EOFError),
    *(zipfile.BadZipFile, zlib.error, sqlite3.ProgrammingError, sqlite3.InterfaceError),
)
PROTECTED, CLEAR = {"staff", "erase", "key", "epoch"}, {"key", "epoch", "prune"}
MOVED, ALTERED, WRONG_KEY = "inserted, removed or moved", "altered", "wrong key"
CUT, NO_PREFIX = "cut off at the end", "older checkpoint not a prefix"
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, BASE_Y = -121665 * pow(121666, -1, P) % P, 4 * pow(5, -1, P) % P
LINKS = """PRAGMA temp_store=1; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;
CREATE TABLE link(who BLOB, i INTEGER, seq INTEGER, leaf BLOB, prev BLOB);
CREATE TABLE gone(i INTEGER PRIMARY KEY, leaf BLOB)"""
IN_ORDER = "SELECT who, i, seq, leaf, prev FROM link ORDER BY who, i"
EPOCH = re.compile(r"/e[1-9][0-9]*$")
WAS_ERASED = "SELECT 1 FROM gone WHERE i > ? AND i < ? AND leaf IS coalesce(?, leaf) LIMIT 1"
UNPROVED = [
    "that no later decision exists: a log shows what is in it, up to its checkpoint",
    "dates: order is proved, the times in it are the operator's own word",
]
NO_OLD = "that the log was never written anew: no earlier checkpoint was given (--old)"
UNREACHED = "that this continues the older checkpoint: a receipt shows its own row alone"
OWN_KEYS = "whose log it is: the keys came from the file itself; give the one you know by --vkey"
Verify = Callable[[bytes, bytes, bytes], bool]
Leaf = tuple[str, Any, bytes]
Checkpoint = tuple[int, bytes, str]  # size, root, origin
Point = tuple[int, ...]


class NotHeldError(Exception):
    """A check that failed: its number, the verdict, and the rows among which the cause lies."""

    def __init__(self, check: int, verdict: str, why: str, *rows: int) -> None:
        self.check, self.verdict, self.why, self.rows = check, verdict, why, sorted(set(rows))
        place = f"row{'s' * (len(self.rows) > 1)} {' to '.join(map(str, self.rows))}: "
        super().__init__(f"{place if rows else ''}{verdict}: {why}")


class Report:
    """What held, how much of it there was, and what is not proved by that."""

    def __init__(self, *unproved: str) -> None:
        self.held: list[str] = []
        self.counts: Counter[str] = Counter()
        self.unproved = [*UNPROVED, *filter(None, unproved)]


def _plus(one: Point, two: Point) -> Point:
    a, b = (one[1] - one[0]) * (two[1] - two[0]), (one[1] + one[0]) * (two[1] + two[0])
    c, d = 2 * one[3] * two[3] * D, 2 * one[2] * two[2]
    return (
        (b - a) * (d - c) % P,
        (d + c) * (b + a) % P,
        (d - c) * (d + c) % P,
        (b - a) * (b + a) % P,
    )


def _point(y: int, sign: int) -> Point:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        raise ValueError("this key is no point of the curve")
    return (x if x & 1 == sign else P - x), y, 1, (x if x & 1 == sign else P - x) * y % P


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a key signed a message (RFC 8032, 5.1.7): slow, and needs nothing installed."""
    s, y = int.from_bytes(signature[32:], "little"), int.from_bytes(public, "little")
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base, minus = _point(BASE_Y, 0), _point(y % 2**255, 1 - (y >> 255))
    found: Point = (0, 1, 1, 0)
    parts = (found, base, minus, _plus(base, minus))
    for bit in range(252, -1, -1):
        found = _plus(_plus(found, found), parts[s >> bit & 1 | (k >> bit & 1) << 1])
    x, y = (each * pow(found[2], -1, P) % P for each in found[:2])
    is_whole = len(signature) == 64 and s < ORDER
    return is_whole and (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return dict(pairs)


read = json.JSONDecoder(object_pairs_hook=_once).decode
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def bytes_of(text: str, length: int = 0) -> bytes:
    """Return the bytes of base64 that is spelt in the one right way."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text or len(data) != (length or len(data)):
        raise ValueError(f"{text[:60]!r} is not base64 of {length or 'whole'} bytes")
    return data


class Keys:
    """The keys one knows, and how a signature by one of them is checked."""

    def __init__(self, vkeys: Iterable[str], verify: Verify = ed25519) -> None:
        self.known, self.verify = [], verify
        for vkey in vkeys:
            name, key_id, coded = [*vkey.split("+", 2), "", ""][:3]
            if (
                not name
                or _key_id(name, bytes_of(coded, 33)).hex() != key_id
                or bytes_of(coded)[0] != 1
            ):
                raise ValueError(f"{vkey!r} is no verification key")
            self.known.append((name, bytes_of(coded)))

    def text_of(self, note: str, suffix: str = "") -> list[str]:
        """Return the lines that a known key signed, under a log's name or one made of it."""
        text, divided, lines = note.rpartition("\n\n")
        names = {(n + suffix, _key_id(n + suffix, key)): key[1:] for n, key in self.known}
        signed = set()
        if not divided or lines[-1:] != "\n" or re.search(r"[\0-\x09\x0b-\x1f\x7f]", note):
            raise NotHeldError(1, WRONG_KEY, "this is no signed note")
        for line in lines[:-1].split("\n")[:100]:
            dash, name, coded = line.split(" ")
            key = names.get((name, bytes_of(coded)[:4]))
            if dash != "\u2014" or (
                key and not self.verify(key, f"{text}\n".encode(), bytes_of(coded)[4:])
            ):
                raise NotHeldError(1, WRONG_KEY, f"the signature of {name} is wrong")
            signed |= {name} if key else set()
        if text.split("\n")[0] not in signed:
            raise NotHeldError(1, WRONG_KEY, "none of the known keys signed this under its name")
        return text.split("\n")

    def checkpoint(self, note: str) -> Checkpoint:
        """Return size, root and name of a log as its key signed them."""
        origin, size, root = self.text_of(note)[:3]
        return int(size), bytes_of(root, 32), origin


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + public).digest()[:4]


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def _climb(at: int, last: int, hashed: bytes, path: Iterable[str]) -> tuple[bytes, bytes]:
    """Follow a proof up to the old root and the new one (RFC 9162, 2.1.3.2 and 2.1.4.2)."""
    old = new = hashed
    for each in (bytes_of(text, 32) for text in path):
        if last == 0:
            raise ValueError("the proof is too long")
        is_left = at & 1 or at == last
        old, new = (_node(each, old), _node(each, new)) if is_left else (old, _node(new, each))
        while is_left and at and not at & 1:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return old, new if last == 0 else b"the proof is too short"


def _continues(old: Checkpoint, new: Checkpoint, path: list[str]) -> bool:
    if old[0] in {0, new[0]} or old[0] > new[0]:
        return not path and old[0] <= new[0] and (old[0] == 0 or old[1] == new[1])
    at, last, path = old[0] - 1, new[0] - 1, list(path)
    while at & 1:
        at, last = at >> 1, last >> 1
    first = bytes_of(path.pop(0)) if old[0] & (old[0] - 1) else old[1]
    return _climb(at, last, first, path) == (old[1], new[1])


def leaf_of(raw: bytes) -> Leaf:
    """Return kind, commitment (None in clear) and hash of a leaf, which is canonical JSON."""
    facts = read(raw.decode())
    kind, form = facts["k"], "p" if facts["k"] in CLEAR else "c"
    if _write(facts).encode() != raw or facts.keys() != {"k", "v", form} or raw[-7:] != b',"v":1}':
        raise ValueError("the leaf is not canonical")
    return kind, form == "c" and bytes_of(facts["c"], 32), sha256(b"\0" + raw).digest()


def _payload(leaf: Leaf, row: dict[str, Any]) -> Any:
    """Return what a leaf commits to; refuse a payload and salt that do not open it."""
    message = b"\0".join((b"consent-log/v1", leaf[0].encode(), row["payload"].encode()))
    if hmac.digest(bytes_of(row["salt"], 64), message, "sha256") != leaf[1]:
        raise NotHeldError(5, ALTERED, f"the payload does not open its leaf of kind {leaf[0]}")
    return read(row["payload"])


class Rows:
    """An export as it passes: tree, erased rows and those named so, who follows whom."""

    def __init__(self, begin: int, left: Iterable[str], olds: Iterator[Checkpoint]) -> None:
        self.begin, self.size, self.hashes = begin, begin, [bytes_of(each, 32) for each in left]
        self.erased, self.named, self.late = bytearray(), bytearray(), [NotHeldError(0, "", "")][:0]
        self.olds, self.old, self.good, self.bad = olds, next(olds, None), begin, 0
        self.counts: Counter[str] = Counter()
        self.reaches_back = begin > 0
        self.links = sqlite3.connect("", isolation_level=None)
        self.links.executescript(LINKS)

    def root(self) -> bytes:
        """Return the root of all rows so far."""
        folded = self.hashes[-1] if self.hashes else sha256(b"").digest()
        for each in self.hashes[-2::-1]:
            folded = _node(each, folded)
        return folded

    def add(self, row: dict[str, Any]) -> None:
        """Take the next row in; refuse one that is wrong by itself."""
        at, extra, offset = self.size, row.keys() - {"i", "leaf"}, self.size - self.begin
        if row["i"] is True or row["i"] != at:
            raise NotHeldError(3, MOVED, f"the line in its place is numbered {row['i']!r}")
        kind, commitment, hashed = leaf = leaf_of(bytes_of(row["leaf"]))
        self.erased += b"" if offset & 7 else b"\0"
        self.named += b"" if offset & 7 else b"\0"
        if commitment and extra == {"payload", "salt"}:
            self.told(at, kind, hashed, _payload(leaf, row))
        elif commitment and extra == {"erased"} and row["erased"] is True:
            if kind in PROTECTED:
                raise NotHeldError(9, "hidden as erased", f"nobody may erase a row of kind {kind}")
            self.erased[offset >> 3] |= 1 << (offset & 7)
            self.links.execute("INSERT INTO gone VALUES (?, ?)", (at, hashed))
        elif commitment or extra:
            raise NotHeldError(8, "concealed", "it is neither opened nor said to be erased")
        self.reaches_back |= at == 0 and kind == "epoch"
        self.counts["opened" if "salt" in row else "redacted" if extra else "clear"] += 1
        self.counts[f"kind {kind}"] += 1
        self.size += 1
        while at & 1:
            at, hashed = at >> 1, _node(self.hashes.pop(), hashed)
        self.hashes.append(hashed)

    def name(self, at: int, erased: Iterable[int]) -> None:
        """Note which rows a row names as erased."""
        for each in erased:
            if not 0 <= each < at:
                self.late.append(
                    NotHeldError(8, ALTERED, f"it erases row {each}, not before it", at)
                )
            elif self.begin <= each < self.size:
                self.named[each - self.begin >> 3] |= 1 << (each - self.begin & 7)

    def told(self, at: int, kind: str, hashed: bytes, said: dict[str, Any]) -> None:
        """Note whom a row names as erased, and whom it follows."""
        self.name(at, said["erased"] if kind == "erase" else ())
        if kind == "consent" and {"subject", "seq", "prev"} <= said.keys():
            who, prev = sha256(said["subject"].encode()).digest()[:16], said["prev"]
            values = (who, at, said["seq"], hashed, prev and bytes_of(prev, 32))
            self.links.execute("INSERT INTO link VALUES (?, ?, ?, ?, ?)", values)
        elif kind == "consent":
            self.counts["decisions without a chain"] += 1

    def compare(self) -> None:
        """Hold the root so far against older checkpoints of this size."""
        while self.old and self.old[0] <= self.size:
            if self.old[0] == self.size and not self.bad:
                is_same = self.old[1] == self.root()
                self.good, self.bad = (self.size, 0) if is_same else (self.good, self.size)
                self.counts["older checkpoints"] += is_same
            self.old = next(self.olds, None)

    def breaks(self) -> Iterator[tuple[int, int, str]]:
        """Yield among which rows a person's decisions do not follow one another, and why."""
        self.links.execute("CREATE INDEX gone_leaf ON gone(leaf)")
        why, doubt, before = "", (), (b"", -1, -1, None)
        for who, at, seq, leaf, prev in self.links.execute(IN_ORDER):
            if who != before[0]:
                if doubt:
                    yield (*doubt, why)
                doubt, before = (), (who, self.begin - 1, -1, None)
            last, count, known = before[1:]
            follows = prev == known and seq == count + 1
            if not follows and (seq > 0) == (prev is not None):
                follows = bool(self.links.execute(WAS_ERASED, (last, at, prev)).fetchone())
                follows |= known is None and self.reaches_back
            if doubt:
                yield (doubt[0], doubt[0], why) if follows else (last, last, why)
                doubt = ()
            elif not follows:
                why = f"row {at} follows number {seq - 1} of the same person, which is not there"
                doubt = (last, at) if seq == count + 1 and known else ()
                if not doubt:
                    yield max(last, self.begin), at, why
            before = (who, at, seq, leaf)
        if doubt:
            yield (*doubt, why)

    def elsewhere(self, end: Checkpoint) -> NotHeldError:
        """Name where the file stops being the log, as narrowly as it tells itself."""
        low, high = self.good, (self.bad or max(self.size, end[0])) - 1
        why = f"the file has {self.size} rows, the checkpoint {end[0]}; their roots differ"
        verdict = CUT if self.size < end[0] and not self.bad else MOVED
        found = [each for each in self.breaks() if each[1] >= low and each[0] <= high]
        if found:
            first, last, broken = min(found, key=lambda each: each[1] - each[0])
            low, high, why, verdict = max(low, first), min(high, last), f"{why}; {broken}", MOVED
        verdict = ALTERED if low == high and self.size == end[0] else verdict
        return NotHeldError(7, verdict, why, low, max(low, high))

    def wrong(self) -> Iterator[NotHeldError]:
        """Yield what is wrong with a log whose root holds."""
        yield from self.late
        odd = int.from_bytes(self.erased, "little") ^ int.from_bytes(self.named, "little")
        at = (odd & -odd).bit_length() - 1
        if odd and self.erased[at >> 3] >> (at & 7) & 1:
            yield NotHeldError(8, "concealed", "no erase leaf names it", self.begin + at)
        elif odd:
            yield NotHeldError(8, "not erased", "an erase leaf names it", self.begin + at)
        for first, last, why in self.breaks():
            yield NotHeldError(10, "broken chain", why, first, last)


def _named_later(
    rows: Rows, newest: Checkpoint, keys: Keys, row: dict[str, Any], *, is_known: bool
) -> None:
    """Take in an erase leaf beyond a range, or of a log that continues one which has ended."""
    at, leaf, is_elsewhere = row["named_by"], leaf_of(bytes_of(row["leaf"])), "log" in row
    if is_elsewhere:
        origin = newest[2]
        other = Keys(() if is_known else row["keys"], keys.verify)
        # The key one knows a log by goes on signing under the new name, unless it was stolen.
        other.known += keys.known + [(row["log"], key) for _, key in keys.known]
        newest = other.checkpoint(row["checkpoint"])
        if newest[2] != row["log"] or EPOCH.sub("", newest[2]) != EPOCH.sub("", origin):
            raise ValueError("this log does not continue the one that has ended")
    if leaf[0] != "erase" or not (0 if is_elsewhere else rows.size) <= at < newest[0]:
        raise ValueError("this is no erase leaf after the range")
    if _climb(at, newest[0] - 1, leaf[2], row["proof"])[1] != newest[1]:
        raise NotHeldError(4, MOVED, f"the erase leaf {at} is not in the log")
    said = _payload(leaf, row)
    if is_elsewhere:
        rows.name(rows.size, said["earlier"][origin])
    else:
        rows.told(at, "erase", leaf[2], said)


def _refuse_end(rows: Rows, line: bytes, end: Checkpoint, newest: Checkpoint) -> None:
    """Refuse an export that has passed whole and is not what its checkpoint covers."""
    if (rows.size, rows.root()) != end[:2] or not line.endswith(b"\n"):
        raise rows.elsewhere(end)
    if rows.bad:
        raise NotHeldError(6, NO_PREFIX, "the log was written anew", rows.good, rows.bad - 1)
    for old in filter(None, [rows.old, *rows.olds]):
        if old[0] > newest[0] or (old[0] == newest[0] and old[1] != newest[1]):
            why = f"it covers {old[0]} rows, the log {newest[0]}: cut off at the end, or another"
            raise NotHeldError(6, NO_PREFIX, why)
    for problem in sorted(rows.wrong(), key=lambda each: each.rows):
        raise problem


def check_export(  # noqa: PLR0913, PLR0917 - a branch a check
    stream: BinaryIO,
    vkeys: list[str],
    olds: Iterable[str] = (),
    listed: Iterable[str] = (),
    verify: Verify = ed25519,
    tick: Callable[[int], Any] = lambda _: None,
) -> Report:
    """Check a ledger export, whole or a range; `listed` are older checkpoints by rising size."""
    header = read(stream.readline(MOST).decode())
    claimed, keys = Keys(header["keys"], verify), Keys(vkeys or header["keys"], verify)
    end, begin = keys.checkpoint(header["checkpoint"]), header.get("from", 0)
    newest = keys.checkpoint(header["newest"]) if "newest" in header else end
    known = heapq.merge(sorted(map(keys.checkpoint, olds)), map(keys.checkpoint, listed))
    rows, line = Rows(begin, header["left"] if begin else (), known), b"\n"
    before = keys.checkpoint(header["before"]) if begin else end
    if header["format"] != "consent-log-export@v1" or not claimed.known:
        raise NotHeldError(0, ALTERED, "the header is not that of a ledger export")
    if not _continues(end, newest, header.get("consistency", [])):
        raise NotHeldError(6, NO_PREFIX, "the newest checkpoint does not continue the range")
    is_whole = len(rows.hashes) == bin(begin).count("1")  # noqa: FURB161 - for Python 3.9
    if begin and (not is_whole or before[:2] != (begin, rows.root())):
        raise NotHeldError(7, MOVED, "the hashes before the range are not those of its beginning")
    for line in iter(lambda: stream.readline(MOST), b""):
        rows.compare()
        try:
            row = read(line.decode())
            if "named_by" in row:
                _named_later(rows, newest, keys, row, is_known=bool(vkeys))
            else:
                rows.add(row)
        except NotHeldError as error:
            raise NotHeldError(error.check, error.verdict, error.why, rows.size) from error
        except UNREADABLE as error:
            verdict = ALTERED if line.endswith(b"\n") else CUT
            raise NotHeldError(
                2, verdict, f"the line cannot be read: {error}", rows.size
            ) from error
        tick(len(line))
    rows.compare()
    _refuse_end(rows, line, end, newest)
    no_old = "" if rows.counts["older checkpoints"] else NO_OLD
    report = Report("" if vkeys else OWN_KEYS, no_old)
    report.counts = rows.counts
    report.held.append(f"rows {begin} to {end[0] - 1} of {end[2]}, none missing between them")
    return report


def check_receipt(text: str, vkeys: list[str], verify: Verify = ed25519) -> Report:
    """Check a receipt: a C2SP tlog-proof, or the JSON-LD document that holds one."""
    keys, document, report = Keys(vkeys, verify), {}, Report()
    if text.startswith("{"):
        document, evidence = read(text), read(text)["consent:evidence"]
        text = evidence["proof"] or ""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    extra = read(bytes_of(lines.pop(1)[6:]).decode()) if lines[1][:6] == "extra " else {}
    leaf = leaf_of(evidence["leaf"].encode() if document else bytes_of(extra["leaf"]))
    opening = evidence if document else extra
    names = {"leaf", "payload", "salt", *(("leaf_hash", "proof") if document else ())}
    if opening.keys() != names and (document or opening.keys() != {"leaf"}):
        raise ValueError("the receipt has other fields than leaf, payload and salt")
    size, root, origin = keys.checkpoint(note)
    found = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines[1])
    at = int(found[1]) if found and lines[0] == "c2sp.org/tlog-proof@v1" else size
    if at >= size or _climb(at, size - 1, leaf[2], lines[2:])[1] != root:
        raise NotHeldError(4, MOVED, f"the proof does not lead to the root of {size} rows")
    if document and (bytes_of(evidence["leaf_hash"]) != leaf[2] or extra.get("leaf")):
        raise NotHeldError(2, ALTERED, "the leaf is another than the one of the proof")
    if opening.get("payload") is None:
        report.unproved.append("what was decided: payload and salt are not in this receipt")
    else:
        _payload(leaf, opening)
    if document.get("consent:words"):
        words = {
            k: v for k, v in document.items() if k not in ("consent:evidence", "consent:words")
        }
        digest = base64.b64encode(sha256(_write(words).encode()).digest()).decode()
        if keys.text_of(document["consent:words"], "/receipt") != [f"{origin}/receipt", digest]:
            raise NotHeldError(5, ALTERED, "the readable part was changed")
    elif document:
        report.unproved.append("the readable part, which nobody signed")
    report.held.append(f"row {at} of {size} in {origin} is this {leaf[0]} leaf")
    report.counts["receipts"] = 1
    return report


class _Pack:
    """The files of a pack, a zip or a folder, by their names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.zip = None if path.is_dir() else zipfile.ZipFile(path)
        found = path.rglob("*") if self.zip is None else ()
        names = [each.relative_to(path).as_posix() for each in found if each.is_file()]
        self.names = (
            [each for each in self.zip.namelist() if each[-1] != "/"] if self.zip else names
        )

    def open(self, name: str) -> Any:
        return self.zip.open(name) if self.zip else (self.path / name).open("rb")

    def text(self, name: str) -> str:
        with self.open(name) as stream:
            return str(stream.read(MOST), "utf-8")

    def digest(self, name: str) -> str:
        hashed = sha256()
        with self.open(name) as stream:
            for part in iter(lambda: stream.read(1 << 16), b""):
                hashed.update(part)
        return f"sha256-{base64.b64encode(hashed.digest()).decode()}"

    def notes(self) -> Iterator[str]:
        with self.open("checkpoints.jsonl") as stream:
            for line in stream:
                yield read(line.decode())["note"]


def check_pack(
    path: Path, vkeys: list[str], olds: Iterable[str], verify: Verify, tick: Callable[[int], Any]
) -> Report:
    """Check a pack: every file against the manifest, then what its ledger and receipts prove."""
    pack = _Pack(path)
    manifest = read(pack.text("manifest.json"))
    listed, names = manifest["files"], {*pack.names} - {"manifest.json"}
    if manifest["format"] != "consent-pack@v1" or len(names) != len(pack.names) - 1:
        raise NotHeldError(0, ALTERED, "the manifest is not that of a pack")
    for name in sorted(names | listed.keys()):
        if name not in names or pack.digest(name) != listed.get(name):
            raise NotHeldError(0, ALTERED, f"{name} is not what the manifest says")
    keys = vkeys or [each["vkey"] for each in read(pack.text("keys.json"))["keys"]]
    seen = pack.notes() if "checkpoints.jsonl" in names else iter(())
    copies = "files beside ledger.ndjson and receipts/ say the same again; nobody signed them"
    report = Report("" if vkeys else OWN_KEYS, copies)
    if "ledger.ndjson" in names:
        with pack.open("ledger.ndjson") as stream:
            export = check_export(stream, keys, olds, seen, verify, tick)
        report.held, report.counts = export.held, export.counts
        report.unproved += [each for each in export.unproved if each == NO_OLD]
    else:
        for note in seen:
            Keys(keys, verify).checkpoint(note)
        report.unproved += [UNREACHED] if olds else []
    for name in sorted(each for each in names if each.startswith("receipts/")):
        try:
            found = check_receipt(pack.text(name), keys, verify)
        except (*UNREADABLE, NotHeldError) as error:
            raise NotHeldError(4, ALTERED, f"{name}: {error}") from error
        report.held, report.counts = report.held + found.held, report.counts + found.counts
    report.held.append(f"{len(listed)} files are those of the manifest")
    return report


def check(
    path: Path,
    vkeys: list[str],
    olds: list[str],
    verify: Verify = ed25519,
    tick: Callable[[int], Any] = lambda _: None,
) -> Report:
    """Check a file or folder by what it is."""
    try:
        if path.is_dir() or zipfile.is_zipfile(path):
            return check_pack(path, vkeys, olds, verify, tick)
        with path.open("rb") as stream:
            head = stream.read(1 << 16)
            if b"consent-log-export" in head:
                stream.seek(0)
                return check_export(stream, vkeys, olds, (), verify, tick)
            report = check_receipt((head + stream.read(MOST)).decode(), vkeys, verify)
            report.unproved += [UNREACHED] if olds else []
            return report
    except UNREADABLE as error:
        raise NotHeldError(0, ALTERED, f"it cannot be read as what it is: {error}") from error


def main() -> int:
    """Check what the command line names, and say so in words."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("--vkey", action="append", default=[])
    parser.add_argument("--old", action="append", default=[], type=Path)
    asked = parser.parse_args()
    try:
        Keys(asked.vkey)
        olds = [each.read_text("utf-8") for each in asked.old]
        (asked.target / "manifest.json" if asked.target.is_dir() else asked.target).open().close()
    except (*UNREADABLE, OSError) as error:
        parser.error(str(error))
    if asked.target.is_file() and not asked.vkey:
        with asked.target.open("rb") as stream:
            head = stream.read(1 << 16)
        if head.startswith(b"c2sp.org/tlog-proof") or b'"consent:evidence"' in head:
            parser.error("a receipt names no key: give the log's own with --vkey")
    try:
        report = check(asked.target, asked.vkey, olds)
    except NotHeldError as error:
        sys.stdout.write(f"FAILED: {error}\n")
        return 1
    for title, lines in (
        ("HELD", report.held),
        ("COUNTED", [f"{n:,} {k}" for k, n in sorted(report.counts.items())]),
        ("NOT PROVED", report.unproved),
    ):
        sys.stdout.write("".join(f"{title}: {each}\n" for each in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
