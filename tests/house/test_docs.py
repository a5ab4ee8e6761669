"""Every setting, command, error code and export format is on the reference page."""

import re

import pytest

from consent import cli, config, errors, exports
from consent.notices.lint import RULES
from consent.web.errors import _CODES
from tests.house.sources import ROOT

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def reference() -> str:
    return (DOCS / "reference.md").read_text("utf-8")


def all_errors(kind: type = errors.ConsentError) -> list[type]:
    return [kind, *(each for child in kind.__subclasses__() for each in all_errors(child))]


@pytest.mark.parametrize("item", config.fields(config.Settings), ids=lambda item: item.name)
def test_every_setting_is_documented_with_its_default(reference, item):
    row = re.search(rf"^\| `CONSENT_{item.name.upper()}` \| ([^|]+) \|", reference, re.MULTILINE)
    assert row, item.name
    if item.default not in ("", ()):
        assert row.group(1).strip() == f"`{item.default}`"


@pytest.mark.parametrize("module", cli.COMMANDS, ids=lambda module: module.command.name)
def test_every_command_and_subcommand_is_documented(reference, module):
    row = re.search(rf"^\| `consent {module.command.name}` \|.*", reference, re.MULTILINE)
    assert row
    for name in getattr(module.command, "commands", ()):
        assert f"`{name}" in row.group(0) or f"{name} " in row.group(0)


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_every_error_code_is_documented_with_its_status(reference, kind):
    row = re.search(rf"^\| `{kind.code}` \| (\S+) \|", reference, re.MULTILINE)
    assert row, kind.code
    assert row.group(1) in {str(kind.status), "-"}


@pytest.mark.parametrize(
    ("status", "code"), [(status, code) for status, (code, _) in _CODES.items()]
)
def test_every_code_of_plain_http_is_documented(reference, status, code):
    assert re.search(rf"^\| `{code}` \| {status} \|", reference, re.MULTILINE)


@pytest.mark.parametrize("kind", exports.TABLE, ids=lambda kind: kind.key)
def test_every_export_format_is_documented(reference, kind):
    assert re.search(rf"^\| `{kind.key}` \|", reference, re.MULTILINE)


def test_nothing_is_documented_that_is_not_there(reference):
    settings = set(re.findall(r"^\| `CONSENT_(\w+)`", reference, re.MULTILINE))
    assert settings == {item.name.upper() for item in config.fields(config.Settings)}
    commands = set(re.findall(r"^\| `consent (\w+)`", reference, re.MULTILINE))
    assert commands == {module.command.name for module in cli.COMMANDS}


def test_error_classes_end_in_error_and_codes_are_told_apart():
    kinds = all_errors()
    assert all(kind.__name__.endswith("Error") for kind in kinds)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_every_link_between_pages_leads_to_a_file():
    for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_rule_of_the_linter_is_documented_as_it_is():
    page = (DOCS / "rules.md").read_text("utf-8")
    written = [line for line in page.splitlines() if line.startswith("| `")]
    assert written == [
        f"| `{rule.key}` | {rule.level} | {rule.message} | {rule.source} |" for rule in RULES
    ]
