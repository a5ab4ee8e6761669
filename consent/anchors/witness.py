"""Ask a witness to cosign a checkpoint (C2SP tlog-witness, `add-checkpoint`)."""

import base64
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from consent.anchors import wire
from consent.anchors.wire import Answer
from consent.anchors.work import ElsewhereError, ForkedError, Kind, RefusedError, Work
from consent.errors import ProofError
from consent.ledger.cosignatures import CosignatureVerifier

# A time further ahead than clocks differ dates nothing.
MOST_SECONDS_AHEAD = 300
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True)
class Witness:
    """A witness: where checkpoints are handed in, and the key it cosigns with."""

    url: str
    verifier: CosignatureVerifier
    kind: Kind = Kind.WITNESS
    every: timedelta = timedelta(minutes=1)

    @property
    def name(self) -> str:
        """Return its key, by which its cosignatures are checked."""
        return self.verifier.vkey

    def lay_down(self, work: Work) -> bytes:
        """Hand the note in and return the line of the cosignature, once it holds."""
        if work.old > work.size:
            raise ForkedError(
                f"it cosigned a checkpoint of {work.old} leaves, more than there are: the database "
                "is older than it was, or somebody else signs for this log"
            )
        answer = wire.post(f"{self.url}/add-checkpoint", body(work), _HEADERS)
        if answer.status != 200:
            _explain(answer, work)
        return self._line(answer, work)

    def _line(self, answer: Answer, work: Work) -> bytes:
        try:
            lines = answer.body.decode().removesuffix("\n").split("\n")
            found = self.verifier.found_in(lines, work.text)
        except (ProofError, UnicodeDecodeError) as error:
            said = getattr(error, "message", "It is not UTF-8.")
            raise RefusedError(f"its answer does not hold: {said.rstrip('.')}") from error
        if found is None:
            raise RefusedError("it cosigned with another key than the one in CONSENT_WITNESSES")
        if found.seconds > time.time() + MOST_SECONDS_AHEAD:
            raise RefusedError("its cosignature is of a time to come; look at both clocks")
        return found.line.encode()


def body(work: Work) -> bytes:
    """Return what is handed in: the size it holds, the proof from there, the note."""
    coded = [base64.b64encode(each).decode() for each in work.proof]
    return "\n".join([f"old {work.old}", *coded, "", work.note]).encode()


def _explain(answer: Answer, work: Work) -> NoReturn:
    if answer.status == 409:
        told = _told(answer)
        if told is not None and told != work.old:
            raise ElsewhereError(told)
        if work.old == work.size:
            raise ForkedError(f"it holds another root of the size {work.size}")
        raise RefusedError("it answered 409 without another size that it holds")
    if answer.status == 422:
        raise ForkedError(
            f"it sees a fork: what it holds of the size {work.old} is no beginning of this log"
        )
    raise RefusedError(f"it answered {answer.status}: {_MEANING.get(answer.status, 'no reason')}")


def _told(answer: Answer) -> int | None:
    is_size = answer.content_type.partition(";")[0].strip().lower() == _SIZE_TYPE
    found = _SIZE.fullmatch(answer.body) if is_size else None
    return int(found.group(1)) if found else None


_HEADERS = {"Content-Type": "text/plain; charset=utf-8"}
_MEANING = {
    400: "it cannot read what was sent",
    403: "it does not know the key of this log; give its operator the key in keys.json",
    404: "it does not know this log; give its operator the origin and the key in keys.json",
}
