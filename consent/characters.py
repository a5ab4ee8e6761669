"""Which characters a text may hold, whoever brings it.

JSON can bring half of a surrogate pair, which has no place in UTF-8; PostgreSQL keeps no NUL.
"""


def is_encodable(text: str) -> bool:
    """Say whether a text can be written as UTF-8 at all."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def is_storable(text: str) -> bool:
    """Say whether every database of ours can keep a text."""
    return "\0" not in text and is_encodable(text)


def is_plain(text: str) -> bool:
    """Say whether a text holds nothing but what people write: no control but tabs and line ends."""
    return is_encodable(text) and all(char >= " " or char in "\n\r\t" for char in text)
