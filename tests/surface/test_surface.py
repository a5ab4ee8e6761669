"""The public HTTP surface, held against the tables in *.http.txt that people can read."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.factories import a_body

TABLES = sorted(Path(__file__).parent.glob("*.http.txt"))


@dataclass
class Exchange:
    """One request and what its answer must have."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 0
    present: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)


def exchanges(text: str) -> list[Exchange]:
    """Read a table."""
    found = []
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            found.append(_exchange(lines))
    return found


def _exchange(lines: list[str]) -> Exchange:
    made = Exchange(*lines[0].split(" "))
    for line in lines[1:]:
        sign, rest = line[0], line[2:]
        name, _, value = rest.partition(": ")
        if sign == ">":
            made.headers[name] = value
        elif sign == "=":
            made.body = rest
        elif sign == "-":
            made.absent.append(rest)
        elif rest.isdigit():
            made.status = int(rest)
        else:
            made.present[name] = value
    return made


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.name)
def test_each_answer_has_the_status_and_headers_of_the_table(client, demo, table):
    for asked in exchanges(table.read_text()):
        body = json.dumps(a_body(demo)) if asked.body == "DECISION" else asked.body
        answer = client.open(asked.path, method=asked.method, headers=asked.headers, data=body)
        where = f"{asked.method} {asked.path} {asked.headers}"
        assert answer.status_code == asked.status, where
        for name, value in asked.present.items():
            sent = answer.headers.get(name, "")
            if name == "Allow":
                assert sorted(sent.split(", ")) == sorted(value.split(", ")), where
            else:
                assert sent == value, f"{where}: {name}"
        for name in asked.absent:
            assert name not in answer.headers, f"{where}: {name}"


def test_every_table_is_read_whole():
    assert len(TABLES) >= 6
    for table in TABLES:
        found = exchanges(table.read_text())
        assert found
        assert all(each.status for each in found), table.name


def test_every_address_of_the_service_stands_in_a_table(app):
    known = app.url_map.bind("consent.example")
    asked = set()
    for each in [one for table in TABLES for one in exchanges(table.read_text())]:
        path = each.path.partition("?")[0]
        if known.test(path, method=each.method) and each.method != "OPTIONS":
            asked.add(known.match(path, method=each.method)[0])
    # Those of console and API stand in tests/web/console/matrix.txt, each with who may enter.
    open_to_the_world = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/console", "/api/v1"))
    }
    assert open_to_the_world - asked == set()
