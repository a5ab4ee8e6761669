"""Vendors from a table."""

import json

from consent import notices
from consent.notices import bulk
from tests.factories import a_notice

TABLE = """Anbieter;Datenschutzerklärung;Domains;Kategorien;Rechtsgrundlage
Film & Co;https://film.example/privacy;film.example, cdn.film.example;Funktional, Werbung;consent
Acme Ads;https://acme.example/new;acme.example;targeting;Einwilligung, berechtigtes Interesse
"""


def test_a_german_table_of_vendors_is_read():
    document = a_notice()
    document["vendors"][0]["key"] = "acme-ads"
    found = bulk.plan_vendors(document, TABLE)
    assert found.problems == ()
    assert found.added == (
        {
            "key": "film-co",
            "name": "Film & Co",
            "policy_url": "https://film.example/privacy",
            "hosts": ["film.example", "cdn.film.example"],
            "categories": ["functional", "targeting"],
            "bases": ["consent"],
        },
    )
    assert found.changed[0][1]["policy_url"] == "https://acme.example/new"
    assert found.changed[0][1]["bases"] == ["consent", "legitimate_interest"]


def test_vendors_that_go_leave_their_cookies_to_the_site():
    found = bulk.plan_vendors(a_notice(), TABLE, replace=True)
    assert [each["key"] for each in found.removed] == ["acme", "metrics"]
    notices.checked(bulk.kept(found))


def test_our_own_form_is_read_back_and_changes_nothing():
    document = a_notice()
    found = bulk.plan_vendors(document, json.dumps(document["vendors"]))
    assert (found.same, found.does_anything, found.problems) == (2, False, ())


def test_each_wrong_cell_is_named():
    text = "name,privacy policy,hosts,categories,legal basis\n"
    text += "Bad,javascript:x,bad.example,nothing,force\n"
    text += "123,,,,\n"
    found = bulk.plan_vendors(a_notice(), text)
    assert {(each.row, each.column) for each in found.problems} == {
        *((2, column) for column in ("policy_url", "categories", "bases")),
        *((3, column) for column in ("key", "policy_url", "categories")),
    }
