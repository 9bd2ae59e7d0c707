"""The database of a ledger: its tables, the catalogue of views, and the order they are made in."""

import datetime as dt
import re

import duckdb
import pytest
from ledgers import BASE, base, claim, document, ledger_at

import reconcile
from reconcile.bundled import content
from reconcile.database import connect, connect_unfilled, execute, rows_of
from reconcile.filling import fill
from reconcile.finding import Finding, Findings, ReconcileError, Severity
from reconcile.pipeline import record_findings
from reconcile.rules import rules
from reconcile.tables import TABLES
from reconcile.totals.supposed import supposed
from reconcile.view import views

pytestmark = pytest.mark.untraced

VIEWS = sorted(views())
SOURCE_LEVEL = ("attribution", "claim", "claim_codebook", "concern")
SOURCE_LEVEL += ("pooled_figure", "sourced_figure", "standing", "timeline", "whose", "wording")
NEVER_EMPTY = {
    "steps",
    "claim",
    "c.claim",
    "c.source",
    "c.steps",
    "whole.claim",
    "part.claim",
    "f.claim ROWS UNBOUNDED PRECEDING",
    "CASE WHEN whole.source <> part.source OR whole.collective THEN 0 ELSE 1 END",
    "low_claim",
    "high_claim",
    "gap DESC",
    "p.gap DESC",
    "p.low_claim",
    "p.high_claim",
    "COALESCE(gap, 0) DESC",
    "CASE WHEN between_voices THEN 0 ELSE 1 END",
}


@pytest.fixture(scope="module")
def shipped():
    return connect(reconcile.read(content("claims").parent))


@pytest.fixture(scope="module")
def small():
    return connect(reconcile.read(BASE))


def columns_of(database, relation):
    told = database.execute(f"SELECT * FROM {relation} LIMIT 0")
    return [column[0] for column in told.description]


def code_of(select):
    """A SELECT without its comments and the words in quotes."""
    return re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", select))


def window_orders(select):
    """The terms by which the windows of a SELECT are ordered."""
    for told in re.findall(r"OVER \((.*?)\n?\s*\) (?:=|>|AS)", code_of(select), re.S):
        terms = [one for one in re.split(r",(?![^(]*\))", told.partition("ORDER BY")[2]) if one]
        yield from (re.sub(r"\s+", " ", term).strip() for term in terms)


def test_the_views_that_the_product_promises_are_there():
    promised = (
        "standing claim_revision relay self_contradiction event_side event_gap event_conflict"
        " event_coverage event_party figure_support look_alike source_pair source_record"
    )
    assert set(promised.split()) <= set(VIEWS)


@pytest.mark.parametrize("name", VIEWS)
class TestAView:
    def test_says_what_one_row_is_and_what_makes_its_key(self, name):
        view = views()[name]
        assert re.fullmatch(r"One row is .+", view.row_is)
        assert view.key
        assert set(view.key) <= set(view.columns())

    def test_gives_each_of_its_columns_a_meaning(self, name, shipped):
        told = views()[name].columns()
        assert list(told) == columns_of(shipped, name)
        assert all(re.match(r"[a-z]", meaning) for meaning in told.values())

    @pytest.mark.parametrize("ledger", ["shipped", "small"])
    def test_has_one_row_for_each_key(self, name, ledger, request):
        database = request.getfixturevalue(ledger)
        key = ", ".join(views()[name].key)
        twice = f"SELECT {key} FROM {name} GROUP BY {key} HAVING COUNT(*) > 1"
        assert database.execute(twice).fetchall() == []

    def test_is_one_plain_select(self, name):
        text = code_of(views()[name].select)
        assert not re.search(r"\bCREATE\b|\bRECURSIVE\b", text, re.I)
        assert not re.search(r'["{}$?;`]', text)
        assert set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text)) <= {"0", "1"}

    def test_uses_nothing_that_another_engine_reads_differently(self, name):
        text = code_of(views()[name].select)
        forbidden = r"STRING_AGG|QUANTILE_CONT|ARG_MAX|ARG_MIN|REGEXP|DATE_DIFF|EXCLUDE|UNNEST"
        assert not re.search(rf"\b({forbidden}|ASOF|ILIKE|MODE)\b|//|->|::", text, re.I)
        assert not re.search(r"/ (?!NULLIF)", text)

    def test_says_where_empty_cells_go_wherever_order_decides(self, name):
        for term in window_orders(views()[name].select):
            assert term.endswith("NULLS LAST") or term in NEVER_EMPTY

    def test_rests_on_rows_of_the_ledger(self, name, shipped):
        if name == "interest":
            pytest.skip("a row of it is no statement")
        if name in SOURCE_LEVEL:
            table = {"attribution": "attributions", "concern": "address"}.get(name, "figures")
            query = f"SELECT COUNT(*) FROM {name} AS v ANTI JOIN {table} USING (row)"
        else:
            of_one = name in (
                "claim_revision",
                "event_coverage",
                "event_party",
                "look_alike",
                "relay",
            )
            at = "NOT LIST_CONTAINS(rows, row)" if of_one else "row <> LIST_MAX(rows)"
            query = (
                f"SELECT COUNT(*) FROM {name}"
                f" WHERE {at} OR rows <> LIST_SORT(LIST_DISTINCT(rows)) OR LEN(rows) = 0"
            )
        assert shipped.execute(query).fetchall() == [(0,)]


