"""What a process knows of the targets from one round to the next, and what it tells of them.

Nothing of it has to last: after a start everybody is asked once more.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from consent import logs
from consent.anchors.work import Outcome, Result, Target

log = logs.logger(__name__)

FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Known:
    """The newest size laid down at a target, and when; the size a witness said that it holds."""

    size: int = 0
    at: datetime | None = None
    held: int | None = None


@dataclass
class _Rest:
    """How often it went wrong in a row, and until when nothing is tried."""

    failures: int = 0
    until: datetime | None = None

    def lengthen(self, now: datetime) -> timedelta:
        pause = min(FIRST_REST * (1 << min(self.failures, 10)), LONGEST_REST)
        self.failures += 1
        self.until = now + pause
        return pause


class Memory:
    """What one process remembers. Whoever does not answer rests for all logs, others for one."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str], Known] = {}
        self._rests: dict[tuple[int | None, str, str], _Rest] = {}

    def of(self, log_id: int, target: Target, load: Callable[[], Known]) -> Known:
        """Return what is known of a log at a target; `load` reads it the first time."""
        key = (log_id, target.kind, target.name)
        if key not in self._known:
            self._known[key] = load()
        return self._known[key]

    def may(self, log_id: int, target: Target, now: datetime) -> bool:
        """Say whether a target may be tried for a log, or has been left in peace too shortly."""
        for whose in (None, log_id):
            rest = self._rests.get((whose, target.kind, target.name))
            if rest is not None and rest.until is not None and now < rest.until:
                return False
        return True

    def note(self, outcome: Outcome) -> None:
        """Remember what came of a work, and say so in the log where somebody should know."""
        work, target = outcome.work, outcome.work.target
        known = self.of(work.log_id, target, Known)
        if outcome.result is Result.DONE:
            known.size, known.at, known.held = work.size, outcome.at, None
            self._well(outcome)
            return
        known.held = outcome.held
        whose = None if outcome.result is Result.SILENT else work.log_id
        rest = self._rests.setdefault((whose, target.kind, target.name), _Rest())
        if outcome.result is Result.ELSEWHERE and not rest.failures:
            # Asked again at once with the proof from there; the second time in a row it waits.
            rest.failures = 1
            return
        pause = rest.lengthen(outcome.at)
        sentence = (
            f"A checkpoint of {work.origin} ({work.size} leaves) was not laid down: "
            f"{target.kind} {target.name}: {outcome.said}. It is tried again in "
            f"{round(pause.total_seconds() / 60)} min; decisions are recorded and signed all the "
            "same."
        )
        log.log(_LEVELS[outcome.result], sentence, outcome=outcome.result)

    def _well(self, outcome: Outcome) -> None:
        target = outcome.work.target
        rests = [
            self._rests.pop((whose, target.kind, target.name), None)
            for whose in (None, outcome.work.log_id)
        ]
        # A witness that was elsewhere once did nothing wrong.
        if any(rest is not None and rest.until is not None for rest in rests):
            sentence = (
                f"Checkpoints of {outcome.work.origin} are laid down again: {target.kind} "
                f"{target.name}."
            )
            log.info(sentence, outcome=outcome.result)


_LEVELS = {
    Result.ELSEWHERE: logging.WARNING,
    Result.SILENT: logging.WARNING,
    Result.REFUSED: logging.ERROR,
    Result.FORKED: logging.CRITICAL,
}
