"""What lies in `integrations`: its own tests, the types and the packing of the npm package."""

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from consent.snippet.modes import stub, stub_source
from tests.house.sources import ROOT

PACKAGE = ROOT / "integrations" / "npm"


def run(*command: str, folder: Path = ROOT) -> str:
    """Run a program of Node's, which has to succeed; skips where it is not installed."""
    found = shutil.which(command[0]) or shutil.which(command[0], path=sysconfig.get_path("scripts"))
    if found is None or not (ROOT / "node_modules" / "react").exists():
        pytest.skip(f"{command[0]} and the packages of package.json: not installed")
    done = subprocess.run(
        [found, *command[1:]], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def test_the_integrations_pass_their_own_tests() -> None:
    tests = sorted((ROOT / "integrations").glob("*/test/*.test.mjs"))
    assert {path.parts[-3] for path in tests} == {"npm", "gtm"}
    run("node", "--test", *map(str, tests))


def test_the_types_hold_and_refuse_what_they_should() -> None:
    run("node", "node_modules/typescript/bin/tsc", "-p", "integrations/npm/jsconfig.json")


def test_what_is_packed_is_all_a_site_needs(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm: not on this machine")
    [packed] = json.loads(
        run("npm", "pack", "--json", f"--pack-destination={tmp_path}", folder=PACKAGE)
    )
    names = {each["path"] for each in packed["files"]}
    assert {"package.json", "README.md", "src/index.js", "types/react.d.ts"} <= names
    assert not [name for name in names if "test" in name]

    place = tmp_path / "node_modules" / "@consent-service"
    place.mkdir(parents=True)
    shutil.unpack_archive(tmp_path / packed["filename"], place)
    (place / "package").rename(place / "client")
    script = "import { has, stub } from '@consent-service/client'; console.log(has('necessary'))"
    (tmp_path / "site.mjs").write_text(script)
    assert run("node", "site.mjs", folder=tmp_path) == "true\n"


@pytest.mark.parametrize(
    "modes", [(), ("google",), ("uet", "clarity"), ("google", "uet", "clarity")]
)
def test_the_stub_of_the_package_is_the_one_the_service_prints(modes: tuple[str, ...]) -> None:
    script = (
        "import('./integrations/npm/src/stub.js').then(async ({stub, stubHash}) =>"
        f" console.log(JSON.stringify([stub({{modes: {list(modes)}}}),"
        f" await stubHash({{modes: {list(modes)}}})])))"
    )
    text, source = json.loads(run("node", "-e", script))
    assert text == stub(modes)
    assert f"'{source}'" == stub_source(modes)
