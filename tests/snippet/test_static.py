"""Static files for the site's own host: whole, compressed, and naming one another there."""

import base64
import gzip
import json
import re
from hashlib import sha256

import brotli
import pytest

from consent import snippet
from tests.snippet.test_bundle import CORE, config_of

BASE = "https://shop.example/assets/consent/"


@pytest.fixture
def folder(session, demo, tmp_path):
    written(session, demo, tmp_path / "out")
    return tmp_path / "out"


def written(session, demo, folder) -> list[str]:
    loader, parts = snippet.files(session, demo.site, CORE, "https://consent.example", BASE)
    return snippet.write(folder, loader, parts)


def test_the_loader_looks_for_its_parts_there_and_sends_decisions_to_the_service(folder):
    config = config_of((folder / "loader.js").read_bytes())
    assert (config["files"], config["service"]) == (BASE, "https://consent.example")
    scripts = [f"{stem}.{part}.js" for stem, part in
               zip(("center", "page"), config["parts"], strict=True)]  # fmt: skip
    for name in [*scripts, *config["languages"].values()]:
        assert (folder / name).is_file()
    for name in config["languages"].values():
        assert (folder / json.loads((folder / name).read_text())["list"]).is_file()


def test_every_file_has_its_compressed_twins_and_a_line_in_the_manifest(folder):
    manifest = json.loads((folder / "bundle.json").read_text())
    plain = {path.name for path in folder.iterdir() if path.suffix not in {".gz", ".br"}}
    assert plain == {*manifest, "bundle.json"}
    for name, integrity in manifest.items():
        body = (folder / name).read_bytes()
        digest = base64.b64encode(sha256(body).digest()).decode()
        assert integrity == f"sha256-{digest}"
        assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == body
        assert brotli.decompress((folder / f"{name}.br").read_bytes()) == body


def test_the_newest_loader_stands_under_both_names(folder):
    [frozen] = [
        path for path in folder.glob("loader.*.js") if re.search(r"\.[0-9a-f]{16}\.", path.name)
    ]
    assert frozen.read_bytes() == (folder / "loader.js").read_bytes()


def test_made_again_it_is_the_same_and_what_was_there_stays(session, demo, folder):
    (folder / "text.en.0123456789abcdef.json").write_text("{}")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert written(session, demo, folder)[-1] == "loader.js"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
