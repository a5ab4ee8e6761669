"""The texts we ship: every language says what English says; nothing unfinished is shown."""

import re

import pytest

from consent.notices import texts

SHIPPED = texts.shipped()
OTHERS = sorted(SHIPPED.keys() - {"en"})
PLACE = re.compile(r"\{[a-z_]+\}")


def test_english_is_there_and_whole():
    assert all(isinstance(text, str) and text.strip() for text in SHIPPED["en"].values())
    assert texts.keys() == SHIPPED["en"].keys()


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_no_key_that_english_lacks(language):
    assert not SHIPPED[language].keys() - SHIPPED["en"].keys()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_placeholders(language):
    for key, text in SHIPPED[language].items():
        assert text.strip(), key
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(SHIPPED["en"][key])), key


@pytest.mark.parametrize("language", sorted(SHIPPED))
def test_texts_are_texts_and_never_markup(language):
    for key, text in SHIPPED[language].items():
        assert not set("<>&") & set(text), key
        assert len(text) <= 4000, key


@pytest.mark.parametrize("language", OTHERS)
def test_missing_translations_are_few_enough_to_name(language):
    missing = SHIPPED["en"].keys() - SHIPPED[language].keys()
    assert not missing, f"{language} lacks {sorted(missing)}"


def test_completing_fills_every_text_of_every_language():
    filled = texts.completed({"en": {}, "de": {}, "xx": {}, "de-AT": {}}, "en")
    for language in filled:
        assert filled[language].keys() == SHIPPED["en"].keys()
    assert filled["de"]["accept_all"] == SHIPPED["de"]["accept_all"]
    assert filled["de-AT"]["accept_all"] == SHIPPED["de"]["accept_all"]
    assert filled["xx"]["accept_all"] == "Accept all"


def test_a_sites_own_text_wins_in_its_language():
    filled = texts.completed({"en": {"accept_all": "Yes"}, "de": {"accept_all": "Ja"}}, "en")
    assert (filled["en"]["accept_all"], filled["de"]["accept_all"]) == ("Yes", "Ja")


def test_what_a_language_lacks_comes_from_the_sites_default_language():
    own = {"category_comfort_name": "Komfort"}
    filled = texts.completed({"de": own, "fr": {}}, "de")
    assert filled["fr"]["category_comfort_name"] == "Komfort"


def test_completing_twice_changes_nothing():
    once = texts.completed({"en": {"accept_all": "Yes"}, "de": {}}, "en")
    assert texts.completed(once, "en") == once
