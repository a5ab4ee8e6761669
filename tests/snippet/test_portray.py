"""Looking at a version: what is said where no browser is, and what it needs to be shown."""

from consent import notices, snippet
from consent.snippet import Core

CORE = Core("L(", "C", "P", "M(")


def test_where_it_is_switched_off_a_plain_word_says_so(session, demo):
    sitting = snippet.sitting(session, demo.version, CORE)
    found = snippet.portray(sitting, "off")
    assert (found.outcome, found.pictures) == ("No pictures: they are switched off.", {})


def test_without_a_browser_a_plain_word_says_so(session, demo, monkeypatch):
    monkeypatch.setenv("PATH", "")
    sitting = snippet.sitting(session, demo.version, CORE)
    assert snippet.portray(sitting).outcome == "No pictures: no browser is installed."


def test_all_that_the_page_loads_lies_at_hand(session, demo):
    sitting = snippet.sitting(session, demo.version, CORE)
    assert sitting.address == "https://shop.example/"
    assert sitting.loader in sitting.files
    assert b"https://consent.invalid/" in sitting.files[sitting.loader][1]
    assert notices.unpictured(session).version == 1
