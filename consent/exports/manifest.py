"""What an export says about itself: `NAME.manifest.json`, signed with the keys of the site's log.

The note's keys are the log's own under the name `<origin>/export`. Two lines are no checkpoint, so
nobody can pass one for the other. `verification.manifest` checks it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consent import clock, ledger

FORMAT = "consent-export@v1"
SUFFIX = ".manifest.json"
NAME = "/export"


@dataclass(frozen=True)
class Facts:
    """What is said of one export."""

    site_key: str
    kind: str
    conditions: Mapping[str, str]
    made_at: datetime
    origin: str
    checkpoint: str | None
    counted: int
    written: int
    file_name: str
    size: int
    sha256: str


def signed(facts: Facts, seeds: Sequence[bytes]) -> str:
    """Return the manifest as it is handed out: canonical JSON with a signed note about the rest."""
    said: dict[str, object] = {
        "format": FORMAT,
        "site": facts.site_key,
        "kind": facts.kind,
        "conditions": dict(facts.conditions),
        "made_at": clock.to_text(facts.made_at),
        "log": facts.origin,
        "checkpoint": facts.checkpoint,
        "rows": {"counted": facts.counted, "written": facts.written},
        "file": {"name": facts.file_name, "bytes": facts.size, "sha256": facts.sha256},
    }
    name = facts.origin + NAME
    text = f"{name}\n{ledger.digest(ledger.dump(said))}\n"
    note = ledger.sign(text, [ledger.Signer(name, seed) for seed in seeds])
    return ledger.dump({**said, "note": note}).decode() + "\n"
