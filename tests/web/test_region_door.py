"""GET region: what a trusted proxy knows, never cached; everything else is unknown."""

from consent import create_app
from tests.factories import a_published_site

PATH = "/v1/sites/demo/region"
REGIONS = [
    {"match": ["EU"], "model": "opt_in"},
    {"match": ["US-CA"], "model": "opt_out"},
    {"match": ["*"], "model": "notice_only"},
]


def a_client(settings, database, header: str):
    with database.transaction() as session:
        a_published_site(session, regions=REGIONS)
    return create_app(
        type(settings)(**{**vars(settings), "region_header": header}), database
    ).test_client()


def test_the_header_of_a_trusted_proxy_decides(settings, database):
    client = a_client(settings, database, "X-Region")
    for sent, region, model in (
        ("DE", "DE", "opt_in"), ("us-ca", "US-CA", "opt_out"), ("JP", "JP", "notice_only"),
        ("XX", None, "notice_only"), ("T1", None, "notice_only"), ("<script>", None, "notice_only"),
    ):  # fmt: skip
        answer = client.get(PATH, headers={"X-Region": sent})
        source = "header" if region else "unknown"
        assert answer.json == {"region": region, "model": model, "source": source}, sent


def test_without_a_configured_header_nothing_is_believed(client, database):
    with database.transaction() as session:
        a_published_site(session, regions=REGIONS)
    answer = client.get(PATH, headers={"X-Region": "DE", "CF-IPCountry": "DE"})
    assert answer.json == {"region": None, "model": "notice_only", "source": "unknown"}


def test_no_cache_keeps_it_and_any_page_may_read_it(client, demo):
    headers = client.get(PATH).headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_an_unknown_site_is_not_found(client, demo):
    assert client.get("/v1/sites/nobody/region").status_code == 404
