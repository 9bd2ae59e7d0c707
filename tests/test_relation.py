"""What of a relation is put to Great Expectations: the columns asked of, rows alike once."""

import math

import pytest
from ledgers import base, event, ledger_at
from suites_as_text import between, expectation, own

import reconcile
from reconcile.expectation import judge
from reconcile.relation import Relation
from reconcile.tables import TABLES
from reconcile.view import views

pytestmark = pytest.mark.untraced


def test_a_suite_is_put_to_the_columns_that_it_speaks_of(known_base, tmp_path):
    text = between(
        column='"low"', max_value="3", row_condition='"step == 1"', condition_parser='"pandas"'
    )
    _, database = known_base
    (suite,) = own(ledger_at(tmp_path, suites={"standing": text}))
    relation = Relation.of(database, suite)

    judged = relation.judged(database, suite)

    frame = judged.frame
    assert sorted(frame) == ["low", "step"]
    assert not frame.duplicated().any()
    count = 0
    for at in frame.index:
        cells = judged.cells(database, [at], ["low", "source"])
        assert list(cells) == ["low", "source"]
        assert all(cells["source"])
        lows = {math.nan if low is None else float(low) for low in cells["low"]}
        assert list(map(str, lows)) == [str(frame.at[at, "low"])]
        count += len(cells["low"])
    assert count == database.execute("SELECT COUNT(*) FROM standing").fetchall()[0][0]


ROW_BY_ROW = [
    between(column='"low"', max_value="31"),
    between(
        column='"low"', max_value="3", row_condition='"step == 1"', condition_parser='"pandas"'
    ),
    between(
        column='"low"', max_value="3", row_condition='"low > 2.5"', condition_parser='"pandas"'
    ),
    expectation("expect_column_values_to_not_be_null", column='"named"'),
    expectation("expect_column_values_to_be_in_set", column='"side"', value_set='["government"]'),
    expectation("expect_column_values_to_match_regex", column='"stated"', regex='"[0-9]"'),
    expectation(
        "expect_column_pair_values_a_to_be_greater_than_b", column_A='"low"', column_B='"high"'
    ),
    expectation("expect_column_values_to_not_be_null", column='"known_on"')
    + expectation("expect_column_values_to_be_null", rule="other-rule", column='"collective"'),
]
ALL_ROWS = [
    expectation("expect_column_values_to_be_unique", column='"low"'),
    expectation("expect_column_values_to_be_increasing", column='"low"'),
    expectation("expect_compound_columns_to_be_unique", column_list='["low", "side"]'),
    between(column='"low"', max_value="31", mostly="0.99"),
    *(
        between(
            column='"low"',
            max_value="3",
            row_condition=f'"{condition}"',
            condition_parser='"pandas"',
        )
        for condition in (
            "step == step.max()",
            "low > step.size",
            "ilevel_0 > 1",
            "index > 1",
            "source in source_party",
            "low > 1 and low in step",
        )
    ),
]


@pytest.mark.parametrize("text", ROW_BY_ROW)
def test_rows_alike_are_judged_once_and_each_is_named(text, known_base, tmp_path, monkeypatch):
    (suite,) = own(ledger_at(tmp_path, suites={"standing": text}))
    relation = Relation.of(known_base[1], suite)
    assert not relation.judged(known_base[1], suite).frame.duplicated().any()

    found = list(judge(*known_base, [suite]))

    monkeypatch.setattr("reconcile.relation.judges_each_by_itself", lambda _: False)
    told = sorted(one.fingerprint for one in judge(*known_base, [suite]))
    assert sorted(one.fingerprint for one in found) == told
    assert told


@pytest.mark.parametrize("text", ALL_ROWS)
def test_what_asks_of_other_rows_is_put_to_all_of_them(text, known_base, tmp_path):
    (suite,) = own(ledger_at(tmp_path, suites={"standing": text}))
    database = known_base[1]
    frame = Relation.of(database, suite).judged(database, suite).frame
    assert len(frame) == database.execute("SELECT COUNT(*) FROM standing").fetchall()[0][0]


@pytest.mark.parametrize("kind", ["not_be_null", "be_in_set", "be_unique"])
def test_a_column_is_judged_whatever_its_name(kind, tmp_path):
    """Beside the columns of a suite stands a number that no column may be taken for."""
    more = {"value_set": '["The bridge"]'} if kind == "be_in_set" else {}
    told = expectation(
        f"expect_column_values_to_{kind}", column='"place"', message="{event}", **more
    )
    events = [*base("events"), event("again", place="The bridge", starts_on="2025-06-02")]
    home = ledger_at(tmp_path, suites={"events": told}, events=events)
    ledger = reconcile.read(home)

    found = {one.key[0] for one in judge(ledger, reconcile.connect(ledger), own(home))}

    named = {one["event"]: one["place"] for one in events}
    assert (
        found
        == {
            "not_be_null": {event for event, place in named.items() if not place},
            "be_in_set": {
                event for event, place in named.items() if place not in ("", "The bridge")
            },
            "be_unique": {event for event, place in named.items() if place == "The bridge"},
        }[kind]
    )
    assert found


def test_no_column_has_the_name_of_the_number_beside_it():
    names = {column.name for table in TABLES.values() for column in table.columns}
    assert not names & {"row", "line"}
    names |= {name for view in views().values() for name in view.columns()}
    assert not names & {"nth", "rowid"}