def test_the_windows_of_the_views_are_read_by_this_test():
    found = {name: len(list(window_orders(view.select))) for name, view in views().items()}
    assert {name: count for name, count in found.items() if count} == {
        "cell_rule": 6,
        "event_conflict": 4,
        "event_gap": 4,
        "event_ratio": 3,
        "look_alike": 4,
        "part_whole": 8,
        "self_contradiction": 3,
        "standing": 3,
        "timeline": 4,
    }


def test_a_connection_is_a_plain_one_that_loads_nothing(small):
    assert isinstance(small, duckdb.DuckDBPyConnection)
    for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
        assert small.execute(f"SELECT CURRENT_SETTING('{setting}')").fetchone() == (False,)


def test_every_table_keeps_its_columns_rows_and_kinds(small):
    ledger = reconcile.read(BASE)
    for name, table in TABLES.items():
        assert columns_of(small, name) == ["row", *(column.name for column in table.columns)]
        rows = [row for (row,) in small.execute(f"SELECT row FROM {name} ORDER BY row").fetchall()]
        assert rows == ledger.tables[name].index.tolist()
    assert small.execute(
        "SELECT claim, asserted_on, low, high, best FROM figures WHERE claim = 'bridge--jnim--1'"
    ).fetchall() == [("bridge--jnim--1", dt.date(2025, 6, 2), 30, None, None)]
    collective = small.execute("SELECT source FROM sources WHERE collective ORDER BY source")
    assert collective.fetchall() == [("residents",), ("security-sources",)]


def test_each_row_is_found_again_in_its_file(small):
    lines = (BASE / "claims" / "figures.csv").read_text("utf-8").splitlines()
    told = small.execute(
        "SELECT f.claim, a.file, a.line FROM figures AS f INNER JOIN address AS a ON a.row = f.row"
    ).fetchall()
    assert len(told) == len(base("figures"))
    for identity, file, line in told:
        assert file == "claims/figures.csv"
        assert lines[line - 1].startswith(f"{identity},")


@pytest.mark.parametrize("large", [0, 1 << 40], ids=["in a file", "in a frame"])
def test_a_row_is_found_again_between_lines_that_are_refused(large, tmp_path, monkeypatch):
    monkeypatch.setattr("reconcile.reading.file.LARGE", large)
    told = {
        name: [claim(f"{name}{at}", asserted_on="soon" if at in gone else "") for at in range(9)]
        for name, gone in (("y", {1, 4, 5}), ("z", {0, 8}))
    }
    ledger = reconcile.read(ledger_at(tmp_path, figures=told))
    assert len(ledger.findings) == 5
    with connect_unfilled(ledger) as database:
        rows = database.execute(
            "SELECT f.row, f.claim, a.file, a.line FROM figures AS f"
            " INNER JOIN address AS a ON a.row = f.row"
        ).fetchall()
    assert len(rows) == 13
    for row, identity, file, line in rows:
        assert (file, line) == (f"claims/figures/{identity[0]}.csv", int(identity[1]) + 2)
        assert ledger.address(row) == (file, line)


@pytest.mark.parametrize("day", [dt.date(2025, 6, 3), "2025-06-03"])
def test_a_day_may_be_given_as_date_or_text(day):
    database = connect(reconcile.read(BASE), day)
    assert database.execute("SELECT * FROM asking").fetchall() == [(dt.date(2025, 6, 3), "literal")]
    assert database.execute("SELECT MAX(known_on) FROM claim").fetchall() == [
        (dt.date(2025, 6, 3),)
    ]


def tables_in(database):
    told = database.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {name for (name,) in told}


def test_a_view_is_filled_when_it_is_first_read_with_what_it_reads_and_no_other(small):
    database = connect_unfilled(reconcile.read(BASE))
    assert not tables_in(database) & views().keys()
    rows = execute(database, "SELECT * FROM event_conflict ORDER BY ALL").fetchall()
    assert rows == small.execute("SELECT * FROM event_conflict ORDER BY ALL").fetchall()
    filled = tables_in(database) & views().keys()
    assert {"event_conflict", "standing", "claim"} <= filled
    assert not filled & {"timeline", "source_record", "cell_rule", "part_whole"}
    fill(database)
    assert tables_in(database) == tables_in(small)


