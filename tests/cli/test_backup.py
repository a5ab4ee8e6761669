"""`consent backup` and `consent restore` as a shell sees them: status, words, what they leave."""

import io

import pytest

from consent import cli, migrate
from consent.cli import backup
from consent.config import Settings
from consent.db import Database
from tests.factories import a_published_site

ENDED = {0: "held", 1: "failed", 2: "wrong use"}


@pytest.fixture
def run(settings, tmp_path, monkeypatch, capsys):
    """Give a function that runs a command on an SQLite database: status, output, errors."""
    monkeypatch.setenv("CONSENT_DATABASE_URL", f"sqlite:///{tmp_path / 'consent.db'}")
    monkeypatch.setenv("CONSENT_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("CONSENT_SECRET_KEYS", ",".join(settings.secret_keys))
    monkeypatch.setenv("CONSENT_LEDGER_KEY", settings.ledger_key)

    def running(*words: str) -> tuple[str, str, str]:
        monkeypatch.setattr("sys.argv", ["consent", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        found = capsys.readouterr()
        for key in (*settings.secret_keys, settings.ledger_key):
            assert key not in found.out + found.err
        return ENDED[int(ended.value.code or 0)], found.out, found.err

    return running


@pytest.fixture
def settings():
    """Keys that must never be printed."""
    return Settings(secret_keys=("a-secret-of-32-characters-123456",), ledger_key="A" * 43 + "=")


@pytest.fixture
def database(tmp_path):
    """A small database."""
    made = Database(f"sqlite:///{tmp_path / 'consent.db'}")
    migrate.upgrade(made)
    with made.transaction() as session:
        a_published_site(session)
    yield made
    made.close()


def test_whether_keys_are_inside_must_be_said_and_the_error_explains_it(run, database, tmp_path):
    for words in ((), ("--keys",), ("--keys", "perhaps")):
        status, _, err = run("backup", "--output", str(tmp_path / "b"), *words)
        assert status == "wrong use", words
        assert not (tmp_path / "b").exists()
    _, _, err = run("backup", "--output", str(tmp_path / "b"))
    assert "`include`" in err
    assert "`leave-out`" in err
    assert run("backup", "--keys", "include")[0] == "wrong use"


def test_a_backup_and_its_restore_say_what_they_hold(run, database, tmp_path):
    file = str(tmp_path / "b.tar.gz")
    status, out, err = run("backup", "--output", file, "--keys", "include")
    assert (status, "1 log entries" in out, "with the keys" in out) == ("held", True, True)
    url = f"sqlite:///{tmp_path / 'new' / 'c.db'}"
    status, out, err = run("restore", file, "--database-url", url, "--yes")
    assert (status, "counted again: the same" in out) == ("held", True)
    assert "Key secret_keys: there already." in out
    assert "Next: `consent serve`" in out
    assert "Warning" not in err


def test_keys_left_out_and_missing_are_warned_of(run, database, tmp_path, monkeypatch):
    file = str(tmp_path / "b.tar.gz")
    assert run("backup", "--output", file, "--keys", "leave-out")[0] == "held"
    for name in ("CONSENT_SECRET_KEYS", "CONSENT_LEDGER_KEY"):
        monkeypatch.delenv(name)
    url = f"sqlite:///{tmp_path / 'new' / 'c.db'}"
    status, _, err = run("restore", file, "--database-url", url, "--yes")
    assert (status, err.count("Warning: put the old ")) == ("held", 2)
    assert not (tmp_path / "secret_keys").exists()


def test_failures_end_with_1_and_one_sentence(run, database, tmp_path):
    file = str(tmp_path / "b.tar.gz")
    run("backup", "--output", file, "--keys", "include")
    bad = tmp_path / "bad.tar.gz"
    bad.write_bytes((tmp_path / "b.tar.gz").read_bytes()[:5000])
    new = f"sqlite:///{tmp_path / 'new' / 'c.db'}"
    for words, named in (
        (("backup", "--output", file, "--keys", "include"), "there already"),
        (("backup", "--output", str(tmp_path / "no" / "b"), "--keys", "include"), "no folder"),
        (("restore", file, "--yes"), "already"),
        (("restore", str(bad), "--yes", "--database-url", new), "database.sqlite"),
        (("restore", file, "--yes", "--database-url", "sqlite://"), "in memory"),
    ):  # fmt: skip
        status, _, err = run(*words)
        assert (status, "Traceback" in err) == ("failed", False), words
        assert named in err, words
    assert not (tmp_path / "new" / "c.db").exists()


def test_wrong_use_ends_with_2(run, database, tmp_path):
    file = str(tmp_path / "b.tar.gz")
    run("backup", "--output", file, "--keys", "include")
    for words in (
        ("restore",),
        ("restore", str(tmp_path / "nothing"), "--yes"),
        ("restore", file),
        ("restore", file, "--yes", "--database-url", "mysql://x/y"),
        ("restore", file, "--yes", "--database-url", "nonsense"),
    ):
        assert run(*words)[0] == "wrong use", words


def test_who_is_asked_may_say_no(run, database, tmp_path, monkeypatch):
    file = str(tmp_path / "b.tar.gz")
    run("backup", "--output", file, "--keys", "include")
    target = tmp_path / "new" / "c.db"
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda text: asked.append(text) or "n")
    status, _, _ = run("restore", file, "--database-url", f"sqlite:///{target}")
    assert (status, target.exists(), len(asked)) == ("failed", False, 1)


def test_long_work_is_a_bar_on_a_terminal_and_a_line_elsewhere(monkeypatch, caplog):
    class Screen(io.StringIO):
        """A terminal, or what is none."""

        is_one = True

        def isatty(self) -> bool:
            return self.is_one

    caplog.set_level("INFO")
    for is_one in (True, False):
        caplog.clear()
        screen = Screen()
        screen.is_one = is_one
        monkeypatch.setattr("sys.stderr", screen)
        with backup.shown("Packing", 10) as advance:
            advance(4)
            advance(6)
        assert ("Packing: 100%" in screen.getvalue()) == is_one
        assert ("Packing: 10 bytes" in caplog.text) != is_one
