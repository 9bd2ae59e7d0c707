"""Views as tables and views that stay views: made in order, each once, with the same rows."""

from dataclasses import replace

import pytest
from ledgers import BASE, ledger_at
from suites_as_text import between, expectation, own

import reconcile
from reconcile.database import connect, connect_unfilled
from reconcile.engine import OutOfMemory
from reconcile.expectation import judge
from reconcile.filling import fill, fillable, materialise, naming, prepare, tables_of
from reconcile.finding import ReconcileError
from reconcile.suite import suites
from reconcile.view import View, views

pytestmark = pytest.mark.untraced

VIEWS = sorted(views())
DEFINE = View.define


@pytest.fixture(scope="module")
def small():
    return connect(reconcile.read(BASE))


def same_rows(database, other, names=VIEWS):
    for name in names:
        query = f"SELECT * FROM {name} ORDER BY ALL"
        assert database.execute(query).fetchall() == other.execute(query).fetchall(), name


def test_a_view_is_made_after_those_that_it_reads(small):
    made = connect(reconcile.read(BASE))
    for name in VIEWS:
        made.execute(f"DROP TABLE {name}")
    materialise(made, reversed(list(views().values())))
    same_rows(made, small)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"a": "SELECT 1 AS x FROM nowhere"}, "a.*nowhere"),
        ({"a": "SELECT x FROM b", "b": "SELECT x FROM a"}, "these views read each other: "),
        ({"a": "SELEC 1"}, "the view a is broken"),
        ({"a": "SELECT nothing FROM figures"}, "the view a is broken"),
        ({"a": "SELECT CAST('x' AS BIGINT) AS x"}, "the view a is broken"),
    ],
)
def test_a_broken_view_ends_the_run_and_is_named(broken, told):
    database = connect(reconcile.read(BASE))
    with pytest.raises(ReconcileError, match=told):
        materialise(database, [View(name, "", (), text) for name, text in broken.items()])


def test_a_view_that_breaks_when_it_is_read_ends_the_run_and_is_named(monkeypatch, tmp_path):
    """One that was left a view has not been worked out before."""
    text = "SELECT 1 AS row, CAST(claim AS BIGINT) AS place FROM claim"
    known = {**fillable(), "timeline": replace(views()["timeline"], select=text)}
    monkeypatch.setattr("reconcile.filling.fillable", lambda: known)
    suite = between(column='"place"', max_value="3", message="")
    home = ledger_at(tmp_path, suites={"timeline": suite})
    ledger = reconcile.read(home)
    database = connect_unfilled(ledger)
    prepare(database, {"timeline"})
    with pytest.raises(ReconcileError, match=r"the view timeline is broken: .*INT64"):
        list(judge(ledger, database, own(home)))


def ready(wanted):
    """The small ledger with these views ready to be read, and which of all views are tables."""
    database = connect_unfilled(reconcile.read(BASE))
    prepare(database, wanted)
    return database, tables_of(database) & fillable().keys()


def test_what_is_read_at_one_place_alone_is_left_a_view():
    _, tables = ready({"event_gap"})
    assert tables == {"claim", "side_pair", "whose"}
    _, tables = ready({"event_gap", "event_ratio", "standing"})
    assert "event_gap" in tables
    assert "event_ratio" not in tables


def test_what_takes_several_queries_to_make_reads_tables():
    _, tables = ready({"forced_bound"})
    assert {"standing", "cell_part", "forced_bound"} <= tables


@pytest.mark.parametrize("wanted", [VIEWS, ["part_whole"], ["cell_rule"], ["party_coverage"]])
def test_views_that_are_ready_have_the_rows_of_those_that_are_filled(wanted, small):
    database, tables = ready(wanted)
    assert set(wanted) - tables
    same_rows(database, small, wanted)


def test_what_was_left_a_view_is_filled_when_it_is_asked_for(small):
    wanted = {suite.relation for suite in suites(BASE)}
    database, tables = ready(wanted)
    assert {"event_overview", "event_party", "look_alike", "wording"} <= wanted - tables
    same_rows(database, small, wanted & views().keys())
    fill(database, wanted)
    assert wanted & views().keys() <= tables_of(database)
    fill(database)
    assert fillable().keys() <= tables_of(database)
    same_rows(database, small)


def test_what_lacks_memory_is_no_broken_view():
    with pytest.raises(OutOfMemory), naming("claim"):
        raise OutOfMemory


def test_a_check_works_out_few_columns_of_what_it_reads_once(monkeypatch):
    left = set()

    def define(view, database):
        left.add(view.name)
        DEFINE(view, database)

    monkeypatch.setattr(View, "define", define)
    reconcile.check(reconcile.read(BASE))
    assert {"event_overview", "event_party", "look_alike", "wording"} <= left


def test_a_relation_is_filled_before_its_rows_are_named(tmp_path):
    texts = {
        "event_ratio": between(column='"ratio"', max_value="1000", message="{event}"),
        "look_alike": between(column='"named"', max_value="-1"),
        "timeline": expectation("expect_column_values_to_be_unique", column='"event"'),
        "event_overview": expectation(
            "expect_column_values_to_be_unique", column='"event"', message="{event}"
        ),
    }
    home = ledger_at(tmp_path, suites=texts)
    ledger = reconcile.read(home)
    database = connect_unfilled(ledger)
    prepare(database, texts.keys())

    told = list(judge(ledger, database, own(home)))

    filled = tables_of(database) & texts.keys()
    assert filled == {"look_alike", "timeline", "event_overview"}  # one by one, or all its rows
    assert {one.relation for one in told} == {"look_alike", "timeline"}
    at_once = judge(ledger, connect(ledger), own(home))
    assert [one.message for one in told] == [one.message for one in at_once]
