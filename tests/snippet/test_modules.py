"""The browser modules' own tests, run by Node's test runner (`tests/js/`)."""

import shutil
import subprocess
import sysconfig

import pytest

from tests.house.sources import ROOT


def test_the_modules_of_the_snippet_pass_their_own_tests() -> None:
    node = shutil.which("node") or shutil.which("node", path=sysconfig.get_path("scripts"))
    if node is None:
        pytest.skip("Node: none on this machine, neither the system's nor the PyPI wheel's")
    tests = [str(path) for path in sorted((ROOT / "tests" / "js").glob("*.test.mjs"))]
    done = subprocess.run(
        [node, "--test", *tests], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