def test_what_is_supposed_leaves_no_view_behind_that_is_made_of_it(small):
    database = connect_unfilled(reconcile.read(BASE))
    with supposed(database, "SELECT * FROM standing LIMIT 0", {}) as cursor:
        assert cursor.execute("SELECT COUNT(*) FROM summand").fetchone() == (0,)
        execute(cursor, "SELECT COUNT(*) FROM event_overview")
    for name in views():
        query = f"SELECT * FROM {name} ORDER BY ALL"
        assert execute(database, query).fetchall() == small.execute(query).fetchall(), name


def test_what_comes_back_uses_as_many_threads_as_duckdb_would(small):
    query = "SELECT current_setting('threads')"
    assert small.execute(query).fetchone() == duckdb.connect().execute(query).fetchone()


@pytest.mark.parametrize("day", ["June 2025", "03/06/2025", "2025-02-30", "", 5])
def test_what_is_no_day_is_misuse_and_says_so(day):
    with pytest.raises(ReconcileError, match="as_of"):
        connect(reconcile.read(BASE), day)


def test_a_ledger_without_claims_has_empty_views_and_a_report(tmp_path):
    ledger = reconcile.read(ledger_at(tmp_path, figures=[], attributions=None, event_parts=None))
    database = connect(ledger)
    assert not ledger.findings
    for name in VIEWS:
        assert database.execute(f"SELECT COUNT(*) FROM {name}").fetchone() == (0,), name
    findings = reconcile.check(ledger, database, expectations=False)
    told = reconcile.report(ledger, findings, database)
    assert "No two figures exclude each other, no whole is smaller" in told


def test_a_statement_leads_to_its_root_and_an_event_to_its_wholes(tmp_path):
    figures = [
        claim("a", low=8),
        claim("b", low=8, repeats="a", document="wire-2025-06-03"),
        claim("c", low=8, repeats="b", document="gazette-2025-06-05"),
        claim("d", low=9, supersedes="a; b", document="courrier-2025-06-12"),
    ]
    parts = [
        {"event": "bridge-2025-06-01", "part_of": "market-2025-06-10"},
        {"event": "market-2025-06-10", "part_of": "june-2025"},
        {"event": "bridge-2025-06-01", "part_of": "june-2025"},
    ]
    database = connect(reconcile.read(ledger_at(tmp_path, figures=figures, event_parts=parts)))
    assert database.execute("SELECT * FROM statement ORDER BY claim").fetchall() == [
        ("a", "a", 0),
        ("b", "a", 1),
        ("c", "a", 2),
        ("d", "d", 0),
    ]
    links = database.execute("SELECT claim, superseded FROM supersession ORDER BY ALL").fetchall()
    assert links == [("d", "a"), ("d", "b")]
    assert database.execute("SELECT * FROM event_closure ORDER BY ALL").fetchall() == [
        ("bridge-2025-06-01", "june-2025"),
        ("bridge-2025-06-01", "market-2025-06-10"),
        ("market-2025-06-10", "june-2025"),
    ]


def test_rows_come_back_by_column(small):
    query = "SELECT claim, low FROM figures WHERE source = $source AND low > 30 ORDER BY claim"
    assert list(rows_of(small, query, {"source": "army"})) == [
        {"claim": "bridge--army--1", "low": 31},
        {"claim": "bridge--army--2", "low": 34},
        {"claim": "june--army--1", "low": 48},
    ]


def test_findings_are_left_in_the_database(tmp_path):
    documents = [*base("documents"), document("bare", url="")]
    ledger = reconcile.read(ledger_at(tmp_path, documents=documents))
    database = connect(ledger)
    findings = reconcile.check(ledger, database)
    told = database.execute("SELECT rule, severity, relation, key, file, line FROM finding")
    assert told.fetchall() == [
        (
            "document-without-address",
            "warning",
            "documents",
            "bare",
            "claims/documents.csv",
            len(documents) + 1,
        )
    ]
    fingerprints = database.execute(
        "SELECT fingerprint, message, checked_by, waived_by FROM finding"
    )
    (one,) = findings
    assert fingerprints.fetchall() == [(one.fingerprint, one.message, "gx", None)]


def test_a_second_check_leaves_only_its_own_findings(small):
    rule = rules()["duplicate-id"]
    at = reconcile.Address("claims/figures.csv", 3)
    record_findings(small, Findings.of([Finding(rule, "figures", ("a",), at).waived(at)]))
    told = small.execute("SELECT severity, line, waived_by FROM finding").fetchall()
    assert told == [(str(Severity.ERROR), 3, "claims/figures.csv:3")]
    record_findings(small, Findings.of([]))
    assert small.execute("SELECT COUNT(*) FROM finding").fetchone() == (0,)
