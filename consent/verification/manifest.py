"""Check the manifest of an export, and the file it speaks of beside it."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from consent import ledger
from consent.verification.verify_log import ALTERED, WRONG_KEY, Keys, NotHeldError, Report

FORMAT = "consent-export@v1"
SUFFIX = ".manifest.json"
NAME = "/export"
CHUNK = 1 << 20


def is_manifest(path: Path) -> bool:
    """Say whether a path is that of a manifest."""
    return path.name.endswith(SUFFIX)


def check_manifest(path: Path, keys: Keys, tick: Callable[[int], object]) -> Report:
    """Check who signed a manifest, and that the file beside it is the one that was exported."""
    report = Report()
    said = _read(path)
    rest = {name: value for name, value in said.items() if name != "note"}
    name = f"{said['log']}{NAME}"
    if _signed(str(said["note"]), keys)[:2] != [name, _digest(rest)]:
        raise NotHeldError(5, ALTERED, "the manifest is not the one that was signed")
    report.held.append(f"this manifest was signed with a key of {said['log']}")
    file = path.with_name(path.name.removesuffix(SUFFIX))
    if not file.is_file():
        report.unproved.append(f"the export itself: there is no {file.name} beside the manifest")
        return report
    size, digest = _measured(file, tick)
    if (size, digest) != (said["file"]["bytes"], said["file"]["sha256"]):
        raise NotHeldError(5, ALTERED, f"{file.name} is not the file that was exported")
    report.held.append(f"{file.name} is, byte for byte, what was exported {said['made_at']}")
    report.counts["rows"] = said["rows"]["written"]
    return report


def _read(path: Path) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
        is_ours = said["format"] == FORMAT and all(
            isinstance(said[name], str) for name in ("log", "note", "made_at")
        )
        numbers = (said["rows"]["written"], said["file"]["bytes"])
        is_ours = is_ours and all(isinstance(each, int) for each in numbers)
        said["file"]["sha256"]
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise NotHeldError(1, ALTERED, f"{path.name} is no manifest of an export")
    return said


def _signed(note: str, keys: Keys) -> list[str]:
    try:
        return keys.text_of(note, NAME)
    except ValueError as error:
        raise NotHeldError(1, WRONG_KEY, "the manifest carries no signed note") from error


def _digest(said: dict[str, Any]) -> str:
    try:
        return base64.b64encode(sha256(ledger.dump(said)).digest()).decode()
    except ledger.NotCanonicalError:
        return ""


def _measured(file: Path, tick: Callable[[int], object]) -> tuple[int, str]:
    digest = sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            tick(len(chunk))
    return file.stat().st_size, digest.hexdigest()
