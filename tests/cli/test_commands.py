"""The command line: what it makes, what it prints, and how it says that it failed."""

import csv
import json

import pytest
from sqlalchemy import func, select

from consent import cli, notices, records, sites
from consent.db import Database
from consent.demo import seed
from consent.records.models import ConsentRecord
from tests.factories import Demo, a_decision, a_notice


@pytest.fixture
def run(settings, monkeypatch, capsys):
    """Give a function that runs a command as a shell does: status, output, errors."""
    monkeypatch.setenv("CONSENT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CONSENT_PUBLIC_URL", settings.public_url)
    monkeypatch.setenv("CONSENT_STATE_DIR", settings.state_dir)

    opened = []

    class Closing(Database):
        """A command ends with its process; here it ends with its test."""

        def __init__(self, url: str) -> None:
            super().__init__(url)
            opened.append(self)

    monkeypatch.setattr("consent.cli.context.Database", Closing)

    def running(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["consent", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        found = capsys.readouterr()
        return int(ended.value.code or 0), found.out, found.err

    yield running
    for database in opened:
        database.close()


@pytest.fixture
def shop(run):
    assert (
        run("site", "create", "shop", "--name", "The shop", "--origin", "https://shop.example")[0]
        == 0
    )
    return "shop"


def test_a_site_is_made_ready_to_embed(run, client):
    status, out, _ = run(
        "site", "create", "shop", "--name", "The shop", "--origin", "https://shop.example"
    )
    assert status == 0
    assert '<script src="https://consent.example/v1/sites/shop/loader.js" async></script>' in out
    assert "https://consent.example/privacy/shop" in out
    assert client.get("/v1/sites/shop/loader.js").status_code == 200
    assert run("site", "list")[1] == "shop\tThe shop\thttps://shop.example\n"


def test_wrong_use_ends_with_2(run):
    for words in (
        ("nonsense",), ("site", "create", "shop"), ("export", "--site", "shop"),
        ("export", "--nope"),
        ("export", "--site", "x", "--format", "pdf", "--output", "-"),
        ("export", "--site", "x", "--from", "yesterday", "--output", "-"),
        ("notice", "import", "/nowhere.json", "--site", "shop"),
    ):  # fmt: skip
        assert run(*words)[0] == 2, words


def test_what_fails_ends_with_1_and_one_sentence(run, shop, tmp_path):
    (tmp_path / "bad.json").write_text('{"format": "other"}')
    (tmp_path / "none.json").write_text("{")
    for words, named in (
        (("site", "create", "shop", "--name", "x", "--origin", "https://x.example"), "already"),
        (("notice", "export", "--site", "nobody"), "no such site"),
        (("notice", "export", "--site", "shop", "--version", "9"), "never published"),
        (("notice", "import", str(tmp_path / "bad.json"), "--site", "shop"), "format"),
        (("notice", "import", str(tmp_path / "none.json"), "--site", "shop"), "not JSON"),
        (("export", "--site", "nobody", "--output", str(tmp_path / "x")), "no such site"),
    ):
        status, _, err = run(*words)
        assert (status, "Traceback" in err) == (1, False), words
        assert named in err, words
    assert not (tmp_path / "x").exists()


def test_a_refused_site_says_which_facts_are_wrong(run):
    status, _, err = run(
        "site", "create", "BAD KEY", "--name", "x", "--origin", "https://x.example/path"
    )
    assert status in {1, 2}
    assert "key" in err.lower()
    assert "https://x.example/path" in err


def test_a_folder_that_is_not_there_is_said_in_a_sentence(run, shop, tmp_path):
    status, _, err = run("export", "--site", "shop", "--output", str(tmp_path / "no" / "x.csv"))
    assert status in {1, 2}
    assert "no" in err


def test_a_notice_goes_out_and_in_with_the_same_digest(run, shop, tmp_path):
    file = tmp_path / "notice.json"
    file.write_text(json.dumps(a_notice()))
    status, out, _ = run("notice", "import", str(file), "--site", "shop", "--publish")
    digest = out.split()[-1]
    assert (status, digest.startswith("sha256-")) == (0, True)
    exported = run("notice", "export", "--site", "shop")[1]
    file.write_text(exported)
    assert run("notice", "import", str(file), "--site", "shop", "--publish")[1] == (
        f"Version 2 is published: {digest}\n"
    )
    older = json.loads(run("notice", "export", "--site", "shop", "--version", "1")[1])
    assert older["vendors"] == []


def test_a_draft_is_kept_until_it_is_published(run, shop, tmp_path):
    file = tmp_path / "notice.json"
    file.write_text(json.dumps(a_notice()))
    status, out, _ = run("notice", "import", str(file), "--site", "shop")
    assert (status, "draft" in out) == (0, True)
    assert json.loads(run("notice", "export", "--site", "shop")[1])["vendors"] == []


def recorded(database, times: int) -> None:
    with database.transaction() as session:
        site = sites.find(session, "shop")
        demo = Demo(site, notices.in_force(session, site.id))
        for _ in range(times):
            records.capture(session, site, a_decision(demo), records.Known(), None)


def test_an_export_holds_every_record(run, shop, database, tmp_path):
    recorded(database, 3)
    for kind in ("csv", "jsonl"):
        target = tmp_path / f"out.{kind}"
        status, _, err = run("export", "--site", "shop", "--format", kind, "--output", str(target))
        assert (status, "3 records" in err) == (0, True)
        text = target.read_text("utf-8")
        rows = list(csv.DictReader(text.splitlines())) if kind == "csv" else text.splitlines()
        assert len(rows) == 3
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == [
        "out.csv",
        "out.jsonl",
    ]


def test_an_export_of_another_period_is_empty_but_whole(run, shop, database, tmp_path):
    recorded(database, 2)
    target = tmp_path / "out.csv"
    words = ("export", "--site", "shop", "--output", str(target))
    assert run(*words, "--to", "2020-01-01")[0] == 0
    assert target.read_text().startswith("record_id,")
    assert len(target.read_text().splitlines()) == 1
    assert run(*words, "--from", "2020-01-01", "--to", "2999-01-01")[0] == 0
    assert len(target.read_text().splitlines()) == 3


def test_an_export_may_go_to_the_standard_output(run, shop, database):
    recorded(database, 1)
    status, out, err = run("export", "--site", "shop", "--format", "jsonl", "--output", "-")
    assert (status, len(out.splitlines()), "1 records" in err) == (0, 1, True)
    assert json.loads(out)["site"] == "shop"


def test_seeding_twice_makes_the_demo_once(run, database):
    assert "is made" in run("seed")[1]
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(ConsentRecord))
    assert "there already" in run("seed")[1]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ConsentRecord)) == before > 0
        assert sites.find(session, seed.KEY).key == "demo"
        assert {site.key for site in sites.all_sites(session)} == {"demo"}


