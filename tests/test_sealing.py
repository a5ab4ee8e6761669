"""Sealed secrets: for one purpose, by the newest key, opened by every key there is."""

import pytest

from consent.sealing import Sealer

OLD, NEW = "old-key-of-16-chars-or-more", "new-key-of-16-chars-or-more"


def test_a_secret_is_opened_for_its_own_purpose_alone():
    sealer = Sealer([OLD, NEW])
    sealed = sealer.seal("subject_key/demo", "csk_ä")
    assert sealer.open("subject_key/demo", sealed) == "csk_ä"
    for other in ("subject_key/other", "", "subject_key/dem"):
        assert sealer.open(other, sealed) is None


def test_the_newest_key_seals_and_all_open():
    sealed = Sealer([OLD]).seal("x", "secret")
    assert Sealer([OLD, NEW]).open("x", sealed) == "secret"
    assert Sealer([NEW]).open("x", sealed) is None
    assert Sealer([OLD]).open("x", Sealer([OLD, NEW]).seal("x", "secret")) is None


def test_the_same_secret_is_never_sealed_alike():
    sealer = Sealer([NEW])
    assert len({sealer.seal("x", "secret") for _ in range(20)}) == 20


@pytest.mark.parametrize("at", [0, 5, 11, 12, 20, -1])
def test_a_changed_byte_opens_nothing(at):
    sealer = Sealer([NEW])
    sealed = list(sealer.seal("x", "secret"))
    sealed[at] = "A" if sealed[at] != "A" else "B"
    assert sealer.open("x", "".join(sealed)) is None
