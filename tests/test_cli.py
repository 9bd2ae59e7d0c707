"""What a user does at the command line."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, reconcile


@pytest.fixture
def workspace(tmp_path):
    told = reconcile("init", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    return tmp_path


def append(workspace: Path, table: str, *lines: str) -> None:
    with (workspace / "claims" / f"{table}.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_a_new_workspace_is_lawful_and_empty(workspace):
    told = reconcile("check", cwd=workspace)
    assert told.returncode == 0
    assert told.stdout.startswith("0 errors, 0 warnings, 0 notes\n")
    assert "Traceback" not in told.stderr


def test_every_command_bears_an_empty_workspace(workspace):
    for arguments in (["report"], ["compare"], ["compare", "--by", "month"], ["sql", "FROM claim"]):
        told = reconcile(*arguments, cwd=workspace)
        assert told.returncode == 0, told.stderr


def test_init_touches_nothing_that_is_there(workspace):
    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    told = reconcile("init", cwd=workspace)
    assert told.returncode == 2
    assert "is there already; nothing was changed" in told.stderr
    assert {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()} == before


def test_a_broken_law_fails_the_check_with_its_line(workspace):
    append(workspace, "parties", "mali,government,ML,Mali", "niger,goverment,NE,Niger")
    told = reconcile("check", "--no-expectations", cwd=workspace)
    assert told.returncode == 1
    assert "claims/parties.csv:3: error: side goverment is none of" in told.stdout
    assert "did you mean government? [unknown-word]" in told.stdout


def test_a_finding_in_another_folder_is_named_from_here(workspace, tmp_path):
    append(workspace, "parties", "niger,goverment,NE,Niger")
    told = reconcile("check", str(workspace), "--no-expectations")
    assert f"{workspace}/claims/parties.csv:2: error" in told.stdout


def test_fail_on_decides_the_exit_code():
    codes = {
        level: reconcile("check", "--fail-on", level).returncode
        for level in ("error", "warning", "note", "never")
    }
    assert codes == {"error": 0, "warning": 1, "note": 1, "never": 0}


def test_no_workspace_is_a_failed_run(tmp_path):
    for command in ("check", "report", "compare"):
        told = reconcile(command, cwd=tmp_path)
        assert told.returncode == 2
        assert "is no workspace" in told.stderr and "reconcile init" in told.stderr
        assert told.stdout == "" and "Traceback" not in told.stderr


def test_a_broken_suite_is_a_failed_run_and_never_a_pass(workspace):
    (workspace / "expectations").mkdir()
    (workspace / "expectations" / "event_gap.toml").write_text("[[expectations]]\ntype = 'x'\n")
    told = reconcile("check", cwd=workspace)
    assert told.returncode == 2
    assert "expectations/event_gap.toml" in told.stderr


def test_findings_as_json_and_as_a_file(tmp_path):
    told = reconcile("check", "--format", "json", "-o", f"text:{tmp_path}/findings.txt")
    document = json.loads(told.stdout)
    assert told.stdout.isascii()
    counts = {level: document["summary"][level] for level in ("error", "warning", "note")}
    for level, count in counts.items():
        assert sum(one["severity"] == level for one in document["findings"]) == count
    assert counts["warning"] > 50
    lines = (tmp_path / "findings.txt").read_text("utf-8")
    assert all(f"[{one['rule']}]" in lines for one in document["findings"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--format", "sarf"],
        ["check", "-o", "findings.json"],
        ["check", "-o", "json:"],
        ["report", "-o", "report.doc"],
        ["check", "--fail-on", "bad"],
        ["compare", "--since", "03/04/2025"],
        ["compare", "--since", "2025-06-01", "--until", "2025-05-01"],
        ["export", "package", "-o", "p.zip", "--as-of", "2025-06-02"],
        ["explain", "no-such-thing"],
        ["sql", "SELEC 1"],
        ["nonsense"],
    ],
)
def test_misuse_is_a_failed_run_that_says_why(arguments):
    told = reconcile(*arguments)
    assert told.returncode == 2
    assert told.stderr.strip() and "Traceback" not in told.stderr
    assert told.stdout == ""


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    told = reconcile("check", "--no-expectations", "-o", f"json:{tmp_path}/none/findings.json")
    assert told.returncode == 2
    assert "cannot be written" in told.stderr


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('README.md')",
        "COPY claim TO 'stolen.csv'",
        "ATTACH 'other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "DROP TABLE figures",
        "SELECT 1; SELECT 2",
        "",
    ],
)
def test_sql_reaches_nothing_outside_the_ledger(query, tmp_path):
    told = reconcile("sql", query)
    assert told.returncode == 2, told.stdout
    assert not (ROOT / "stolen.csv").exists()


def test_sql_off_a_terminal_is_csv_without_formulas(workspace):
    told = reconcile("sql", "SELECT '=cmd()' AS a, -3 AS b, NULL AS c", cwd=workspace)
    assert told.stdout == "a,b,c\n'=cmd(),-3,\n"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT COUNT(*) FROM claim JOIN events USING (event)",
        "SELECT COUNT(*) FROM figures JOIN events USING (event)",
        'select count(*) from "CLAIM" natural join (select event from Events)',
        "WITH c AS (FROM claim) SELECT COUNT(*) FROM c WHERE event IN (SELECT event FROM events)",
    ],
)
def test_sql_joins_as_duckdb_does(query):
    told = reconcile("sql", query)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[1] == "660"


def test_sql_knows_every_view_where_it_names_none():
    told = reconcile("sql", "SELECT COUNT(*) > 40 FROM duckdb_tables()")
    assert told.stdout.splitlines()[1] == "True", told.stdout
    assert "event_gap" in reconcile("sql", "SELECT * FROM event_gaps").stderr


def test_explain_knows_every_rule_table_view_and_column():
    index = reconcile("explain").stdout
    for name in ("figures-apart", "duplicate-id", "figures", "event_gap", "idle-waiver"):
        assert name in index
        assert reconcile("explain", name).returncode == 0
    assert "nearest" in reconcile("explain", "figures.repeats").stdout
    assert "event_gap.ratio" in reconcile("explain", "event_gap.ratio").stdout
    assert "did you mean figures-apart?" in reconcile("explain", "figures-appart").stderr
    assert "pourquoi" in reconcile("explain", "figures-apart", "--language", "fr").stdout


def test_messages_in_french():
    told = reconcile("check", "--language", "fr", "--fail-on", "never")
    assert "d'écart [figures-apart]" in told.stdout


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a command prints when stdout is a terminal."""
    shown = bytearray()

    def keep(descriptor: int) -> bytes:
        told = os.read(descriptor, 65536)
        shown.extend(told)
        return told

    saved = dict(os.environ)
    os.environ.update({"TERM": "xterm-256color", "COLUMNS": "100", "PYTHONPATH": str(ROOT)})
    os.environ.update(environment)
    try:
        pty.spawn([sys.executable, "-m", "reconcile", *arguments], keep, lambda _: b"")
    finally:
        os.environ.clear()
        os.environ.update(saved)
    return shown.decode("utf-8", "replace")


