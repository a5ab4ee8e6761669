"""A log as tiles, in a folder and at an address: altered, pruned, cut, continued, written anew."""

import functools
import http.server
import json
import shutil
import threading

import pytest

from consent.errors import ProofError
from consent.ledger import notes, tree
from consent.ledger.notes import Checkpoint, Signer
from consent.verification import Asked, NotHeldError, check
from tests.verification.logbook import ORIGIN, SIGNER, VKEY, Book, a_book, put

SIZE = 700


@pytest.fixture(scope="module")
def book():
    return a_book(SIZE, seed=5)


@pytest.fixture(scope="module")
def made(book, tmp_path_factory):
    return book.tiles(tmp_path_factory.mktemp("tiles") / "log")


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "log")


def failing(target, **more) -> NotHeldError:
    with pytest.raises(NotHeldError) as caught:
        check(str(target), Asked([VKEY], **more))
    return caught.value


def swap(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def test_a_folder_holds_with_older_checkpoints_of_every_kind_of_size(book, folder):
    olds = [book.note(size) for size in (0, 1, 255, 256, 257, 512, 699, 700)]
    report = check(str(folder), Asked([VKEY], olds))
    assert any("700 rows" in line for line in report.held)
    assert report.counts["kind erase"] > 5
    keyless = check(str(folder), Asked())
    assert any("keys.json" in line for line in keyless.unproved)


@pytest.mark.parametrize("size", [0, 1, 256, 257, 512])
def test_logs_of_other_sizes_hold(size, tmp_path):
    book = a_book(size) if size > 1 else Book()
    if size == 1:
        book.decide("s_a")
    check(str(book.tiles(tmp_path)), Asked([VKEY], [book.note(size // 2)]))


def test_altered_bundles_and_tiles_name_the_row(folder):
    data = (folder / "tile/entries/001").read_bytes()
    swap(folder / "tile/entries/001", data.index(b'"c":"') + 7)
    assert failing(folder).rows == [256]
    swap(folder / "tile/entries/001", data.index(b'"c":"') + 7)
    swap(folder / "tile/0/000", 32 * 9 + 3)
    assert failing(folder).rows == [9]
    swap(folder / "tile/0/000", 32 * 9 + 3)
    swap(folder / "tile/1/000.p/2", 40)
    assert failing(folder).rows == [256, 511]


def test_a_missing_tile_is_said_with_what_it_may_mean(folder):
    (folder / "tile/entries/001").unlink()
    found = failing(folder)
    assert found.rows == [256]
    assert "auditors" in str(found)


def test_pruned_parts_pass_with_their_index_and_fail_without(book, folder):
    for name in ("tile/entries/000", "tile/0/000", "tile/entries/001", "tile/0/001"):
        (folder / name).unlink()
    assert failing(folder).rows == [0]
    assert failing(folder, min_index=500).rows == [256]
    olds = [book.note(300), book.note(512), book.note(650)]
    report = check(str(folder), Asked([VKEY], olds, 512))
    assert report.counts["pruned, checked through upper tiles"] == 512
    assert any("checkpoint of 300" in line for line in report.unproved)
    swap(folder / "tile/1/000.p/2", 3)
    assert failing(folder, min_index=512).check == 7


def test_older_checkpoints_of_another_history_larger_or_signed_by_others(book, folder):
    found = failing(folder, olds=[book.note(100), a_book(300, seed=6).note()])
    assert (found.check, found.rows) == (6, [100, 299])
    more = Book(rows=[*book.rows, *a_book(20).rows])
    assert failing(folder, olds=[more.note()]).verdict == "older checkpoint not a prefix"
    with pytest.raises(NotHeldError, match="wrong key"):
        check(str(folder), Asked([Signer(ORIGIN, b"z" * 32).verifier.vkey]))


def test_a_root_that_the_tiles_do_not_give(folder):
    text = Checkpoint(ORIGIN, SIZE, tree.EMPTY_ROOT).text
    put(folder / "checkpoint", notes.sign(text, [SIGNER]).encode())
    assert failing(folder).rows == [0, SIZE - 1]


@pytest.fixture
def served(folder):
    """Serve the folder; give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            if self.path.startswith("/away"):
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.end_headers()
            else:
                super().do_GET()

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_is_read_and_nobody_is_followed(book, folder, served):
    report = check(served, Asked([VKEY], [book.note(77)]))
    assert any("700 rows" in line for line in report.held)
    with pytest.raises(ProofError, match="302"):
        check(f"{served}/away", Asked([VKEY]))
    with pytest.raises(ProofError, match="cannot be read"):
        check("http://127.0.0.1:9/log/demo", Asked([VKEY]))
    shutil.rmtree(folder / "tile")
    assert "auditors" in str(failing(served))


def test_an_epoch_carries_on_from_the_one_before(book, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "next/e1")
    put(tmp_path / "next/tile/entries/000.p/1", b"")
    signer = Signer(f"{ORIGIN}/e2", SIGNER.seed)

    def begun(last: str) -> str:
        following = Book()
        following.clear("epoch", {"last": last, "lost": "-", "old": ORIGIN})
        target = following.tiles(tmp_path / "next")
        [root] = following.hashes()
        put(
            target / "checkpoint",
            notes.sign(Checkpoint(signer.name, 1, root).text, [signer]).encode(),
        )
        keys = {"epochs": [{"epoch": 1, "origin": ORIGIN, "ended": True}],
                "keys": [{"vkey": signer.verifier.vkey}]}  # fmt: skip
        put(target / "keys.json", json.dumps(keys).encode())
        return str(target)

    both = [VKEY, signer.verifier.vkey]
    assert len(check(begun(book.note(650)), Asked(both)).held) == 2
    with pytest.raises(NotHeldError, match="the epoch before"):
        check(begun(a_book(650, seed=7).note()), Asked(both))
    shutil.rmtree(tmp_path / "next/e1")
    assert any("epoch before" in line for line in check(begun(book.note()), Asked(both)).unproved)
