"""The wheel carries all it needs: a machine that has only the wheel runs the whole service."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import ROOT


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ["wheel", "-q", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), "."]
    subprocess.run([sys.executable, "-m", "pip", *words], cwd=ROOT, check=True, timeout=240)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize(
    "path",
    [
        "consent/_bundle/templates/visitor/preferences.html",
        "consent/_bundle/static/dist/loader.core.js",
        "consent/_bundle/static/dist/center.js",
        "consent/_bundle/static/dist/page.js",
        "consent/_bundle/static/css/base.css",
        "consent/_bundle/migrations/env.py",
        "consent/_bundle/migrations/versions/0001_first_tables.py",
        "consent/notices/texts/en.toml",
        "consent/demo/notice.json",
    ],
)
def test_the_wheel_holds(unpacked: Path, path: str) -> None:
    assert (unpacked / path).is_file()


def test_a_service_runs_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "PYTHONPATH": str(unpacked),
        "CONSENT_DATABASE_URL": f"sqlite:///{tmp_path / 'consent.db'}",
        "CONSENT_STATE_DIR": str(tmp_path),
    }
    for words in (["upgrade"], ["seed"], ["export", "--site", "demo", "--output", "-"]):
        done = subprocess.run(
            [sys.executable, "-m", "consent", *words],
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("record_id,site,subject")
    where = "import consent, consent.paths as p; print(consent.__file__, p.TEMPLATES)"
    shown = subprocess.run(
        [sys.executable, "-c", where],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.count(str(unpacked)) == 2
