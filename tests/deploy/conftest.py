"""The proxies that Debian has, a folder they may read, and the service behind them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import STRICT

# The newest first: PostgreSQL's own programs are on nobody's path.
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def need(program: str, *, always: bool = True) -> str:
    """Return where a program lies; without it the test is skipped, or fails where none may be."""
    places = [os.environ["PATH"], "/usr/sbin", *map(str, POSTGRES)]
    found = shutil.which(program, path=os.pathsep.join(places))
    if found is None:
        message = f"{program} is not installed"
        pytest.fail(message) if STRICT and always else pytest.skip(message)
    return found


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """Give a folder that a proxy's own user may enter, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="consent-proxy-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
