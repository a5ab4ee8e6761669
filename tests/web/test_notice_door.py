"""GET notice: the published notice as JSON, in one language or in all."""

from consent import ledger, notices
from tests.factories import a_notice, a_published_site, a_site

PATH = "/v1/sites/demo/notice"


def test_the_published_notice_is_given_with_its_number_and_digest(client, demo):
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert (answer.json["site"], answer.json["version"]) == ("demo", 1)
    assert answer.json["digest"] == demo.version.digest
    assert "sha256-" + ledger.digest(ledger.dump(answer.json["notice"])) == demo.version.digest


def test_one_language_is_given_when_one_is_asked_for(client, database):
    with database.transaction() as session:
        a_published_site(session, texts={"en": {}, "de": {}})
    assert client.get(PATH).json["notice"]["texts"].keys() == {"en", "de"}
    german = client.get(f"{PATH}?language=de-AT").json
    assert (german["language"], list(german["notice"]["texts"])) == ("de", ["de"])
    assert client.get(f"{PATH}?language=fr").json["language"] == "en"
    assert client.get(f"{PATH}?language=%00<script>").json["language"] == "en"


def test_a_draft_is_never_shown(client, demo, database):
    with database.transaction() as session:
        notices.draft(session, demo.site, a_notice(layout="tab"))
    assert client.get(PATH).json["notice"]["layout"] == "center"


def test_who_has_the_very_bytes_gets_none(client, database):
    with database.transaction() as session:
        a_published_site(session, texts={"en": {}, "de": {}})
    tag = client.get(PATH).headers["ETag"]
    assert client.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{PATH}?language=en", headers={"If-None-Match": tag}).status_code == 200


def test_a_site_without_a_notice_and_an_unknown_one_answer_alike(client, database):
    with database.transaction() as session:
        a_site(session)
    found = [client.get(path) for path in (PATH, "/v1/sites/nobody/notice")]
    assert [answer.status_code for answer in found] == [404, 404]
    assert found[0].data == found[1].data
