"""The public door to a log: what a checkpoint covers, in the formats of C2SP, and nothing more."""

import gzip
import random

import pytest
from sqlalchemy import update

from consent import clock, ledger, sites, staff
from consent.ledger import notes, tiles, tree
from consent.ledger.models import LogAnchor
from consent.ledger.notes import Verifier
from consent.sites import Site
from consent.web.services import EXTENSION
from tests.factories import a_published_site
from tests.ledger.test_sequence import queue


@pytest.fixture
def log_id(demo, database):
    with database.transaction() as session:
        session.execute(update(Site).where(Site.id == demo.site.id).values(public_log=True))
        return ledger.log_id_of(session, demo.site.id)


@pytest.fixture
def sequencer(app):
    return app.extensions[EXTENSION].sequencer


def grow(database, sequencer, log_id: int, count: int) -> None:
    queue(database, log_id, count)
    sequencer.place(log_id)
    sequencer.show(log_id)


def opened(client) -> notes.Checkpoint:
    [key] = client.get("/log/demo/keys.json").json["keys"]
    note = client.get("/log/demo/checkpoint").text
    return notes.checkpoint(notes.opened(note, [Verifier.of(key["vkey"])]))


def test_an_outsider_checks_the_whole_log_from_the_door_alone(client, database, sequencer, log_id):
    grow(database, sequencer, log_id, 700)
    found = opened(client)
    served = {tile: client.get(f"/log/demo/{tile.path}") for tile in tiles.of_size(found.size)}
    assert all(answer.status_code == 200 for answer in served.values())
    stored = {(tile.level, tile.number): answer.data for tile, answer in served.items()}
    assert tree.root(tiles.reader(lambda *which: stored[which]), found.size) == found.root

    edge = tree.Edge()
    for tile in [each for each in served if each.level == 0]:
        bundle = tiles.Tile(None, tile.number, tile.width)
        answer = client.get(f"/log/demo/{bundle.path}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        for leaf in tiles.leaves(gzip.decompress(answer.data)):
            edge.add(ledger.leaf_hash(leaf))
    assert (edge.size, edge.root()) == (found.size, found.root)


def test_tiles_are_immutable_and_open_to_every_page(client, database, sequencer, log_id):
    grow(database, sequencer, log_id, 300)
    answer = client.get("/log/demo/tile/0/000")
    assert answer.content_type == "application/octet-stream"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_was_once_served_is_served_for_ever_with_the_same_bytes(
    client, database, sequencer, log_id
):
    seen: dict[str, bytes] = {}
    chance = random.Random(5)
    for _ in range(6):
        sequencer._known.clear()
        grow(database, sequencer, log_id, chance.randint(1, 300))
        found = opened(client)
        for tile in tiles.of_size(found.size):
            seen.setdefault(tile.path, client.get(f"/log/demo/{tile.path}").data)
    for path, body in seen.items():
        assert client.get(f"/log/demo/{path}").data == body, path


def test_nothing_is_served_that_no_public_checkpoint_covers(client, database, sequencer, log_id):
    grow(database, sequencer, log_id, 300)
    size = opened(client).size
    queue(database, log_id, 300)
    sequencer.place(log_id)
    partial = tiles.Tile(0, size // 256, size % 256)
    assert client.get(f"/log/demo/{partial.path}").status_code == 200
    for tile in (
        tiles.Tile(0, size // 256, size % 256 + 1),
        tiles.Tile(0, size // 256),
        tiles.Tile(None, size // 256),
        tiles.Tile(0, 0, 10),
        tiles.Tile(1, 0),
        tiles.Tile(63, 10**17),
    ):
        assert client.get(f"/log/demo/{tile.path}").status_code == 404, tile
    assert opened(client).size == size


def test_a_site_that_does_not_show_its_log_shows_checkpoint_and_keys_alone(
    client, database, sequencer, demo
):
    with database.reading() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
    grow(database, sequencer, log_id, 300)
    assert opened(client).size > 300
    assert client.get("/log/demo/tile/0/000").status_code == 404
    assert client.get("/log/demo/tile/entries/000").status_code == 404


def test_earlier_checkpoints_are_listed_from_a_size_on(client, database, sequencer, log_id):
    sizes = []
    for count in (3, 4, 5):
        grow(database, sequencer, log_id, count)
        sizes.append(opened(client).size)
    listed = client.get(f"/log/demo/checkpoints?from={sizes[1]}").json["checkpoints"]
    assert [each["size"] for each in listed] == sizes[1:]
    assert notes.claimed(listed[0]["note"]).size == sizes[1]
    assert client.get("/log/demo/checkpoints?from=٣").status_code == 422


def test_two_sites_have_two_logs_under_two_names(client, database, sequencer, log_id):
    with database.transaction() as session:
        a_published_site(session, "other", "https://other.example")
        other = ledger.log_id_of(session, sites.find(session, "other").id)
    grow(database, sequencer, log_id, 1)
    grow(database, sequencer, other, 1)
    first, second = (client.get(f"/log/{key}/checkpoint").text for key in ("demo", "other"))
    assert first.splitlines()[0] == "consent.example/log/demo"
    assert second.splitlines()[0] == "consent.example/log/other"


def test_the_instance_has_a_log_of_its_own_whose_tiles_nobody_is_shown(client, database, sequencer):
    assert client.get("/log/instance/checkpoint").status_code == 404
    with database.transaction() as session:
        log_id = ledger.instance_log(session)
        staff.note(session, log_id, "site.create", {"site": "demo"})
    sequencer.step()
    note = client.get("/log/instance/checkpoint").text
    assert note.splitlines()[:2] == ["consent.example/log/instance", "1"]
    [key] = client.get("/log/instance/keys.json").json["keys"]
    assert notes.opened(note, [Verifier.of(key["vkey"])])
    assert client.get("/log/instance/tile/0/000.p/1").status_code == 404


def test_a_checkpoint_is_served_with_the_lines_of_its_witnesses(
    client, database, sequencer, log_id
):
    grow(database, sequencer, log_id, 3)
    plain = client.get("/log/demo/checkpoint").text
    line = "— witness.example/w " + "A" * 100 + "\n"
    with database.transaction() as session:
        session.add(
            LogAnchor(
                log_id=log_id,
                size=int(plain.splitlines()[1]),
                kind="witness",
                target="w",
                evidence=line.encode(),
                anchored_at=clock.now(),
            )
        )
    assert client.get("/log/demo/checkpoint").text == plain + line
    assert opened(client).size == int(plain.splitlines()[1])
