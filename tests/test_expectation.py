"""Expectations: put to whole relations, each failing row with its address."""

import datetime as dt

import pytest
from ledgers import claim, document, ledger_at
from suites_as_text import between, expectation, own, put

import reconcile
from reconcile.bundled import content
from reconcile.expectation import judge
from reconcile.finding import Severity
from reconcile.formats import render
from reconcile.formats.run import Checked, Run
from reconcile.review import retract
from reconcile.suite import suites

pytestmark = pytest.mark.untraced

BUNDLED = {path.stem for path in content("expectations").glob("*.toml")}


def test_a_suite_of_the_workspace_replaces_the_bundled_one_and_the_summary_says_so(tmp_path):
    low = between(column='"low"', max_value="40", severity='"critical"')
    more = between(column='"low"', max_value="40", message="{event}")
    home = ledger_at(tmp_path, suites={"standing": low, "event_side": more})
    ledger = reconcile.read(home)
    told = {(one.relation, one.severity, one.key) for one in reconcile.check(ledger)}
    side = ("killed", "people")
    assert told == {
        ("standing", Severity.ERROR, ("june--army--1",)),
        ("standing", Severity.ERROR, ("june--monitors--1",)),
        ("event_side", Severity.WARNING, ("june-2025", *side, "government")),
        ("event_side", Severity.WARNING, ("june-2025", *side, "observer")),
    }
    served = {suite.relation: suite.bundled for suite in suites(home)}
    run = Run((Checked(ledger, reconcile.check(ledger), suites=served),))
    assert (
        f"expectations put to {len(BUNDLED) + 1} relations: "
        f"{len(BUNDLED) - 1} bundled, 2 of this workspace"
    ) in render("text", run)


def test_where_a_workspace_has_none_the_bundled_suites_serve(tmp_path):
    told = suites(ledger_at(tmp_path))
    assert {suite.relation for suite in told} == BUNDLED
    assert all(suite.bundled for suite in told)


def test_the_suites_of_the_project_itself_count_as_bundled():
    assert all(suite.bundled for suite in suites(content("claims").parent))


def test_a_suite_may_speak_of_any_column_of_any_table(tmp_path):
    """Also of those of the journal that SQL has words for."""
    text = expectation(
        "expect_column_values_to_not_match_regex",
        message="{claim} by {by} on {on}",
        column='"by"',
        regex="'^A'",
    )
    home = ledger_at(tmp_path, suites={"journal": text})
    moment = dt.datetime(2026, 6, 1, 9, 30, tzinfo=dt.UTC)
    retract(home, "bridge--army--1", by="Awa", because="Denied", on=moment)
    ledger = reconcile.read(home)
    (found,) = judge(ledger, reconcile.connect(ledger), own(home))
    assert found.message == "bridge--army--1 by Awa on 2026-06-01T09:30:00Z"
    assert (found.at.file, found.at.line) == ("claims/journal.csv", 2)


def test_every_failing_row_comes_back_with_its_address(tmp_path):
    documents = [document(f"d{at}", url="") for at in range(500)]
    figures = [claim(f"c{at}", document=f"d{at}", low=100 * at) for at in range(500)]
    text = between(column='"low"', max_value="0", message="{claim}: {figure}")
    home = ledger_at(
        tmp_path, documents=documents, figures=figures, attributions=[], suites={"standing": text}
    )
    findings = reconcile.check(reconcile.read(home))
    told = {
        rule: [one for one in findings if one.rule.name == rule]
        for rule in ("my-rule", "document-without-address")
    }
    assert sorted((one.at.line, one.key) for one in told["my-rule"]) == [
        (at + 2, (f"c{at}",)) for at in range(1, 500)
    ]
    assert {one.message for one in told["my-rule"]} == {
        f"c{at}: {100 * at} or more" for at in range(1, 500)
    }
    assert sorted((one.at.line, one.key) for one in told["document-without-address"]) == [
        (at + 2, (f"d{at}",)) for at in range(500)
    ]
    assert {one.at.file for one in told["my-rule"]} == {"claims/figures.csv"}
    assert len({one.fingerprint for one in findings}) == len(findings)


@pytest.mark.parametrize(
    ("kind", "kwargs", "found"),
    [
        (
            "expect_column_values_to_be_in_set",
            {"column": '"side"', "value_set": '["government", "insurgent", "security"]'},
            {"market--residents--1", "market--monitors--1", "june--monitors--1"},
        ),
        (
            "expect_column_values_to_not_be_null",
            {"column": '"high"'},
            {
                "bridge--jnim--1",
                "bridge--army--3",
                "market--army--1",
                "market--jnim--1",
                "june--monitors--1",
            },
        ),
        (
            "expect_column_values_to_match_regex",
            {"column": '"claim"', "regex": '"^(bridge|market)"'},
            {"june--monitors--1", "june--army--1"},
        ),
        (
            "expect_column_pair_values_to_be_equal",
            {
                "column_A": '"low"',
                "column_B": '"high"',
                "ignore_row_if": '"either_value_is_missing"',
            },
            {"bridge--security--1"},
        ),
        (
            "expect_column_values_to_be_between",
            {
                "column": '"low"',
                "max_value": "33",
                "row_condition": "\"side == 'government'\"",
                "condition_parser": '"pandas"',
            },
            {"bridge--army--2", "june--army--1"},
        ),
        (
            "expect_compound_columns_to_be_unique",
            {"column_list": '["event", "source"]'},
            {"bridge--army--2", "bridge--army--3"},
        ),
    ],
)
def test_any_expectation_that_judges_rows_serves(kind, kwargs, found, known_base, tmp_path):
    told = put(tmp_path, known_base, expectation(kind, **kwargs))
    assert {one.key for one in told} == {(one,) for one in found}
    assert {one.checked_by for one in told} == {"gx"}


@pytest.mark.parametrize(
    ("severity", "wanted"),
    [
        ('"critical"', Severity.ERROR),
        ('"warning"', Severity.WARNING),
        ('"info"', Severity.NOTE),
    ],
)
def test_the_suite_decides_how_much_a_finding_matters(severity, wanted, known_base, tmp_path):
    told = put(tmp_path, known_base, between(column='"low"', max_value="40", severity=severity))
    assert {one.severity for one in told} == {wanted}
