"""Print every figure: sizes and speed of the snippet, exports, intake of decisions."""

import tempfile
from pathlib import Path

from tests.bench import (
    center,
    console,
    export,
    intake,
    keeping,
    ledger,
    outage,
    pack,
    sizes,
    verify,
)


def main() -> None:
    """Run one after the other; each prints its own table."""
    sizes.run()
    center.run()
    outage.run()
    with tempfile.TemporaryDirectory() as folder:
        export.run(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        console.run(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        intake.run(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        keeping.run(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        ledger.run(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        pack.run(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        verify.run(Path(folder))


main()
