"""Cookies from a table: read as people write it, planned first, each wrong cell named."""

import json

import pytest

from consent.errors import InvalidFieldsError
from consent.notices import bulk, importing
from tests.factories import a_notice

HOSTS = ["shop.example"]
ENGLISH = """name,category,duration,vendor,purpose,domain
_ga*,Performance,13 months,Metrics Ltd,"Counts visits, once.",.shop.example
sid,essential,session,,Keeps you signed in.,
_fbp,marketing,90 days,acme,Shows ads.,acme.example
"""
GERMAN = """Name;Kategorie;Speicherdauer;Anbieter;Zweck (de);Domäne;Art
_ga*;Statistik;13 Monate;Metrics Ltd;Zählt Besuche.;.shop.example;Cookie
sid;Unbedingt erforderlich;Sitzung;-;Hält Sie angemeldet.;shop.example;HTTP-Cookie
_fbp;Werbung;90 Tage;Acme Ads;Zeigt Werbung.;acme.example;localStorage
"""


def plan(text: str, **options):
    return bulk.plan_cookies(a_notice(), text, HOSTS, **options)


def named(found) -> list[tuple]:
    return [(each.row, each.column) for each in found.problems]


def test_an_english_table_is_read_as_people_write_it():
    found = plan(ENGLISH)
    assert found.is_clean
    ga, sid, fbp = found.added
    assert (ga["name"], ga["match"], ga["duration"], ga["vendor"]) == (
        "_ga",
        "prefix",
        "P13M",
        "metrics",
    )
    assert (ga["host"], ga["party"], ga["purpose"]) == (
        ".shop.example",
        "first",
        {"en": "Counts visits, once."},
    )
    assert (sid["category"], sid["duration"], sid["host"], sid["vendor"]) == (
        "necessary",
        "session",
        "shop.example",
        None,
    )
    assert (fbp["category"], fbp["party"], fbp["duration"]) == ("targeting", "third", "P90D")


def test_a_german_table_with_semicolons_is_read_too():
    document = a_notice()
    document["texts"]["de"] = {}
    document["texts"]["en"]["category_necessary_name"] = "Unbedingt erforderlich"
    found = bulk.plan_cookies(document, GERMAN, HOSTS)
    assert found.problems == ()
    assert [each["category"] for each in found.added] == ["performance", "necessary", "targeting"]
    assert [each["storage"] for each in found.added] == ["cookie", "cookie", "local"]
    assert found.added[0]["purpose"] == {"de": "Zählt Besuche."}


def test_what_is_pasted_from_a_spreadsheet_is_separated_by_tabs():
    assert plan(ENGLISH.replace('"Counts visits, once."', "Counts.").replace(",", "\t")).is_clean


def test_our_own_form_is_read_back_and_changes_nothing():
    document = a_notice()
    for text in (json.dumps(document["cookies"]), json.dumps(document)):
        found = plan(text)
        assert found.is_clean
        assert (found.same, found.does_anything) == (3, False)
        assert found.document == document


def test_a_plan_says_what_is_added_changed_and_removed_before_anything_is_kept():
    text = "name,host,category,duration,vendor,match,purpose\n"
    text += "_ga_,shop.example,targeting,P400D,metrics,prefix,Counts visits.\n"
    text += "new,shop.example,functional,1 year,,,New.\n"
    found = plan(text)
    assert [each["name"] for each in found.added] == ["new"]
    assert [(old["category"], new["category"]) for old, new in found.changed] == [
        ("performance", "targeting")
    ]
    assert (found.removed, found.same) == ((), 0)
    whole = plan(text, replace=True)
    assert [each["name"] for each in whole.removed] == ["consent", "consent.queue"]
    assert len(whole.document["cookies"]) == 2
    assert bulk.kept(found) == found.document


def test_each_wrong_cell_is_named_with_its_row_and_nothing_is_kept():
    text = "name,category,duration,vendor,purpose,type,party,policy\n"
    text += "good,functional,1 day,,Good.,,,x\n"
    text += ",nothing,soon,nobody,,disk,somebody,x\n"
    found = plan(text)
    assert set(named(found)) == {
        (3, column)
        for column in ("name", "category", "duration", "vendor", "purpose", "storage", "party")
    }
    assert found.unknown == ("policy",)
    with pytest.raises(InvalidFieldsError) as refused:
        bulk.kept(found)
    assert "row 3, category" in refused.value.fields
    good = bulk.kept(found, only_good=True)
    assert [each["name"] for each in good["cookies"]][3:] == ["good"]


def test_a_row_that_stands_twice_is_named():
    text = "name,category,duration,purpose\na,functional,1 day,A.\na,functional,2 days,A.\n"
    found = plan(text)
    assert named(found) == [(3, "name")]
    assert found.problems[0].message == "This stands in row 2 already."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff \n",
        "name,category",
        "x,y\n1,2\n",
        "[1,2]",
        "{",
        "[" * 100_000,
        '{"a": 1}',
        "name\x00,category\na,b\n",
        'name,category\n"a,b\n"c"d,e,f\n',
        "name\n" + "a\n" * 10_001,
    ],
    ids=range(11),
)
def test_what_is_no_table_is_refused_in_words(text):
    with pytest.raises(InvalidFieldsError) as refused:
        plan(text)
    assert list(refused.value.fields) == ["table"]


def test_a_list_that_would_be_too_long_is_refused_as_a_whole():
    document = a_notice()
    one = document["cookies"][0]
    document["cookies"] = [{**one, "name": f"c{number}"} for number in range(9_999)]
    text = "name,category,duration,purpose\na,functional,1 day,A.\nb,functional,1 day,B.\n"
    found = bulk.plan_cookies(document, text, HOSTS)
    assert named(found) == [(0, "table")]


def test_ten_thousand_rows_are_planned():
    rows = [f"c{number},functional,1 day,Keeps {number}.\n" for number in range(9_000)]
    found = plan("name,category,duration,purpose\n" + "".join(rows))
    assert (len(found.added), found.problems) == (9_000, ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("P13M", "P13M"),
        ("p1y", "P1Y"),
        ("1 Jahr", "P1Y"),
        ("24 Stunden", "PT24H"),
        ("30min", "PT30M"),
        ("2 weeks", "P2W"),
        ("Session", "session"),
        ("400 Tage", "P400D"),
    ],
)
def test_a_duration_is_read_as_people_write_it(written, meant):
    text = f"name,category,duration,purpose\na,functional,{written},A.\n"
    assert plan(text).added[0]["duration"] == meant


@pytest.mark.parametrize(
    "written", ["soon", "P", "-1 day", "0 days", "1e9 years", "99999999999 days"]
)
def test_a_duration_that_is_none_is_named(written):
    text = f"name,category,duration,purpose\na,functional,{written},A.\n"
    assert named(plan(text)) == [(2, "duration")]


def test_a_file_is_read_in_the_encodings_that_office_programs_write():
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert importing.decoded("Zählt".encode(encoding)) == "Zählt"
