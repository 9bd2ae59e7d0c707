"""The benchmarks run on a few rows, print what these come to, and fail where two counts differ."""

import runpy
import sys
from collections import Counter
from pathlib import Path

import pytest

import reconcile

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parent.parent


@pytest.fixture
def printed(monkeypatch, tmp_path, capsys):
    """What a benchmark prints of a file."""
    monkeypatch.syspath_prepend(str(ROOT))

    def run(name, text):
        file = tmp_path / "data.csv"
        file.write_text(text, "utf-8")
        monkeypatch.setattr(sys, "argv", [name, str(file)])
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")
        return [
            tuple(cell.strip() for cell in line.strip("|").split("|"))
            for line in capsys.readouterr().out.splitlines()
            if line.startswith("| ")
        ]

    return run


def test_totals_of_reports_are_those_of_pandas(printed):
    told = printed(
        "totals",
        "id,event_id,date_start,deaths_best,deaths_low,deaths_high,source,source_type\n"
        "1,KE-1,2007-04-22,4,2,4,One,International news media\n"
        "2,KE-1,2007-04-22,7,7,9,Two,Human rights commission\n"
        "3,KE-1,2007-04-23,7,6,8,Three,National government agency\n"
        "4,KE-2,2008-01-01,0,0,0,Two,Human rights commission\n"
        "5,KE-2,2008-01-02,3,3,3,One,International news media\n"
        "6,KE-2,2008-01-02,,,,One,International news media\n"
        "7,KE-2,2008-01-02,9,10,11,One,International news media\n",
    )
    assert told == [
        ("rule", "deaths", "from low to high", "pandas"),
        ("lowest", "4", "2–4", "4"),
        ("lower-median", "7", "6–8", "7"),
        ("median", "8.5", "7.5–9.5", "8.5"),
        ("mode", "7", "6–12", "7"),
        ("highest", "10", "10–12", "10"),
        ("all-reports", "21", "18–24", "21"),
    ]


def test_a_total_that_pandas_does_not_find_fails_the_benchmark(printed, monkeypatch):
    monkeypatch.setattr("pandas.core.groupby.GroupBy.min", lambda groups: groups.max())
    with pytest.raises(SystemExit, match="differ"):
        printed(
            "totals",
            "id,event_id,date_start,deaths_best,deaths_low,deaths_high,source,source_type\n"
            "1,KE-1,2007-04-22,4,2,4,One,International news media\n"
            "2,KE-1,2007-04-22,7,7,9,Two,Human rights commission\n",
        )


def test_battles_are_counted_in_two_ways(printed):
    told = printed(
        "civil_war",
        "source,event,side,measure,low,high\n"
        "Fox,VA1,US,killed,10.0,10.0\n"
        "Fox,VA1,US,wounded,20.0,20.0\n"
        "Fox,VA1,US,casualties,30.0,30.0\n"
        "Bodart,VA1,US,killed,10.0,12.0\n"
        "Bodart,VA1,US,casualties,25.0,25.0\n"
        "Livermore,VA1,US,killed,40.0,40.0\n"
        "Fox,VA2,CSA,missing,5.0,5.0\n"
        "Livermore,VA2,CSA,missing_or_captured,4.0,4.0\n"
        "Fox,VA3,US,killed,5.0,5.0\n"
        "Fox,VA3,US,killed,6.0,6.0\n"
        "Bodart,VA3,US,killed,7.0,7.0\n",
    )
    assert told == [
        ("measure", "cells of two sources or more", "no common number"),
        ("casualties", "1", "1"),
        ("killed", "1", "1"),
        ("all", "2", "2"),
        ("measure", "wholes with a part", "contradicted", "by one part", "by a source's sum"),
        ("casualties", "1", "1", "1", "1"),
        ("missing-or-captured", "1", "1", "1", "0"),
        ("all", "2", "2", "2", "1"),
    ]


@pytest.fixture
def generated(monkeypatch, tmp_path):
    """A made ledger of a hundred claims, all of them failing in the way asked for."""
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.speed.generate import generate

    return lambda failing: generate(tmp_path, 100, 1.0, failing)


@pytest.mark.parametrize(
    ("failing", "found"),
    [
        ("nothing", {}),
        (
            "laws",
            {
                "claim-twice": 10,
                "negative-figure": 20,
                "numbers-without-figure": 30,
                "unknown-reference": 20,
                "unknown-word": 20,
            },
        ),
        ("expectations", {"claim-before-event": 100}),
    ],
)
def test_a_generated_ledger_fails_as_it_was_asked_to(generated, failing, found):
    findings = reconcile.check(reconcile.read(generated(failing)))

    assert Counter(one.rule.name for one in findings) == found


def test_a_generated_ledger_of_faulty_cells_cannot_be_read(generated):
    ledger = reconcile.read(generated("cells"))

    assert ledger.counts["claims/figures.csv"].refused == 100


@pytest.mark.parametrize("failing", ["laws", "expectations"])
def test_speed_is_told_step_by_step_with_what_was_found(failing, monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setattr("reconcile.slices.CLAIMS", 50)
    monkeypatch.setattr(sys, "argv", ["speed", "100", "--failing", failing, "--report"])
    runpy.run_module("benchmarks.speed", run_name="__main__")

    lines = capsys.readouterr().out.splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:2] == "| "]
    assert [row[0] for row in rows] == [
        "step",
        "reading",
        "holding the laws",
        "finding which events belong together",
        "connecting the claims",
        "filling the views",
        "putting the expectations",
        "judging the waivers",
        "making the report",
        "all",
    ]
    assert lines[-1].endswith(" 100 findings")
    assert all(float(cell.replace(",", "")) >= 0 for row in rows[1:] for cell in row[1:])


def test_what_a_command_takes_is_told(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(ROOT))
    module = runpy.run_module("benchmarks.start")
    main = module["main"]
    monkeypatch.setitem(main.__globals__, "TIMES", 1)
    monkeypatch.setitem(main.__globals__, "COMMANDS", [["--help"], ["check", "--no-expectations"]])
    main()

    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [
        "reconcile --help",
        "reconcile check --no-expectations",
    ]
    assert all(float(row.split("|")[2]) > 0 for row in rows)


def test_a_command_that_fails_has_no_time(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT))
    module = runpy.run_module("benchmarks.start")
    with pytest.raises(SystemExit, match="no workspace"):
        module["run"](["check"], tmp_path)
