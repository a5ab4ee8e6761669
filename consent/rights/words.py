"""What people write in a request or an answer: how much, and what a database can hold."""

import re

from consent.characters import is_encodable, is_plain

LONGEST_WORDS = 2000
LONGEST_EMAIL = 254
# One @, no space, no control: whether it arrives only an answer shows.
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+")


def cleaned(text: str) -> str:
    """Return a text as it is stored: without spaces around it, lines ended in one way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def words_problem(text: str, *, needed: bool = False) -> str | None:
    """Return what is wrong with words, or None."""
    if needed and not cleaned(text):
        return f"Write a few words, at most {LONGEST_WORDS} characters."
    if len(text) > LONGEST_WORDS:
        return f"Use at most {LONGEST_WORDS} characters; these are {len(text)}."
    if not is_plain(text):
        return "Leave out characters that cannot be shown."
    return None


def email_problem(email: str) -> str | None:
    """Return what is wrong with an address for the answer, or None."""
    if is_encodable(email) and len(email) <= LONGEST_EMAIL and _EMAIL.fullmatch(email):
        return None
    return "Use an e-mail address such as anna@example.org, or leave it empty."
