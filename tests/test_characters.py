"""Which characters a text may hold."""

import pytest

from consent import characters

HALF = "half \ud800"


@pytest.mark.parametrize(
    ("text", "encodable", "storable", "plain"),
    [
        ("", True, True, True),
        ("plain, ü and \U0001f36a\n\tand on", True, True, True),
        ("a\x01b", True, True, False),
        ("a\0b", True, False, False),
        (HALF, False, False, False),
    ],
    ids=["nothing", "words", "control", "NUL", "half"],
)
def test_a_text_is_judged_by_each_of_its_characters(text, encodable, storable, plain):
    assert characters.is_encodable(text) is encodable
    assert characters.is_storable(text) is storable
    assert characters.is_plain(text) is plain
