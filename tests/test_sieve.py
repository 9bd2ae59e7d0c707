"""A large ledger is held to the laws as a small one is, though few of its rows are looked at."""

import gc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import BASE, base, claim, document, event, ledger_at
from test_rules import wrong_ledger

import reconcile
from reconcile.circle import circles
from reconcile.contract import hold
from reconcile.law import laws_of, link_laws_of
from reconcile.ledger import load
from reconcile.pipeline import check
from reconcile.reading import file
from reconcile.reading.kept import Kept, Store
from reconcile.sieve import Sieve
from reconcile.tables import TABLES

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[1]


@pytest.fixture
def large(monkeypatch):
    """Every file that can be is taken for a large one."""

    def switch(on=True):
        monkeypatch.setattr(file, "LARGE", 0 if on else 1 << 40)

    return switch


def told(home):
    """What is read of a workspace and what the laws say of it."""
    ledger = reconcile.read(home)
    findings = check(ledger, expectations=False)
    return ledger, [
        (one.rule.name, one.relation, one.key, str(one.at), one.message, list(map(str, one.also)))
        for one in findings
    ]


def agree(home, large):
    """The ledger as a large one; that it is the one that it is as a small one."""
    large(False)
    small, said = told(home)
    large()
    ledger, found = told(home)
    assert found == said
    assert ledger.counts == small.counts and ledger.left_out == small.left_out
    assert ledger.refused == small.refused and ledger.unknown == small.unknown
    assert ledger.ids == small.ids and ledger.addresses.equals(small.addresses)
    for name in TABLES:
        assert len(ledger.tables.rows[name]) == len(small.tables[name])
        assert ledger.tables[name].equals(small.tables[name]), name
    assert ledger.withheld.equals(small.withheld)
    return ledger


def laws():
    """The names of all laws that rows and references are held to."""
    empty = load(BASE)
    columns = [(table, column) for table in TABLES.values() for column in table.columns]
    told = [law for table in TABLES.values() for law in laws_of(table, empty)]
    told += [law for table, column in columns for law in link_laws_of(table, column, empty)]
    return sorted({law.name for law in told})


@pytest.mark.parametrize("rule", laws())
def test_the_same_is_found_in_a_large_ledger(rule, tmp_path, large):
    agree(wrong_ledger(tmp_path, rule), large)


def test_the_shipped_ledger_is_the_same_as_a_large_one(large):
    ledger = agree(ROOT, large)
    assert ledger.tables.rows["figures"].are_kept


CLAIMS = st.builds(
    claim,
    st.sampled_from("abcdef"),
    source=st.sampled_from(["army", "jnim", "nobody"]),
    stance=st.sampled_from(["", "figure", "silence", "rumour"]),
    low=st.sampled_from(["", "-1", "3", "30000000000"]),
    best=st.sampled_from(["", "4"]),
    high=st.sampled_from(["", "2", "9"]),
    supersedes=st.sampled_from(["", "a", "b;c", "f"]),
    repeats=st.sampled_from(["", "a", "b", "zz"]),
    answers=st.sampled_from(["", "a", "c"]),
    asserted_on=st.sampled_from(["", "2025-06-01", "2025-06-02", "01/06/2025"]),
)


@settings(max_examples=settings().max_examples // 6)
@given(st.lists(CLAIMS, max_size=8))
def test_the_same_is_found_in_any_claims(tmp_path_factory, rows):
    home = ledger_at(tmp_path_factory.getbasetemp() / "any", figures=rows)
    with pytest.MonkeyPatch.context() as patch:
        agree(home, lambda on=True: patch.setattr(file, "LARGE", 0 if on else 1 << 40))


def test_what_a_refused_row_takes_with_it_is_left_out(tmp_path, large):
    events = [*base("events"), event("late", starts_on="2025-06-09", ends_on="2025-06-01")]
    documents = [*base("documents"), document("copy", origin="nowhere")]
    figures = [
        *base("figures"),
        claim("on-late", event="late"),
        claim("again", repeats="on-late"),
        claim("and-again", repeats="again"),
    ]
    home = ledger_at(tmp_path, events=events, documents=documents, figures=figures)

    ledger = agree(home, large)

    assert ledger.left_out == {"figures": 3}
    assert not set(ledger.tables["figures"]["claim"]) & {"on-late", "again", "and-again"}


@pytest.mark.parametrize("linked", [True, False], ids=["with links", "without"])
def test_no_row_of_a_lawful_table_is_looked_at_but_those_that_could_break_a_law(
    linked, large, monkeypatch, tmp_path
):
    seen = {}
    suspects = Sieve.suspects

    def counted(self, table, conditions):
        frame = suspects(self, table, conditions)
        seen[table.name] = len(frame)
        return frame

    monkeypatch.setattr(Sieve, "suspects", counted)
    large()
    links = ("supersedes", "repeats", "answers")
    figures = [row for row in base("figures") if linked or not any(row[one] for one in links)]
    ledger = hold(load(ledger_at(tmp_path, figures=figures)))

    given = {name: len(rows) for name, rows in ledger.tables.rows.items()}
    assert given["figures"] > 3
    assert 0 < seen["figures"] < given["figures"] if linked else seen["figures"] == 0
    assert seen["events"] == seen["documents"] == seen["sources"] == 0
    assert min(given["events"], given["documents"], given["sources"]) > 0


def test_what_is_known_of_a_large_table_is_asked_of_its_file(large):
    large()
    ids = load(BASE).ids
    known = base("sources")[0]["source"]
    assert ids.among("sources", [known, "nobody"]) == {known}
    assert known in ids["sources"]
    assert ids.among("sources", [known, "nobody"]) == {known}


def test_the_rows_of_a_large_file_go_when_nobody_holds_them(large):
    large()
    ledger = load(BASE)
    (part,) = ledger.tables.rows["sources"].parts
    assert isinstance(part.rows, Kept)
    folder = part.rows.path.parent
    assert folder.is_dir()
    del ledger, part
    gc.collect()
    assert not folder.exists()


def test_which_circle_is_found_does_not_depend_on_who_leads_to_none(tmp_path, large):
    whole = {name: event(name, starts_on="2025-06-01") for name in "acdef"}
    parts = [
        dict(zip(("event", "part_of"), pair, strict=True))
        for pair in ("ae", "fd", "ad", "df", "ca", "fc")
    ]
    events = [*base("events"), *whole.values()]
    agree(ledger_at(tmp_path, events=events, event_parts=parts), large)


NODES = st.sampled_from("abcdef")


@given(st.lists(st.tuples(NODES, NODES), unique=True, max_size=12))
def test_the_same_circles_are_found_without_the_edges_that_end(edges):
    numbered = [(row, *edge) for row, edge in enumerate(edges)]
    begun = {source for source, _ in edges}
    assert circles(numbered) == circles(one for one in numbered if one[2] in begun)


def test_where_there_is_no_room_for_the_rows_the_run_says_so(large, monkeypatch, tmp_path):
    monkeypatch.setattr(Store, "place", lambda self: tmp_path / "no" / "folder" / "1.parquet")
    large()
    with pytest.raises(reconcile.ReconcileError, match="the rows of a large file cannot be kept"):
        load(BASE)
