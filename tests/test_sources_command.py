"""`reconcile sources`: what a user sees of how sources tend to speak."""

import csv
import io
import re

import pytest
from ledgers import base, ledger_at, source
from test_sources import AT, PLACES, pairs
from test_views import DOCUMENTS, LATER, PARTIES, SOURCES, said
from typer.testing import CliRunner

from reconcile.bundled import content
from reconcile.cli import app

OTHERS = (("monitors", {"n": 20}), ("jnim", {"n": 80}))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Five events of which the army, JNIM and the monitors speak, and one of which the army does
    not."""
    figures = [
        *pairs(5, *OTHERS, n=40),
        said("j5", n=70, source="jnim", event=AT[5]),
        said("s5", stance="silence", source="ministry", event=AT[5]),
        said("late", n=30, victims="insurgents", event=AT[5], asserted_on="2025-07-09"),
    ]
    tables = {"sources": SOURCES, "parties": PARTIES, "documents": DOCUMENTS, "attributions": []}
    return ledger_at(tmp_path_factory.mktemp("sources"), figures=figures, **PLACES, **tables)


def asked(home, *arguments):
    told = CliRunner().invoke(
        app, ["sources", str(home), *arguments], env={"COLUMNS": "80", "NO_COLOR": "1"}
    )
    assert "Traceback" not in told.output
    return told


def lines(told, *start):
    """The lines of the tables that begin so, as their cells."""
    rows = [re.split(r"\s{2,}", row.strip()) for row in told.stdout.splitlines()]
    return [row for row in rows if row[: len(start)] == list(start)]


def line(told, *start):
    (found,) = lines(told, *start)
    return found


def test_the_record_of_each_source_with_the_events_behind_it(home):
    told = asked(home)
    assert told.exit_code == 0
    assert lines(told, "source") == [
        ["source", "of", "speaks", "figures", "corrected", "days", "round"],
        ["source", "of", "apart", "to observers", "to the other side"],
    ]
    assert lines(told, "army", "own") == [
        ["army", "own", "5", "5", "·", "1 (5)", "100% (5)"],
        ["army", "own", "100% (5)", "×2 (5)", "×0.5 (5)"],
    ]
    assert "of: whose people the victims are" in told.stdout
    assert "rows on fewer than 5 events, left out: 2; see --least" in told.stderr


def test_on_fewer_events_than_a_handful_the_count_stands_alone(home):
    row = line(asked(home, "--source", "ministry"), "ministry")
    assert row == ["ministry", "own", "1", "0", "·", "· (0)", "· (0)"]
    assert "ministry" not in asked(home).stdout


def test_pairs_of_sources(home):
    told = asked(home, "--pair")
    assert line(told, "army", "own", "jnim") == (
        ["army", "own", "jnim", "enemy", "5", "5 of 5", "0 to 5", "×0.5 (5)"]
    )
    assert asked(home, "--pair", "--least", "6").stderr.endswith("left out: 3; see --least\n")


def test_who_is_silent_in_a_country(home):
    told = asked(home, "--country", "ml")
    assert line(told, "mali", "own") == ["mali", "own", "5 of 6", "5 of 6", "0", "0", "1 of 6", "0"]
    assert line(told, "ministry", "own") == [
        "ministry",
        "own",
        "0 of 6",
        "0 of 6",
        "0",
        "0",
        "1 of 1",
        "5",
    ]
    assert "Not recorded is not silence" in " ".join(told.stdout.split())


def test_as_of_a_day_nothing_later_is_counted(home):
    before, since = (
        asked(home, "--country", "ML", "--as-of", day) for day in ("2025-07-08", "2025-07-09")
    )
    assert line(before, "mali", "own") == line(since, "mali", "own")
    assert line(since, "mali", "enemy") == ["mali", "enemy", "1 of 1", "·", "0", "0", "0 of 1", "0"]
    assert not lines(before, "mali", "enemy")
    assert "as of 2025-07-08" in before.stderr


@pytest.mark.parametrize("arguments", [[], ["--pair"], ["--country", "ML"]], ids=str)
def test_a_spreadsheet_gets_every_column_of_the_view_and_ratios(home, arguments):
    told = asked(home, *arguments, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert rows and not any(name.startswith("log_") or name == "rows" for name in rows[0])
    if not arguments:
        (army,) = [row for row in rows if row["source"] == "army"]
        assert float(army["ratio_to_observers"]) == pytest.approx(2)
        assert army["up_by"] == ""


@pytest.mark.parametrize("arguments", [[], ["--pair"], ["--country", "ML"]], ids=str)
def test_the_tables_fit_the_terminal(arguments):
    shipped = content("claims").parent
    told = asked(shipped, "--least", "2", *arguments)
    assert told.exit_code == 0
    assert 60 < max(len(row) for row in told.stdout.splitlines()) <= 80


MISUSES = {
    "an unknown source": (["--source", "jmin"], "sources has no jmin"),
    "an unknown country": (["--country", "XX"], "events has no XX; there are ML"),
    "pairs of a country": (["--pair", "--country", "ML"], "pairs are told over all countries"),
    "no event": (["--least", "0"], "greater than or equal to 1"),
}


@pytest.mark.parametrize(("arguments", "answer"), MISUSES.values(), ids=MISUSES)
def test_misuse_is_answered(home, arguments, answer):
    told = asked(home, *arguments)
    assert told.exit_code != 0
    assert told.stdout == ""
    assert answer in (told.stderr + str(told.exception))


def test_hostile_ids_and_names_do_nothing(tmp_path):
    name = "=HYPERLINK(1)"
    sources = [*base("sources"), source("evil", "media", name=name)]
    figures = [
        said("a", n=8, source="evil", document=LATER),
        said("b", n=9),
    ]
    home = ledger_at(tmp_path, sources=sources, figures=figures, attributions=[])
    told = asked(home, "--source", "evil", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(told.stdout))
    assert row["source_name"] == f"'{name}"


def test_an_empty_ledger_has_no_sources_to_tell_of(tmp_path):
    told = asked(ledger_at(tmp_path, figures=[], attributions=[]))
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr.endswith("no source fits\n")
