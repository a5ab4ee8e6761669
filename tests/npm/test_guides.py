"""What people copy from a guide can be built, and its links and names are those of the project."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.npm.test_package import run

GUIDES = ROOT / "docs" / "guides"


@pytest.mark.parametrize(("name", "blocks"), [("react", 5), ("vue", 1), ("tag-manager", 1)])
def test_the_code_of_a_guide_builds_against_the_package(
    name: str, blocks: int, tmp_path: Path
) -> None:
    guide = str(GUIDES / f"{name}.md")
    assert run("node", "tests/npm/guides.mjs", guide, str(tmp_path)) == f"{blocks}\n"


def test_the_php_of_the_guide_can_be_read(tmp_path: Path) -> None:
    php = shutil.which("php") or pytest.skip("PHP: not on this machine (Debian's package php-cli)")
    text = (GUIDES / "wordpress.md").read_text("utf-8")
    blocks = re.findall(r"^ *```php\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        file = tmp_path / "block.php"
        file.write_text(f"<?php\n{block}")
        done = subprocess.run([php, "-l", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_every_guide_is_linked_from_the_page_for_site_owners() -> None:
    page = (ROOT / "docs" / "site-owners.md").read_text("utf-8")
    for guide in ("html", "wordpress", "react", "vue", "tag-manager"):
        assert f"(guides/{guide}.md)" in page
