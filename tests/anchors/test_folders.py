"""Checkpoints as files: whole, never written over; a file that says something else is told."""

import os
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from consent import anchors
from consent.anchors import Kind, Result, folders
from consent.anchors.folders import Folder, Repository


@pytest.fixture
def outside(tmp_path):
    made = tmp_path / "outside"
    made.mkdir()
    return made


def path_of(log, folder: Path, size: int | None = None) -> Path:
    encoded = log.origin.replace("/", "%2F")
    return folder / encoded / f"{size or log.newest().size}.note"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


@pytest.fixture
def tree_of_git(tmp_path, monkeypatch):
    # Nothing of the machine's own settings takes part.
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    folder = tmp_path / "tree"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def test_each_new_checkpoint_is_a_file_and_the_same_one_is_laid_down_once(log, outside, later):
    log.set(anchor_folder=str(outside))
    first = log.newest()
    (kept,) = log.anchor()
    assert (kept.size, kept.kind, kept.target) == (first.size, Kind.FILE, str(outside))
    assert path_of(log, outside).read_text() == first.note

    later(timedelta(minutes=2))
    assert len(log.anchor()) == 1
    log.grow()
    assert [each.size for each in log.anchor()] == [first.size, log.newest().size]
    assert path_of(log, outside, first.size).read_text() == first.note
    assert len(list(outside.rglob("*"))) == 3, "no draft is left"


def test_a_log_is_laid_down_at_most_once_a_minute(log, outside, later):
    log.set(anchor_folder=str(outside))
    log.anchor()
    log.grow()
    later(timedelta(seconds=50))
    assert len(log.anchor()) == 1
    later(timedelta(seconds=11))
    assert len(log.anchor()) == 2


def test_another_checkpoint_of_the_same_size_is_left_alone_and_is_an_alarm(log, outside, said):
    log.set(anchor_folder=str(outside))
    path = path_of(log, outside)
    path.parent.mkdir()
    other = log.newest().note.replace(log.newest().note.split("\n")[2], "A" * 43 + "=")
    path.write_text(other)

    assert log.anchor() == []
    assert path.read_text() == other
    ((level, sentence),) = said()
    assert level == "critical"
    assert "holds another checkpoint of this size" in sentence
    assert log.anchor() == []
    assert said() == [], "it is not told each second"


def test_a_file_that_holds_the_same_checkpoint_is_taken_for_it(log, outside):
    log.set(anchor_folder=str(outside))
    path = path_of(log, outside)
    path.parent.mkdir()
    path.write_text(log.newest().note + "— witness.example AAAAAAAAAAAAAAAAAAAA\n")
    before = path.read_bytes()
    assert len(log.anchor()) == 1
    assert path.read_bytes() == before


def test_a_longer_file_that_only_begins_alike_is_another_checkpoint(log, outside):
    log.set(anchor_folder=str(outside))
    work = log.work()
    path = path_of(log, outside)
    path.parent.mkdir()
    path.write_text(work.text + "more\n\n— x AAAAAAAAAAAA\n")
    assert anchors.lay_down(work).result is Result.FORKED


def test_a_file_of_other_bytes_is_another_checkpoint_too(log, outside):
    log.set(anchor_folder=str(outside))
    work = log.work()
    path = path_of(log, outside)
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe")
    assert anchors.lay_down(work).result is Result.FORKED


def test_a_fault_of_ours_with_one_target_keeps_no_other_from_its_own(
    log, outside, tree_of_git, monkeypatch, said
):
    monkeypatch.setattr(Folder, "lay_down", lambda *_: 1 / 0)
    log.set(anchor_folder=str(outside), anchor_git=str(tree_of_git))
    assert [each.kind for each in log.anchor()] == [Kind.GIT]
    assert [level for level, _ in said()] == ["error", "error"]


def test_a_folder_that_is_away_is_not_made_and_is_tried_again(log, outside, said, later):
    outside.rmdir()
    log.set(anchor_folder=str(outside))
    assert log.anchor() == []
    assert not outside.exists()
    ((level, sentence),) = said()
    assert level == "warning"
    assert sentence == (
        f"A checkpoint of {log.origin} ({log.newest().size} leaves) was not laid down: file "
        f"{outside}: there is no folder {outside}: make it, or mount it. It is tried again in 1 "
        "min; decisions are recorded and signed all the same."
    )
    outside.mkdir()
    assert log.anchor() == [], "it rests"
    later(timedelta(seconds=61))
    assert len(log.anchor()) == 1
    assert [level for level, _ in said()] == ["info"]


