"""A history in git: what a branch adds is what the check fails on, the diff says, a line shows."""

import json
import os
import subprocess

import pytest
from ledgers import base, claim, csv_text, event, ledger_at
from typer.testing import CliRunner

from reconcile.cli import app
from reconcile.finding import ReconcileError
from reconcile.record import append
from reconcile.revision import changed_lines, revision, root_of
from reconcile.suite import suites

IDENTITY = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
IDENTITY |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
IDENTITY |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(home, *arguments):
    told = subprocess.run(
        ["git", "-C", home, *arguments],
        env=os.environ | IDENTITY,
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout


def commit(home, message="A change"):
    git(home, "add", "-A")
    git(home, "commit", "--quiet", "--message", message)


@pytest.fixture
def repository(tmp_path):
    """A repository with the base as the workspace ledgers/mali, on the branch main."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    ledger_at(tmp_path / "ledgers" / "mali")
    commit(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def figures(home):
    return home / "claims" / "figures.csv"


def add(home, *rows):
    append(home, {"figures": rows})


def line_of(home, identity):
    lines = figures(home).read_text("utf-8").splitlines()
    return 1 + next(at for at, line in enumerate(lines) if line.startswith(f"{identity},"))


KNOWN = claim("jnim-known", source="jnim", stated="70 soldiers", event="camp")
OTHER = claim("army-known", stated="30 soldiers", event="camp")
CORRECTION = claim(
    "army-new",
    stated="20 soldiers",
    asserted_on="2025-06-05",
    document="gazette-2025-06-05",
    supersedes="bridge--army--2",
)


def told_by(home, out, *arguments):
    """A check of `home` against main in every format, and its exit code."""
    files = {name: out / f"findings.{name}" for name in ("json", "sarif", "github")}
    asked = [one for name, path in files.items() for one in ("-o", f"{name}:{path}")]
    told = run("check", home, "--fail-on", "warning", "--changed-since", "main", *asked, *arguments)
    return told.exit_code, {name: path.read_text("utf-8") for name, path in files.items()}


def opened(told):
    """The open findings of a check as JSON, by fingerprint."""
    found = json.loads(told["json"])["findings"]
    return {one["fingerprint"]: one for one in found if one["waived_by"] is None}


def test_a_branch_is_told_what_it_adds_where_it_adds_it_and_nothing_else(
    repository, tmp_path, monkeypatch
):
    home, out = repository / "ledgers" / "mali", tmp_path
    append(home, {"events": [event("camp")], "figures": [OTHER, KNOWN]})
    told = run("baseline", "-w", home, "--who", "A desk", "--why", "Known before")
    assert told.exit_code == 0 and "waived" in told.stderr
    commit(repository, "What is known")
    git(repository, "checkout", "--quiet", "-b", "correction")
    add(home, CORRECTION)
    code, told = told_by(home, out)
    assert code == 1
    found = opened(told)
    line = line_of(home, "army-new")
    assert {(one["rule"], tuple(one["key"]), one["at"]["line"]) for one in found.values()} == {
        ("figures-apart", ("army-new", "bridge--jnim--1"), line),
        ("figures-apart", ("army-new", "bridge--security--1"), line),
    }

    place = f"file=ledgers/mali/claims/figures.csv,line={line},title=figures-apart"
    annotations = [one for one in told["github"].splitlines() if one.startswith("::warning")]
    assert len(annotations) == 2 and all(place in one for one in annotations)
    results = json.loads(told["sarif"])["runs"][0]["results"]
    assert {one["partialFingerprints"]["primaryLocationLineHash"] for one in results} == set(found)
    for one in results:
        where = one["locations"][0]["physicalLocation"]
        assert where["artifactLocation"]["uri"] == "ledgers/mali/claims/figures.csv"
        assert where["region"]["startLine"] == line

    differs = run("diff", "main", "-w", home, "--fail-on", "warning", "-o", f"json:{out}/d.json")
    assert differs.exit_code == 1
    changed = json.loads((out / "d.json").read_text("utf-8"))
    assert [(one["kind"], one["said"]["claim"]) for one in changed["claims"]] == [
        ("corrected", "army-new")
    ]
    assert [one["claim"] for one in changed["claims"][0]["corrects"]] == ["bridge--army--2"]
    assert [(one["kind"], one["event"]) for one in changed["conflicts"]] == [
        ("new", "bridge-2025-06-01")
    ]
    assert {(one["kind"], one["finding"]["fingerprint"]) for one in changed["findings"]} == {
        ("new", mark) for mark in found
    }
    assert changed["rows"] == {}
    assert f"{home}/claims/figures.csv:{line}: bridge-2025-06-01" in differs.stdout

    commit(repository, "The army corrects itself")
    above = [event(f"skirmish-{at}") for at in range(100)]
    (home / "claims" / "events.csv").write_text(
        csv_text("events", [*above, event("camp"), *base("events")])
    )
    unrelated = [claim(f"skirmish-{at}", event=f"skirmish-{at}", stated="3") for at in range(100)]
    add(home, *unrelated)
    header, *rows = figures(home).read_text("utf-8").splitlines(keepends=True)
    figures(home).write_text("".join([header, *rows[-100:], *rows[:-100]]), "utf-8")
    few = [one for one in suites(home) if one.relation == "event_gap"]
    monkeypatch.setattr("reconcile.suite.suites", lambda home: few)
    code, told = told_by(home, out)
    moved = opened(told)
    assert code == 1 and set(found) <= set(moved)
    assert {moved[mark]["at"]["line"] for mark in found} == {line + 100}
    others = [one for mark, one in moved.items() if mark not in found]
    assert all(one["at"]["line"] < 102 or "events" in one["at"]["file"] for one in others)


# Revisions


def test_a_revision_is_the_workspace_as_it_was_and_touches_nothing(repository):
    home = repository / "ledgers" / "mali"
    before = figures(home).read_bytes()
    add(home, CORRECTION)
    (home / "expectations").mkdir()
    (home / "expectations" / "standing.toml").write_text("expectations = []\n", "utf-8")
    git(repository, "add", "-A")
    (home / "claims" / "new.txt").write_text("x", "utf-8")
    status = git(repository, "status", "--porcelain")
    with revision(home, "main") as old:
        assert (old / "claims" / "figures.csv").read_bytes() == before
        assert not (old / "expectations").exists()
    assert not old.exists()
    assert git(repository, "status", "--porcelain") == status
    commit(repository)
    with revision(home, "HEAD") as old, revision(home, "HEAD~1") as older:
        assert (old / "expectations" / "standing.toml").is_file()
        assert (old / "claims" / "figures.csv").read_bytes() == figures(home).read_bytes()
        assert (older / "claims" / "figures.csv").read_bytes() == before


def test_what_an_archive_would_leave_out_is_there(repository):
    (repository / ".gitattributes").write_text("*.csv export-ignore\n", "utf-8")
    commit(repository)
    with revision(repository / "ledgers" / "mali", "HEAD") as old:
        assert (old / "claims" / "figures.csv").is_file()


def test_the_root_of_a_repository_is_a_workspace_too(tmp_path):
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    ledger_at(tmp_path)
    commit(tmp_path)
    assert root_of(tmp_path) == ""
    with revision(tmp_path, "main") as old:
        assert (old / "claims" / "figures.csv").is_file()


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "-", "main:ledgers", ""])
def test_what_is_no_revision_is_said(repository, name):
    home = repository / "ledgers" / "mali"
    for ask in (lambda: revision(home, name).__enter__(), lambda: changed_lines(home, name)):
        with pytest.raises(ReconcileError, match="is no revision that git has here"):
            ask()
    assert not (home / "x").exists()


def test_a_workspace_that_was_not_there_yet_is_said(repository):
    home = ledger_at(repository / "ledgers" / "niger")
    with pytest.raises(ReconcileError, match="at main there was no folder claims"):
        revision(home, "main").__enter__()
    told = run("diff", "main", "-w", home)
    assert told.exit_code != 0 and "there was no folder claims" in str(told.exception)


def test_outside_a_repository_git_says_so_itself(tmp_path):
    home = ledger_at(tmp_path)
    assert root_of(home) is None
    with pytest.raises(ReconcileError, match="not a git repository"):
        changed_lines(home, "main")


def test_the_variables_of_a_hook_mislead_nobody(repository, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    home = repository / "ledgers" / "mali"
    assert root_of(home) == "ledgers/mali/"
    with revision(home, "main") as old:
        assert (old / "claims" / "figures.csv").is_file()
    assert changed_lines(home, "main") == {}


def test_the_lines_that_changed_are_those_of_the_branch_and_of_what_is_not_committed(repository):
    home = repository / "ledgers" / "mali"
    git(repository, "branch", "branch")
    add(home, CORRECTION)
    commit(repository, "main goes on")
    git(repository, "checkout", "--quiet", "branch")
    rows = figures(home).read_text("utf-8").splitlines(keepends=True)
    rows[2] = rows[2].replace("statement", "video")
    figures(home).write_text("".join([*rows[:5], *rows[6:], "\n"]), "utf-8")
    commit(repository)
    add(home, CORRECTION)
    (home / "claims" / "waivers, ünd more.csv").write_text("a\nb\n", "utf-8")
    (home / "claims" / "parties.csv").unlink()

    told = changed_lines(home, "main")
    assert told == {
        "claims/figures.csv": {3, len(rows), len(rows) + 1},
        "claims/waivers, ünd more.csv": {1, 2, 3},
        "claims/parties.csv": frozenset(),
    }


def test_a_history_that_was_not_fetched_is_said(repository, tmp_path_factory):
    home = repository / "ledgers" / "mali"
    git(repository, "checkout", "--quiet", "--orphan", "other")
    commit(repository, "Another beginning")
    with pytest.raises(ReconcileError, match="fetch-depth: 0"):
        changed_lines(home, "main")
