"""The house rules that look at every file: locks, names that blockers hide, machines' paths."""

import json
import re

import pytest

from tests.house.sources import ROOT, everything, name_of

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
HIDDEN = re.compile(
    r"cookie-?banner|cookie-?consent|consent-?manager|gdpr|(^|/)cmp\.", re.IGNORECASE
)
# Spelled in pieces, so that this file does not hold what it looks for.
MACHINE = re.compile(
    "|".join(f"/{folder}/[a-z]" for folder in ("ho" + "me", "ro" + "ot", "wo" + "rk", "Us" + "ers"))
)
TEXT = {
    ".py",
    ".js",
    ".mjs",
    ".ts",
    ".css",
    ".html",
    ".md",
    ".toml",
    ".json",
    ".txt",
    ".sh",
    ".svg",
    ".mako",
    ".yaml",
    ".conf",
    ".caddy",
    ".service",
    ".timer",
    ".env",
    "",
}


@pytest.mark.parametrize("path", LOCKS, ids=name_of)
def test_every_locked_requirement_has_a_hash(path):
    joined = path.read_text().replace("\\\n", " ")
    requirements = [
        line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    assert requirements
    for line in requirements:
        if not line.startswith("-"):
            assert "==" in line, line[:80]
            assert "--hash=sha256:" in line, line[:80]


@pytest.mark.parametrize("path", LOCKS, ids=name_of)
def test_no_lock_names_an_index(path):
    assert not re.search(
        r"https?://|--(extra-)?index-url|--find-links|--trusted-host", path.read_text()
    )


def test_the_javascript_lock_has_hashes_and_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {
        name: entry for name, entry in lock["packages"].items() if name and not entry.get("link")
    }
    assert all("integrity" in entry for entry in packages.values())
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert "://" not in re.sub(r'"(url|funding)": "[^"]*"', "", json.dumps(lock))


def test_the_snippet_ships_no_dependency():
    package = json.loads((ROOT / "package.json").read_text())
    assert package["private"] is True
    assert package["dependencies"].keys() == {"esbuild", "terser"}, "the tools that bundle it"
    for source in (ROOT / "static" / "js" / "snippet").rglob("*.js"):
        found = re.findall(r"^import .*? from '([^']+)'", source.read_text("utf-8"), re.MULTILINE)
        assert all(name.startswith(("./", "../")) for name in found), source.name


def test_no_file_served_has_a_name_that_blockers_hide():
    for path in [*(ROOT / "static").rglob("*"), *(ROOT / "templates").rglob("*")]:
        assert not HIDDEN.search(name_of(path)), path


def test_no_class_or_id_of_ours_has_a_name_that_blockers_hide():
    for folder in ("templates", "static/css", "static/js/snippet", "static/js/visitor"):
        for path in (ROOT / folder).rglob("*.*"):
            for found in re.findall(
                r"(?:class|id)=\"([^\"]+)\"|(?<=[.#])([a-z][a-z-]+)(?=[^;{}]*\{)", path.read_text()
            ):
                assert not HIDDEN.search(" ".join(found)), f"{path.name}: {found}"


def test_the_snippet_stands_in_the_light_and_evaluates_no_text():
    for path in (ROOT / "static" / "js" / "snippet").rglob("*.js"):
        source = path.read_text()
        for word in (
            "attachShadow",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert word not in source, f"{path.name}: {word}"


def test_templates_never_switch_escaping_off():
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text()
        assert not re.search(r"\|\s*safe\b|autoescape|Markup\(", source), path.name
        if path.parent.name == "preview":
            # A page as a site's, in a frame of an opaque origin under a policy of its own
            # (decision 32): its scripts carry a nonce.
            source = re.sub(r"<script (type=.application/json|nonce=.{{ page.nonce)", "", source)
        assert not re.search(r"\son[a-z]+=[\"']|\sstyle=|<script(?![^>]*\bsrc=)", source), path.name


def test_nothing_names_a_folder_of_somebodys_machine():
    for path in everything():
        if path.suffix in TEXT and path.name != "package-lock.json":
            found = MACHINE.search(path.read_text("utf-8"))
            assert not found, f"{name_of(path)}: {found and found.group(0)}"


def test_every_text_file_ends_with_one_line_break_and_has_no_tab_or_trailing_space():
    for path in everything():
        if path.suffix in TEXT - {".svg", ".json"} and path.name not in {
            "Makefile",
            "LICENSE",
            "HEAD",
        }:
            text = path.read_text("utf-8")
            assert not text or (text.endswith("\n") and not text.endswith("\n\n")), name_of(path)
            assert not re.search(r"[ \t]\n|\t(?!\S*=)", text) or path.suffix == ".sh", name_of(path)


def test_raw_statements_say_who_asks():
    for path in (ROOT / "consent").rglob("*.py"):
        for statement in re.findall(r'text\(\s*f?"([^"]+)"', path.read_text()):
            if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
                allowed = statement.startswith("SELECT sqlite_version")
                assert allowed, f"{name_of(path)}: {statement[:50]}"