def test_two_processes_lay_down_the_same_without_harm(log, outside):
    log.set(anchor_folder=str(outside))
    works = [log.work() for _ in range(8)]
    outcomes = []
    threads = [
        threading.Thread(target=lambda work=work: outcomes.append(anchors.lay_down(work)))
        for work in works
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {each.result for each in outcomes} == {Result.DONE}
    for outcome in outcomes:
        with log.database.transaction() as session:
            anchors.keep(session, outcome)
    assert len(log.listed()) == 1
    assert [each.name for each in outside.rglob("*.note*")] == [f"{log.newest().size}.note"]


def test_a_commit_holds_each_checkpoint(log, tree_of_git, later):
    log.set(anchor_git=str(tree_of_git))
    (kept,) = log.anchor()
    assert kept.evidence.decode() == git(tree_of_git, "rev-parse", "HEAD")
    shown = git(tree_of_git, "show", f"HEAD:{path_of(log, tree_of_git).relative_to(tree_of_git)}")
    assert shown == log.newest().note.strip()
    assert git(tree_of_git, "log", "--format=%an <%ae> %s") == (
        f"Consent evidence log <evidence-log@localhost> {log.origin}: checkpoint of {kept.size}"
    )
    assert git(tree_of_git, "status", "--porcelain") == ""

    log.grow()
    later(timedelta(minutes=2))
    log.anchor()
    assert git(tree_of_git, "rev-list", "--count", "HEAD") == "2"


def test_what_was_committed_before_is_found_and_other_changes_are_left_alone(log, tree_of_git):
    (tree_of_git / "of-the-operator").write_text("staged")
    git(tree_of_git, "add", "of-the-operator")
    log.set(anchor_git=str(tree_of_git))
    work = log.work()
    first, second = anchors.lay_down(work), anchors.lay_down(work)
    assert (first.result, second.result) == (Result.DONE, Result.DONE)
    assert first.evidence == second.evidence
    assert git(tree_of_git, "rev-list", "--count", "HEAD") == "1"
    assert git(tree_of_git, "status", "--porcelain") == "A  of-the-operator"


def test_a_repository_is_pushed_where_that_is_wanted_and_a_failed_push_is_repeated(
    log, tree_of_git, tmp_path
):
    remote = tmp_path / "remote.git"
    git(tree_of_git, "remote", "add", "origin", str(remote))
    git(tree_of_git, "config", "push.autoSetupRemote", "true")
    log.set(anchor_git=str(tree_of_git), anchor_git_push=1)
    work = log.work()
    failed = anchors.lay_down(work)
    assert failed.result is Result.REFUSED
    assert failed.said.startswith("git push failed: ")

    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True, timeout=30)
    assert anchors.lay_down(work).result is Result.DONE
    assert git(remote, "rev-parse", "main") == git(tree_of_git, "rev-parse", "HEAD")


def test_a_folder_without_git_is_told_in_the_words_of_git(log, outside):
    log.set(anchor_git=str(outside))
    outcome = anchors.lay_down(log.work())
    assert outcome.result is Result.REFUSED
    assert "git add failed: fatal: not a git repository" in outcome.said


def test_a_git_that_hangs_is_ended_with_all_it_started(log, tree_of_git, monkeypatch, tmp_path):
    hook = tree_of_git / ".git" / "hooks" / "pre-commit"
    pid = tmp_path / "pid"
    hook.write_text(f"#!/bin/sh\necho $$ > {pid}\nexec sleep 60\n")
    hook.chmod(0o755)
    monkeypatch.setattr(folders, "SECONDS_FOR_GIT", 1.0)
    log.set(anchor_git=str(tree_of_git))
    outcome = anchors.lay_down(log.work())
    assert (outcome.result, outcome.said) == (Result.SILENT, "git took longer than 1 s")
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(int(pid.read_text()), 0)
            threading.Event().wait(0.05)


def test_without_git_nothing_is_written(log, tree_of_git, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    log.set(anchor_git=str(tree_of_git))
    outcome = anchors.lay_down(log.work())
    assert outcome.said == "there is no program git on the PATH"
    assert list(tree_of_git.glob("*.example*")) == []


def test_names_of_targets_are_their_paths():
    assert Folder(Path("/srv/a")).name == Repository(Path("/srv/a")).name == "/srv/a"
