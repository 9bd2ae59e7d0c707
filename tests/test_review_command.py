"""`reconcile review` and `reconcile verify` of a workspace."""

import csv
import datetime as dt
import io

import pytest
from commands import reconcile as run
from ledgers import claim, ledger_at

import reconcile
from reconcile.review import draft, record, retract

pytestmark = pytest.mark.untraced

NOW = dt.datetime(2026, 6, 1, 9, 30, tzinfo=dt.UTC)
AWA = {"by": "Awa", "because": "Read in the Gazette", "on": NOW}


@pytest.fixture
def home(tmp_path):
    told = ledger_at(tmp_path)
    record(told, {"figures": [claim("a", stated="=1+1 soldiers")]}, **AWA)
    draft(told, {"figures": [claim("b", measure="wounded")]}, **AWA)
    retract(told, "bridge--jnim--1", **AWA)
    return told


def test_what_waits_is_listed_and_what_does_not_count_is_counted(home):
    told = run("review", cwd=home)
    assert told.returncode == 0
    assert "army: =1+1 soldiers" in told.stdout and "Read in the Gazette" in told.stdout
    assert "bridge--jnim--1" not in told.stdout
    assert told.stderr == (
        "2 claims to look at; 1 retracted; 1 left out, for repeating one that does not count\n"
    )


def test_the_list_comes_as_csv_that_a_spreadsheet_cannot_run(home):
    rows = list(csv.DictReader(io.StringIO(run("review", "--format", "csv", cwd=home).stdout)))
    assert [(row["claim"], row["state"]) for row in rows] == [("a", "submitted"), ("b", "draft")]
    assert rows[0]["stated"] == "'=1+1 soldiers"
    assert (rows[0]["file"], rows[0]["line"]) == ("claims/figures.csv", "14")
    assert rows[0]["on"] == "2026-06-01T09:30:00Z"


def test_an_empty_queue_says_so(tmp_path):
    told = run("review", "-w", str(ledger_at(tmp_path)))
    assert (told.stdout, told.stderr) == ("", "no claims to look at\n")


def test_the_acts_are_written_one_after_the_other(home):
    for act, name, done in (
        ("return", "a", "returned"),
        ("submit", "a", "submitted"),
        ("accept", "a", "accepted"),
        ("retract", "a", "retracted"),
        ("submit", "b", "submitted"),
    ):
        by = "Awa" if act == "submit" else "Ibrahim"
        told = run("review", act, name, "--by", by, "--because", "So it is", "-w", str(home))
        assert told.returncode == 0, told.stderr
        assert told.stderr.startswith(f"{name} is {done}, at {home.as_posix()}/claims/journal.csv:")
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    assert set(ledger.withheld.set_index("claim").loc[["a", "b"], "state"]) == {
        "retracted",
        "submitted",
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("accept",), "name the claim"),
        (("accept", "a", "--because", "So"), "--by"),
        (("accept", "a", "--by", "Ibrahim", "--because", " "), "--because"),
        (("love", "a"), "love"),
        (("retract", "a", "--by", "Ibrahim", "--because", "So"), "is submitted and cannot be"),
        (("accept", "c", "--by", "Ibrahim", "--because", "So"), "no claim is called c"),
    ],
)
def test_what_cannot_be_done_ends_with_two_and_writes_nothing(home, arguments, told):
    before = (home / "claims" / "journal.csv").read_bytes()
    done = run("review", *arguments, cwd=home)
    assert done.returncode == 2 and told in done.stderr
    assert (home / "claims" / "journal.csv").read_bytes() == before


def test_verify_tries_the_chains_of_a_workspace(home):
    told = run("verify", str(home))
    assert told.returncode == 0
    said, _, digest = told.stdout.strip().partition("; digest sha256:")
    assert said == "3 acts on 3 claims; every chain holds"
    assert run("verify", str(home), "--digest", digest).returncode == 0
    file = home / "claims" / "journal.csv"
    whole = file.read_text("utf-8")
    file.write_text("".join(whole.splitlines(keepends=True)[:-1]), "utf-8")
    told = run("verify", str(home), "--digest", digest)
    assert told.returncode == 1 and "not the one expected" in told.stdout
    file.write_text(whole.replace("Gazette", "Gazete", 1), "utf-8")
    told = run("verify", str(home))
    assert told.returncode == 1 and "[journal-altered]" in told.stdout
    file.write_text(whole, "utf-8")
    figures = home / "claims" / "figures.csv"
    figures.write_text(figures.read_text("utf-8").replace("=1+1 soldiers", "=1+2 soldiers"))
    told = run("verify", str(home), "--language", "fr")
    assert told.returncode == 1 and "n'est pas celle qui fut soumise par Awa" in told.stdout


def test_verify_of_a_ledger_without_a_journal_and_of_neither(tmp_path):
    told = run("verify", str(ledger_at(tmp_path / "home")))
    assert told.returncode == 0 and told.stdout.startswith("0 acts on 0 claims; every chain holds")
    (tmp_path / "none").mkdir()
    assert run("verify", str(tmp_path / "none")).returncode == 2
