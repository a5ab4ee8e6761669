"""The one thing about DER that the time stamp library leaves to us: a set that is out of order.

DER wants the members of a set sorted, OpenSSL leaves certificates in an answer as they come, and
the library reads none but sorted ones. What is no answer comes back as it is, for it to refuse.
"""

from collections.abc import Iterator

SEQUENCE, CONTEXT_0 = 0x30, 0xA0


def with_certificates_sorted(answer: bytes) -> bytes:
    """Return an answer with its certificates in the order of DER; the rest is not touched.

    TimeStampResp > timeStampToken > content > SignedData > certificates (RFC 3161, RFC 5652).
    """
    try:
        begin, end = _inside(answer, 0, len(answer), SEQUENCE)
        _status, token = _members(answer, begin, end)
        _kind, content = _members(answer, *_inside(answer, *token, SEQUENCE))
        signed = _inside(answer, *_inside(answer, *content, CONTEXT_0), SEQUENCE)
        places = [each for each in _members(answer, *signed) if answer[each[0]] == CONTEXT_0]
        begin, end = _inside(answer, *places[0], CONTEXT_0)
        members = [answer[first:last] for first, last in _members(answer, begin, end)]
    except (ValueError, IndexError):
        return answer
    return answer[:begin] + b"".join(sorted(members)) + answer[end:]


def _members(data: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin < end:
        _, after = _span(data, begin, end)
        yield begin, after
        begin = after


def _inside(data: bytes, begin: int, end: int, tag: int) -> tuple[int, int]:
    if data[begin] != tag:
        raise ValueError("another tag")
    return _span(data, begin, end)


def _span(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return where the content of an element begins and ends."""
    length, begin = data[at + 1], at + 2
    if length >= 0x80:
        begin += length & 0x7F
        length = int.from_bytes(data[at + 2 : begin], "big")
    if begin + length > end:
        raise ValueError("cut short")
    return begin, begin + length