def test_colours_only_where_a_terminal_wants_them():
    asked = ("check", "--fail-on", "never")
    assert "\x1b[" not in reconcile(*asked).stdout
    assert "\x1b[" in on_a_terminal(*asked)
    plain = on_a_terminal(*asked, NO_COLOR="1")
    assert "\x1b[3" not in plain and "[figures-apart]" in plain


def test_hostile_words_reach_no_terminal(workspace):
    append(workspace, "sources", 'evil,"\x1b[2J::error::gone",local,,,,,,')
    told = reconcile("check", "--no-expectations", cwd=workspace)
    assert told.returncode == 1
    assert "\x1b" not in told.stdout and "U+001B" in told.stdout
    assert not any(line.startswith("::") for line in told.stdout.splitlines())


SLOW = (
    "import time\nfrom reconcile.cli.progress import Talk, progress\n"
    "with progress('quick', Talk.{0}):\n    pass\n"
    "with progress('slow', Talk.{0}):\n    time.sleep(1.3)\n"
)


def test_what_takes_longer_than_a_second_says_so_to_a_terminal_and_to_nobody_else():
    shown = {}
    for talk in ("USUAL", "QUIET"):
        asked = [sys.executable, "-c", SLOW.format(talk)]
        piped = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
        assert piped.stderr == piped.stdout == ""
        ours, theirs = pty.openpty()
        subprocess.run(asked, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
        os.write(theirs, b".")
        shown[talk] = ""
        while not shown[talk].endswith("."):
            shown[talk] += os.read(ours, 1000).decode()
        os.close(theirs)
        os.close(ours)
    assert shown == {"USUAL": "reconcile: slow …\r\n.", "QUIET": "."}


def test_a_verbose_command_tells_every_step_with_its_time():
    told = subprocess.run(
        [sys.executable, "-c", SLOW.format("VERBOSE")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(r"reconcile: quick: 0\.\d s\nreconcile: slow: 1\.\d s\n", told.stderr)


def test_a_pipe_that_closes_early_is_no_fault():
    told = subprocess.run(
        f"{sys.executable} -m reconcile compare | head -n 1",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Traceback" not in told.stderr and "fault of the program" not in told.stderr


def test_as_of_a_day_every_command_tells_what_had_been_said_by_then():
    told = reconcile("sql", "SELECT MAX(known_on) FROM claim", "--as-of", "2025-06-02")
    assert told.stdout.splitlines()[1] == "2025-06-02"
    assert re.search(r"as of 2025-06-02; claims without a date are left out: \d+", told.stderr)
    boulikessi = ["compare", "--event", "boulikessi-2025-06-01", "--victims", "soldiers"]
    assert "101 or more" in reconcile(*boulikessi).stdout
    assert "101 or more" not in reconcile(*boulikessi, "--as-of", "2025-06-02").stdout
    assert "said by 2 Jun 2025" in reconcile("report", "--as-of", "2025-06-02").stdout
    for arguments in (["codebooks", "--totals"], ["check", "--fail-on", "never"]):
        told = reconcile(*arguments, "--as-of", "2025-06-02")
        assert told.returncode == 0 and "as of 2025-06-02" in told.stderr
