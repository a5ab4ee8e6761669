"""Under a path of the site's own host, and behind proxies that are counted."""

import pytest

from consent import create_app
from tests.factories import a_body, post


def a_client(settings, database, **changes: object):
    return create_app(type(settings)(**{**vars(settings), **changes}), database).test_client()


def test_the_service_answers_below_its_path_whether_or_not_the_proxy_strips_it(
    settings, database, demo
):
    client = a_client(settings, database, public_url="https://shop.example/consent")
    whole, stripped = (
        client.get("/consent/v1/sites/demo/loader.js"),
        client.get("/v1/sites/demo/loader.js"),
    )
    assert (whole.status_code, stripped.status_code) == (200, 200)
    assert whole.data == stripped.data
    assert b"https://shop.example/consent/v1/sites/demo/" in whole.data
    assert client.get("/consenting/healthz").status_code == 404


def test_every_address_in_an_answer_has_the_path(settings, database, demo):
    client = a_client(settings, database, public_url="https://shop.example/consent")
    answer = post(client, demo, a_body(demo)).json
    assert answer["receipt_url"].startswith("https://shop.example/consent/v1/sites/demo/records/")
    assert answer["history_url"].startswith(
        "https://shop.example/consent/privacy/demo/history#key="
    )
    page = client.get("/consent/privacy/demo").text
    assert 'action="https://shop.example/consent/privacy/demo"' in page
    assert "https://shop.example/consent/static/css/base.css?v=" in page


@pytest.mark.parametrize(("proxies", "statuses"), [(0, [201, 429]), (1, [201, 201])])
def test_forwarded_addresses_are_believed_as_far_as_proxies_are_counted(
    settings, database, demo, proxies, statuses
):
    client = a_client(settings, database, trusted_proxies=proxies, decisions_per_minute=1)
    found = [
        post(client, demo, a_body(demo), **{"X-Forwarded-For": f"203.0.{n}.9"}).status_code
        for n in range(2)
    ]
    assert found == statuses


def test_a_network_is_counted_as_one_and_a_neighbour_apart(settings, database, demo):
    client = a_client(settings, database, trusted_proxies=1, decisions_per_minute=1)
    found = [
        post(client, demo, a_body(demo), **{"X-Forwarded-For": address}).status_code
        for address in (
            "203.0.113.9",
            "203.0.113.200",
            "203.0.114.9",
            "::ffff:203.0.113.7",
            "2001:db8:1:100::1",
            "2001:db8:1:1ff::2",
            "2001:db8:1:200::1",
        )
    ]
    assert found == [201, 429, 201, 429, 201, 429, 201]
