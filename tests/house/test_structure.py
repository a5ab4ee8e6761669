"""The house rules that look at the shape of the code: size, names, tables, imports."""

import ast
import importlib
from pathlib import Path

import pytest

from consent import exports, storage, tables
from tests.house.sources import PACKAGE, ROOT, SOURCES, TESTS, name_of, tree_of

ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
# What an auditor takes away is one file that needs no other (decision 20).
ALONE, ONE_FILE = "verify_log.py", 600
# One list of classes, none with more than a sentence or two.
LIST, ONE_LIST = "errors.py", 400
SPLITTABLE = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "base_utils"})


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=name_of)
def test_no_function_is_over_50_lines_and_no_module_over_300(path):
    most = {ALONE: ONE_FILE, LIST: ONE_LIST}.get(path.name, 300)
    assert len(path.read_text().splitlines()) <= most
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            assert node.end_lineno - first + 1 <= 50, node.name


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=name_of)
def test_every_module_says_what_it_is_for(path):
    if path.name == "__init__.py" and not path.read_text().strip():
        return
    assert ast.get_docstring(tree_of(path)), path


def test_no_file_has_a_name_that_says_nothing():
    folders = [PACKAGE, ROOT / "tests", ROOT / "static" / "js"]
    names = {path.stem.lower() for folder in folders for path in folder.rglob("*.*")}
    assert not names & SPLITTABLE


def test_every_room_with_tables_is_in_the_list_of_tables():
    with_models = {path.parent.name for path in PACKAGE.glob("*/models.py")}
    listed = {module.__name__.split(".")[1] for module in tables.ROOMS}
    assert with_models == listed


def test_every_export_format_is_in_its_table():
    folder = PACKAGE / "exports" / "formats"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "base"}
    found = {importlib.import_module(f"consent.exports.formats.{name}").FORMAT for name in modules}
    assert found == set(exports.TABLE)


def test_every_storage_is_in_its_table_and_has_every_function():
    modules = {
        path.stem for path in (PACKAGE / "storage").glob("*.py") if not path.stem.startswith("_")
    }
    assert modules == storage.TABLE.keys()
    for module in storage.TABLE.values():
        for name in ("engine", "tidy", "purge", "prepare", "explain", "sizes"):
            assert callable(getattr(module, name)), module.__name__


def test_every_command_is_in_its_table():
    from consent import cli  # noqa: PLC0415 - importing it loads the server

    modules = {path.stem for path in (PACKAGE / "cli").glob("*.py")} - {"__init__", "context"}
    assert {module.__name__.rpartition(".")[2] for module in cli.COMMANDS} == modules


def calls(path: Path, name: str) -> list[int]:
    """Return the lines on which a method or function of this name is called."""
    return [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) == name or getattr(node.func, "id", None) == name)
        # `commitment.commit` commits to bytes, not to a database.
        and getattr(getattr(node.func, "value", None), "id", None) != "commitment"
    ]


def test_only_the_database_and_the_migrations_commit():
    # Alembic's command leaves the commit of the connection it was given to its caller.
    allowed = {"consent/db.py", "consent/migrate.py"}
    for verb in ("commit", "rollback"):
        found = {name_of(path) for path in SOURCES if calls(path, verb)}
        assert found <= allowed, verb


def test_transactions_are_opened_by_doors_commands_and_jobs_alone():
    allowed = (
        "consent/web/",
        "consent/cli/",
        "consent/worker.py",
        "consent/group_commit.py",
        "consent/courier.py",
        "consent/sequencer.py",
        "consent/exporter/",
        "consent/migrate.py",
    )
    for opener in ("transaction", "reading"):
        for path in SOURCES:
            assert not calls(path, opener) or name_of(path).startswith(allowed), path


def test_the_environment_is_read_in_one_place():
    # The build hook runs before there are settings; `settings` says where a value came from.
    allowed = {
        "consent/config.py",
        "consent/snippet/build.py",
        "consent/cli/settings.py",
        "consent/cli/demo.py",
        # names the folder of the server processes' counts, where the library looks for it
        "consent/cli/serve.py",
    }
    found = {
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name) and node.value.id == "os"
    }  # fmt: skip
    assert found <= allowed


def room_imports(path: Path) -> list[tuple[str, str]]:
    """Return the imports of a module across rooms, as (room, what lies inside it)."""
    own = path.relative_to(PACKAGE).parts[0]
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("consent."):
            _, room, *inside = node.module.split(".")
            names = [alias.name for alias in node.names]
            modules = [name for name in names if (PACKAGE / room / f"{name}.py").exists()]
            if room in ROOMS and room != own:
                found += [(room, ".".join(inside) or name) for name in modules or names]
                if inside and modules:
                    found.append((room, ".".join(inside)))
    return found


# Every import of another room that goes past its front desk, with what it asks for.
PAST_THE_DESK = {"models", "schemas"}
ALLOWED = {
    # the canonical leaf formats are public vectors, pure functions of bytes
    ("ledger", "commitment"),
    ("ledger", "canonical"),
    # trees and cosignatures are checked by others as well: pure functions of bytes
    ("ledger", "tree"),
    ("ledger", "tiles"),
    ("ledger", "notes"),
    ("ledger", "cosignatures"),
    # leases of work in a row, named where they are used
    ("jobs", "leases"),
    # codes and back-off, named by their modules where they are used
    ("staff", "second_factor"),
    ("staff", "throttle"),
    ("staff", "logins"),
    # the browser's cookie is read on the hosted page, where the request is
    ("records", "cookie"),
    # error pages show shipped texts where no notice is known
    ("notices", "texts"),
    ("notices", "wire"),
    # words for visitors, the same in the snippet's lists and on the hosted pages: pure functions
    ("notices", "wording"),
    # a draft's parts, edited and read from tables: pure functions of a document
    ("notices", "editing"),
    ("notices", "bulk"),
    ("notices", "importing"),
    # hosts and policies as browsers read them: pure functions of text
    ("integrations", "csp"),
    ("integrations", "hosts"),
    # the app puts the parts together that the doors work with
    ("web", "body"),
    ("web", "limits"),
    ("web", "readiness"),
    ("web", "services"),
    # the demo is made by its command
    ("demo", "seed"),
    ("demo", "shop"),
    ("demo", "wire"),
}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_room_is_entered_by_its_front_desk(path):
    for room, inside in room_imports(path):
        is_file = (PACKAGE / room / f"{inside.replace('.', '/')}.py").exists()
        is_folder = (PACKAGE / room / inside.replace(".", "/")).is_dir()
        if is_file or is_folder:
            assert inside in PAST_THE_DESK or (room, inside) in ALLOWED, f"{room}.{inside}"


def test_a_front_desk_offers_what_it_names_and_nothing_else_is_private():
    for room in ROOMS:
        module = importlib.import_module(f"consent.{room}")
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{room}.{name}"
            assert not name.startswith("_"), f"{room}.{name}"


def test_no_verb_reads_a_private_part_of_another_module():
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("consent"):
                private = [alias.name for alias in node.names if alias.name.startswith("_")]
                # A module with an underscore is shared within its own room.
                same = node.module.split(".")[1:2] == [path.relative_to(PACKAGE).parts[0]]
                assert not private or same, f"{name_of(path)}: {private}"
