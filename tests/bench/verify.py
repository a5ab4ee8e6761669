"""`consent verify` and the stand-alone script: rows a second and peak memory, few rows and many.

`CONSENT_BENCH_ROWS` shortens it (1,000,000).
"""

import base64
import os
import random
import re
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from consent.ledger import canonical, commitment, notes, tiles, tree
from consent.ledger.notes import Checkpoint, Signer
from consent.verification import verify_log

ROWS = int(os.environ.get("CONSENT_BENCH_ROWS", "1000000"))
FEW = 10_000
AT_ONCE = 256
SIGNER = Signer("consent.example/log/bench", b"b" * 32)
VENDORS = {"acme": {"consent": [], "legitimate_interest": ["targeting"]}, "m": {"consent": []}}


def run(folder: Path) -> None:
    """Make logs of two sizes and check each as an export and as a folder of tiles."""
    print(f"\nChecking a log of {ROWS:,} rows (memory is the whole process)")
    print(f"  {'':34}{'seconds':>9}{'rows/s':>10}{'peak MB':>9}{'file MB':>9}")
    for count in (min(FEW, ROWS), ROWS):
        export, log = folder / f"{count}.ndjson", folder / f"{count}"
        # A process of its own: what it grew to would count as the peak of those it starts.
        maker = get_context("spawn").Process(target=fill, args=(export, log, count))
        maker.start()
        maker.join()
        assert maker.exitcode == 0
        vkey = ["--vkey", SIGNER.verifier.vkey]
        alone = [sys.executable, "-I", verify_log.__file__, str(export), *vkey]
        command = [sys.executable, "-m", "consent", "verify"]
        size = export.stat().st_size / 1e6
        _measure(f"script, export, {count:,}", alone, count, size)
        _measure(f"command, export, {count:,}", [*command, str(export), *vkey], count, size)
        _measure(f"command, tiles, {count:,}", [*command, str(log), *vkey], count, 0)
        export.unlink()


def fill(export: Path, log: Path, count: int) -> None:
    """Write an export and a folder of tiles of the same log; each person decides twice or so."""
    chance, edge = random.Random(count), tree.Edge()
    last: dict[int, tuple[int, bytes]] = {}
    stored: dict[tuple[int, int], bytes] = {}
    with export.with_suffix(".rows").open("wb") as rows:
        for begin in range(0, count, AT_ONCE):
            leaves, hashes = [], []
            for at in range(begin, min(begin + AT_ONCE, count)):
                leaf, line = _row(chance, last, at, count)
                leaves.append(leaf)
                hashes.append(commitment.leaf_hash(leaf))
                edge.add(hashes[-1])
                rows.write(line)
            stored.update(tiles.extend(lambda *key: stored[key], begin, hashes))
            tile = tiles.Tile(None, begin // AT_ONCE, len(leaves))
            _put(log / tile.path, tiles.bundle(leaves))
    for tile in tiles.of_size(count):
        _put(log / tile.path, stored[tile.level or 0, tile.number])
    note = notes.sign(Checkpoint(SIGNER.name, count, edge.root()).text, [SIGNER])
    _put(log / "checkpoint", note.encode())
    head = {"format": "consent-log-export@v1", "checkpoint": note, "keys": [SIGNER.verifier.vkey]}
    with export.open("wb") as whole:
        whole.write(canonical.dump(head) + b"\n")
        with export.with_suffix(".rows").open("rb") as rows:
            while part := rows.read(1 << 20):
                whole.write(part)
    export.with_suffix(".rows").unlink()


def _row(
    chance: random.Random, last: dict[int, tuple[int, bytes]], at: int, count: int
) -> tuple[bytes, bytes]:
    who = chance.randrange(count // 2)
    seq, prev = last.get(who, (-1, None))
    said: dict[str, Any] = {
        "at": 1_760_000_000_000 + at, "event": f"{at:032x}", "seq": seq + 1, "v": 1,
        "prev": base64.b64encode(prev).decode() if prev else None, "subject": f"s_{who:022x}",
        "action": "save", "categories": {"functional": True, "targeting": False}, "site": "bench",
        "page": "https://shop.example/a/page", "vendors": VENDORS, "late": False,
    }  # fmt: skip
    payload, salt = canonical.dump(said), chance.randbytes(64)
    leaf = commitment.leaf("consent", commitment.commit("consent", payload, salt))
    last[who] = (seq + 1, commitment.leaf_hash(leaf))
    row = {"i": at, "leaf": base64.b64encode(leaf).decode(), "payload": payload.decode(),
           "salt": base64.b64encode(salt).decode()}  # fmt: skip
    return leaf, canonical.dump(row) + b"\n"


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _measure(name: str, words: list[str], count: int, size: float) -> None:
    started, peak = time.monotonic(), 0
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        # Asked while it runs: what the system tells afterwards counts the parent's memory too.
        peak = max(peak, _peak_of(process.pid))
        time.sleep(0.02)
    took = time.monotonic() - started
    assert process.returncode == 0, name
    print(
        f"  {name:34}{took:>9.1f}{count / took:>10,.0f}{peak / 1024:>9.0f}{size:>9.1f}", flush=True
    )


def _peak_of(pid: int) -> int:
    """Return the most memory a process has had, in KiB; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) if found else 0
