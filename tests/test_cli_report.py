"""`reconcile report`: the ending of the file chooses the form, and the options narrow it."""

import json
from zipfile import ZipFile

import pytest
from ledgers import base, claim, ledger_at
from typer.testing import CliRunner

from reconcile.cli import app

FIGURES = [
    claim("a", low=12, high=12, best=12),
    claim("b", low=40, source="jnim", asserted_on="2025-06-05"),
    claim("c", low=3, event="market-2025-06-10"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return ledger_at(tmp_path_factory.mktemp("report"), figures=FIGURES, attributions=[])


def run(home, *arguments):
    return CliRunner().invoke(app, ["report", str(home), "--no-expectations", *map(str, arguments)])


def written(home, tmp_path, form, *arguments):
    file = tmp_path / f"report.{form}"
    told = run(home, "-o", file, *arguments)
    assert told.exit_code == 0, told.output
    assert f"wrote {file}" in told.stderr
    return file


def test_without_a_file_markdown_goes_to_stdout(home):
    told = run(home)
    assert told.exit_code == 0
    assert told.stdout.startswith("# Discrepancies\n")


def test_a_page_in_french_of_one_event_that_tells_what_changed(home, tmp_path):
    options = ("--event", "bridge", "--language", "fr", "--changed-since", "2025-06-03")
    page = written(home, tmp_path, "html", *options).read_text("utf-8")
    assert '<html lang="fr">' in page and "event-bridge-2025-06-01" in page
    assert "market-2025-06-10" not in page
    assert "Ce qui a changé depuis le 3 juin 2025" in page


def test_as_of_a_day_later_claims_are_not_on_the_page(home, tmp_path):
    page = written(home, tmp_path, "md", "--as-of", "2025-06-03").read_text("utf-8")
    assert "JNIM" not in page and "What had been said by 3 Jun 2025" in page


def test_the_data_behind_it_as_a_workbook_and_as_json(home, tmp_path):
    with ZipFile(written(home, tmp_path, "xlsx")) as book:
        assert b'name="event_conflict"' in book.read("xl/workbook.xml")
    told = json.loads(written(home, tmp_path, "json", "--event", "market").read_text())
    assert {row["event"] for row in told["relations"]["claim"]["rows"]} == {"market-2025-06-10"}
    assert (told["as_of"], told["codebook"]) == (None, "literal")


def test_against_another_workspace(home, tmp_path):
    old = ledger_at(tmp_path / "last-week", figures=FIGURES[:1], attributions=[])
    page = written(home, tmp_path, "md", "--against", old).read_text("utf-8")
    assert "## What changed against last-week" in page
    assert "2 new claims, 0 corrections. Gaps: 1 new" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "report.pdf"), "does not end in .html, .md, .xlsx or .json"),
        (("--changed-since", "2025-06-03", "--against", "."), "not both"),
        (("--changed-since", "2025-06-03", "-o", "report.xlsx"), "changes are told on pages"),
        (("--language", "de"), "'de' is not one of"),
    ],
)
def test_misuse_is_told_and_nothing_is_written(home, arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = run(home, *arguments)
    assert told.exit_code == 2
    assert words in " ".join(told.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_a_country_that_is_not_in_the_ledger_is_refused(home):
    told = run(home, "--country", "FR")
    assert told.exit_code != 0
    assert "there are" in str(told.exception) and base("events")[0]["country"] in str(
        told.exception
    )
