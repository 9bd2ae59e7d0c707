"""Wholes, parts and time lines as a reader sees them."""

import csv
import io
import re

import pytest
from ledgers import Connected, base, claim, event, ledger_at, source
from typer.testing import CliRunner

import reconcile
from reconcile.cli import app
from reconcile.finding import ReconcileError
from reconcile.pages.account import accounts
from reconcile.selection import Selection

SOURCES = [*base("sources"), source("paper", "media")]


def said(identity, **cells):
    if "n" in cells:
        cells["low"] = cells["high"] = cells.pop("n")
    return claim(identity, **({"event": "raid"} | cells))


FIGURES = [
    said("w", n=30, measure="casualties"),
    said("a", n=31, source="jnim"),
    said("b", n=40, source="jnim", supersedes="a", asserted_on="2025-06-05"),
    said("c", low=39, source="paper", repeats="b", asserted_on="2025-06-06"),
    said("d", stance="denies-figure", answers="b", asserted_on="2025-06-07"),
    said("s", stated="no toll given", measure="wounded", asserted_on="2025-06-08"),
    said("m", low=90, event="month", asserted_on="2025-06-09"),
]


@pytest.fixture
def home(tmp_path):
    return ledger_at(
        tmp_path,
        sources=SOURCES,
        figures=FIGURES,
        events=[event("raid"), event("month", kind="period-total")],
        event_parts=[{"event": "raid", "part_of": "month"}],
        attributions=[],
    )


def run(*arguments):
    return CliRunner(env={"COLUMNS": "140"}).invoke(app, list(map(str, arguments)))


def test_an_account_tells_what_cannot_all_hold_and_what_parts_explain(home):
    database = Connected(reconcile.read(home))
    month, attack = sorted(accounts(database, Selection()), key=lambda one: one.event == "raid")
    assert [one.text() for one in attack.contradictions] == [
        "soldiers killed or wounded: Malian army says 30, its parts come to 40 or more, 10 too many"
        " (JNIM says 40 (soldiers killed))"
    ]
    assert attack.told["contested"] and attack.told["wholes_below_parts"] == 1
    assert [one.text() for one in month.shares] == [
        "soldiers killed: of 90 or more (Malian army) the figures for 1 of 1 recorded events"
        " explain 40, 50 or more stay unexplained"
    ]
    only = accounts(database, Selection(measure="killed", event="raid"))
    assert [one.contradictions for one in only] == [()]


def test_the_comparison_and_the_report_tell_it_too(home, tmp_path):
    told = run("compare", home, "--event", "raid").output
    assert "cannot all hold: soldiers killed or wounded" in told
    assert (
        "parts: soldiers killed: of 90 or more" in run("compare", home, "--event", "month").output
    )
    told = run("report", home, "--no-expectations").output
    assert re.search(r"a whole is smaller than its parts, .* \| 1 \|", told)
    assert "- Cannot all hold: soldiers killed or wounded: Malian army says 30" in told


def test_a_time_line_tells_each_statement_once_and_what_it_corrects(home):
    lines = run("timeline", home, "--event", "raid", "--measure", "killed").stdout.splitlines()
    told = [" ".join(line.split()) for line in lines[3:] if line.strip()]
    assert told == [
        "2025-06-02 JNIM soldiers killed 31 corrected on 2025-06-05",
        "2025-06-05 JNIM soldiers killed 40 corrects 31",
        "2025-06-07 Malian army soldiers killed denies the figure: “wd” answers b",
    ]
    assert "no toll given" in run("timeline", home, "--event", "raid").output


def test_repeats_are_told_on_demand_and_a_source_alone(home):
    told = run("timeline", home, "--repeats", "--source", "paper").output
    assert "39 or more" in told and "repeats b" in told and "Malian army" not in told


def test_a_time_line_as_a_table(home):
    told = run("timeline", home, "--format", "csv", "--repeats", "--measure", "killed").stdout
    rows = {row["claim"]: row for row in csv.DictReader(io.StringIO(told))}
    assert list(rows) == ["m", "a", "b", "c", "d"]
    assert (rows["b"]["low"], rows["b"]["act"], rows["b"]["stands"]) == ("40", "corrects", "yes")
    assert (rows["a"]["corrected_on"], rows["a"]["stands"]) == ("2025-06-05", "no")
    assert rows["c"]["repeats"] == "b" and rows["d"]["answers"] == "b"


def test_as_of_a_day_the_correction_has_not_come(home):
    told = run("timeline", home, "--event", "raid", "--measure", "killed", "--as-of", "2025-06-03")
    assert "31" in told.output and "correct" not in told.output


def test_a_time_line_without_a_claim_says_so(home):
    told = run("timeline", home, "--since", "2030-01-01")
    assert told.exit_code == 0 and "no claim fits" in told.stderr


def test_a_source_that_is_not_in_the_ledger_is_refused_with_the_nearest(home):
    told = run("timeline", home, "--source", "papr")
    assert isinstance(told.exception, ReconcileError)
    assert "did you mean paper?" in str(told.exception)
