"""Where templates, static files and migrations lie: in the wheel or the checkout.

They stand outside the package at the top of the repository; the wheel carries them in
`consent/_bundle/` (see `force-include` in pyproject.toml).
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_BUNDLED = _PACKAGE / "_bundle"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent

TEMPLATES = _ROOT / "templates"
STATIC = _ROOT / "static"
DIST = STATIC / "dist"
MIGRATIONS = _ROOT / "migrations"
