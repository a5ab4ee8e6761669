"""Pages of a pack: templates filled with a frozen context, each a file that needs no other.

The style stands in the page, and a policy in it forbids everything else: nothing is fetched, no
script runs, wherever the file is opened.
"""

import base64
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from consent import paths

SHEETS = ("tokens.css", "base.css")
NIGHT = "dark.css"


def page(template: str, context: Mapping[str, object]) -> bytes:
    """Return a page."""
    style = _style()
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    found = _templates().get_template(f"pack/{template}")
    # Our own style sheets, from our own files.
    return found.render(style=Markup(style), policy=policy, **context).encode()  # noqa: S704


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> str:
    day = [(paths.STATIC / "css" / name).read_text("utf-8") for name in SHEETS]
    night = (paths.STATIC / "css" / NIGHT).read_text("utf-8")
    own = (paths.TEMPLATES / "pack" / "style.css").read_text("utf-8")
    night = f"@media screen and (prefers-color-scheme: dark) {{\n{night}}}"
    return "\n".join(["", day[0], night, *day[1:], own])
