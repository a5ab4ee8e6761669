"""The counter of banners shown: in the loader of who wants it, and in no other."""

import json
from dataclasses import replace

import pytest

from consent import notices, snippet
from consent.errors import NoticeError
from tests.factories import a_notice
from tests.snippet.test_bundle import CORE, published

COUNTING = replace(CORE, shown="shown(")


def loader(version: int = 3, **options: object) -> str:
    found = replace(published(options=options), version=version)
    return snippet.bundle(found, COUNTING)[0].body.decode()


def test_a_site_that_did_not_switch_it_on_has_nothing_of_it():
    assert loader().startswith("run(")
    assert loader(count_shown=None).startswith("run(")


def test_it_is_told_where_which_version_and_how_many_in_a_hundred():
    body = loader(count_shown=25)
    assert body.startswith("shown(")
    found, end = json.JSONDecoder().raw_decode(body, len("shown("))
    assert found == ["https://consent.example/v1/sites/demo/shown", 3, 25]
    assert body[end:].startswith(");\nrun(")


def test_consent_modes_come_before_it():
    assert loader(count_shown=1, consent_modes=["uet"]).startswith("modes(")


def test_a_preview_counts_nothing():
    assert loader(version=0, count_shown=100).startswith("run(")


@pytest.mark.parametrize("value", [0, 101, "50", 0.5, True, [1]])
def test_a_share_is_a_whole_number_in_a_hundred(value):
    with pytest.raises(NoticeError):
        notices.checked(a_notice(options={"count_shown": value}))
