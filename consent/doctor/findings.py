"""What was seen and what to do about it: for people a line, for programs a value."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How much a finding asks for; only `failed` says that something must be done."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """One thing seen. `lines` are those of a page, `paste` is what to put there, word for word."""

    name: str
    status: Status
    text: str
    advice: str = ""
    lines: tuple[int, ...] = ()
    paste: tuple[str, ...] = ()


def ok(name: str, text: str) -> Finding:
    """Return that all is well."""
    return Finding(name, Status.OK, text)


def note(name: str, text: str, advice: str = "", **more: Any) -> Finding:
    """Return what is good to know."""
    return Finding(name, Status.NOTE, text, advice, **more)


def warning(name: str, text: str, advice: str = "", **more: Any) -> Finding:
    """Return what should be done."""
    return Finding(name, Status.WARNING, text, advice, **more)


def failed(name: str, text: str, advice: str = "", **more: Any) -> Finding:
    """Return what must be done."""
    return Finding(name, Status.FAILED, text, advice, **more)


def held(findings: Iterable[Finding]) -> bool:
    """Say whether nothing has to be done."""
    return not any(each.status is Status.FAILED for each in findings)


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Return what must be done first, first; what weighs the same stays in its order."""
    return sorted(findings, key=lambda each: -list(Status).index(each.status))


def written(findings: Iterable[Finding]) -> Iterator[str]:
    """Return a line for each finding; what to paste stands below it."""
    for each in findings:
        where = ""
        if each.lines:
            numbers = ", ".join(map(str, each.lines))
            where = f"line{'s' if len(each.lines) > 1 else ''} {numbers}: "
        said = f"{each.text} {each.advice}".strip()
        yield _plain(f"{each.status:<8} {each.name:<14} {where}{said}")
        for paste in each.paste:
            yield from (f"{'':24}{_plain(line)}" for line in paste.splitlines())


def _plain(text: str) -> str:
    """Leave nothing of a page that could steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def as_values(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the findings for JSON."""
    return [asdict(each) for each in findings]
