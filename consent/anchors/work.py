"""What there is to lay down, where, and what came of it: plain values, no session, no network."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from consent import clock, logs

log = logs.logger(__name__)


class Kind(StrEnum):
    """How a checkpoint was laid down. Members are added, never removed."""

    FILE = "file"
    GIT = "git"
    WEBHOOK = "webhook"
    WITNESS = "witness"
    TIMESTAMP = "timestamp"


class Result(StrEnum):
    """What came of it."""

    DONE = "done"
    # the witness holds another size: it is asked again with the proof from there
    ELSEWHERE = "elsewhere"
    # nobody answered, or the disk did not
    SILENT = "silent"
    # it answered and would not, or what it answered does not hold
    REFUSED = "refused"
    # what is laid down there contradicts this log
    FORKED = "forked"


class SilentError(Exception):
    """There was no answer; the message says why, in the middle of a sentence."""


class RefusedError(Exception):
    """The answer was no, or does not hold; the message is the middle of a sentence."""


class ForkedError(Exception):
    """What is laid down contradicts this log; the message is the middle of a sentence."""


class ElsewhereError(Exception):
    """The witness holds another size than was thought."""

    def __init__(self, size: int) -> None:
        super().__init__(f"it holds the size {size}")
        self.size = size


class Target(Protocol):
    """A place outside. `name` stands in the database and in packs, so it holds no secret."""

    @property
    def kind(self) -> Kind: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def every(self) -> timedelta: ...  # noqa: D102

    def lay_down(self, work: "Work") -> bytes | None:
        """Lay a checkpoint down and return what came back; raise one of the errors above."""


@dataclass(frozen=True)
class Work:
    """One public checkpoint for one target.

    `old` is the size that a witness holds as far as is known, `proof` what leads from it to here.
    """

    log_id: int
    origin: str
    size: int
    note: str
    target: Target
    old: int = 0
    proof: tuple[bytes, ...] = ()

    @property
    def text(self) -> str:
        """Return the text of the checkpoint, without its signatures."""
        return self.note.rpartition("\n\n")[0] + "\n"


@dataclass(frozen=True)
class Outcome:
    """What came of a work; `said` is the end of a sentence for the log."""

    work: Work
    result: Result
    evidence: bytes | None = None
    said: str = ""
    held: int | None = None
    at: datetime = field(default_factory=clock.now)


def lay_down(work: Work) -> Outcome:
    """Lay one checkpoint down. It may take seconds: call it without a session."""
    try:
        return Outcome(work, Result.DONE, work.target.lay_down(work))
    except ElsewhereError as error:
        return Outcome(work, Result.ELSEWHERE, said=str(error), held=error.size)
    except ForkedError as error:
        return Outcome(work, Result.FORKED, said=str(error))
    except RefusedError as error:
        return Outcome(work, Result.REFUSED, said=str(error))
    except (SilentError, OSError) as error:
        return Outcome(work, Result.SILENT, said=str(error))
    except Exception as error:
        # A fault of ours with one target must not keep the others from theirs.
        log.exception("A checkpoint could not be laid down by a fault of this program")
        return Outcome(work, Result.REFUSED, said=f"it failed here ({type(error).__name__})")
