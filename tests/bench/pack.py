"""`consent export --format ledger` and `pack` of 20,000 decisions: seconds, peak memory, size.

Ten times the rows must not take more memory: the few are measured beside the many.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

FEW = 2_000
MANY = int(os.environ.get("CONSENT_BENCH_PACK", "20000"))


def run(folder: Path) -> None:
    """Make decisions as the demo does, and export their log."""
    print(f"\nEvidence of {MANY:,} decisions (memory is the whole process)")
    print(f"  {'':24}{'seconds':>9}{'rows/s':>10}{'peak MB':>9}{'file MB':>9}")
    url = f"sqlite:///{folder / 'bench.db'}"
    environ = {**os.environ, "CONSENT_DATABASE_URL": url, "CONSENT_STATE_DIR": str(folder)}
    _called(environ, "init")
    for count, more in ((FEW, FEW), (MANY, MANY - FEW)):
        _called(environ, "seed", "--records", str(more))
        # The first export places and signs what waits; what is measured is the export.
        _called(environ, *_words("ledger", folder / "first"))
        for key in ("ledger", "pack"):
            _measure(environ, folder, key, count)


def _words(key: str, target: Path) -> list[str]:
    return ["export", "--site", "demo", "--format", key, "--output", str(target)]


def _called(environ: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "consent", *words], env=environ, check=True, capture_output=True
    )


def _measure(environ: dict[str, str], folder: Path, key: str, count: int) -> None:
    target = folder / f"out.{key}"
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "consent", *_words(key, target)],
        env=environ,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - started
    assert process.returncode == 0
    size = target.stat().st_size / 1e6
    peak = usage.ru_maxrss / 1024
    rate = count / took
    print(f"  {key + f', {count:,}':24}{took:>9.1f}{rate:>10,.0f}{peak:>9.0f}{size:>9.1f}")