def test_seeding_adds_made_up_decisions_when_asked(run, database):
    run("seed")
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(ConsentRecord))
    assert run("seed", "--records", "7")[0] == 0
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ConsentRecord)) == before + 7


def test_upgrading_an_up_to_date_database_changes_nothing(run, shop):
    status, out, _ = run("upgrade")
    assert (status, "up to date" in out) == (0, True)
    assert run("site", "list")[0] == 0


def test_a_database_that_was_never_made_is_refused_with_advice(run, monkeypatch, tmp_path):
    monkeypatch.setenv("CONSENT_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    status, _, err = run("site", "list")
    assert (status, "consent upgrade" in err) == (1, True)
    assert run("init")[0] == 0
    assert run("site", "list")[0] == 0


def test_a_wrong_setting_stops_every_command_with_its_name(run, monkeypatch):
    monkeypatch.setenv("CONSENT_WORKERS", "0")
    for words in (("site", "list"), ("settings",), ("upgrade",), ("worker", "--once")):
        status, _, err = run(*words)
        assert (status, "CONSENT_WORKERS" in err) == (1, True), words


def test_settings_are_printed_with_where_they_come_from(run):
    status, out, _ = run("settings")
    assert status == 0
    assert "CONSENT_PUBLIC_URL=https://consent.example" in out
    assert "From: environment." in out


def test_the_jobs_run_once_and_end(run, shop):
    assert run("worker", "--once")[0] == 0


def test_every_command_explains_itself(run):
    for module in cli.COMMANDS:
        status, out, _ = run(module.command.name, "--help")
        assert (status, "Usage:" in out) == (0, True)
