"""Post to a server outside: no redirects, an end to its time and to its answer.

The addresses are the operator's own, from the environment, so they may lie in any network.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from consent import outgoing
from consent.anchors.work import RefusedError, SilentError
from consent.outgoing import Reason

SECONDS_EACH, SECONDS_IN_ALL = 5.0, 10.0
MOST_BYTES = 64 * 1024
# What trying again does not help.
_OURS_TO_CORRECT = {Reason.FORBIDDEN, Reason.TOO_LONG}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    body: bytes

    @property
    def is_fine(self) -> bool:
        """Say whether the status is one of 200 to 299."""
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Return the answer to a POST, whatever its status; without one it is a `SilentError`."""
    limits = outgoing.Limits(
        seconds_each=SECONDS_EACH, seconds_in_all=SECONDS_IN_ALL, most_bytes=MOST_BYTES
    )
    request = outgoing.Request(method="POST", url=url, body=body, headers=headers)
    try:
        answer = outgoing.for_operator().send(request, limits)
    except outgoing.UnreachableError as error:
        kind = RefusedError if error.reason in _OURS_TO_CORRECT else SilentError
        words = "its address cannot be read" if error.reason is Reason.FORBIDDEN else str(error)
        raise kind(words) from error
    return Answer(answer.status, answer.content_type, answer.body)
