"""A long ledger is reconciled a slice of events at a time, and the same is found as at once."""

import datetime as dt
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pytest
from commands import reconcile as command
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import BASE, claim, document, event, ledger_at, source

import reconcile
from benchmarks.speed.generate import generate
from reconcile import engine, pipeline
from reconcile import slices as module
from reconcile.database import connect_unfilled
from reconcile.filling import fill
from reconcile.reading import file
from reconcile.serve import files
from reconcile.serve.judging import judged
from reconcile.slices import OVER_EVENTS, portions, slices, without_events
from reconcile.suite import suites
from reconcile.view import views

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[1]
KEPT = views().keys() - OVER_EVENTS
OF_EVENTS = ("events", "event_parts", "attributions", "figures")


def rows(ledger, names, *asked):
    """The rows of views, and how often each is there."""
    with connect_unfilled(ledger, *asked) as database:
        fill(database, names)
        return {
            name: Counter(map(str, database.execute(f"FROM {name}").fetchall())) for name in names
        }


def together(parts, names, *asked):
    told = {name: Counter() for name in names}
    for part in parts:
        for name, found in rows(part, names, *asked).items():
            told[name] += found
    return told


def differing(one, other):
    return {name for name in one if one[name] != other[name]}


def found(home):
    return [
        (one.fingerprint, one.message, str(one.at), list(map(str, one.also)), one.message_in("fr"))
        for one in reconcile.check(reconcile.read(home))
    ]


@pytest.mark.parametrize(("claims", "asked"), [(100, ()), (200, ("2025-06-03", "acled"))], ids=str)
def test_the_rows_of_all_slices_are_those_of_the_shipped_ledger(claims, asked):
    ledger = reconcile.read(ROOT)
    parts = list(slices(ledger, claims))
    assert len(parts) > len(ledger.tables["figures"]) // claims // 2 > 0
    assert not differing(rows(ledger, KEPT, *asked), together(parts, KEPT, *asked))


def test_what_looks_over_events_is_not_the_sum_of_slices():
    ledger = reconcile.read(ROOT)
    parts = list(slices(ledger, 200))
    told = differing(rows(ledger, OVER_EVENTS), together(parts, OVER_EVENTS))
    assert told == {"interest", "party_coverage", "source_pair", "source_record"}


def test_a_codebook_is_there_for_an_event_without_readable_words(tmp_path, monkeypatch):
    figures = [claim("a", event="x", low=40), claim("b", event="y", stated="40")]
    text = SUITE.format(kind="be_null", kwargs='column = "low"', message="{codebook}")
    views = {"claim_codebook", "event_codebook"}
    home = ledger_at(
        tmp_path,
        events=[event("x"), event("y")],
        figures=figures,
        event_parts=[],
        attributions=[],
        suites=dict.fromkeys(views, text),
    )
    ledger = reconcile.read(home)
    assert differing(rows(ledger, views), together(slices(ledger, 1), views)) == views
    whole = found(home)
    monkeypatch.setattr(module, "CLAIMS", 1)
    assert found(home) == whole


def test_no_slice_is_empty_and_files_without_a_row_of_it_are_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(file, "LARGE", 0)
    events = [event(one, starts_on="2025-05-01") for one in "wpqrxyz"]
    figures = {one: [claim(f"on-{one}", event=one)] for one in "wpqrxyz"}
    parts = [{"event": one, "part_of": "w"} for one in "pqr"]
    home = ledger_at(tmp_path, events=events, figures=figures, event_parts=parts, attributions=[])
    ledger = reconcile.read(home)
    told = list(slices(ledger, 1))
    assert [len(part.tables.rows["figures"]) for part in told] == [4, 1, 1, 1]
    for part in told:
        with duckdb.connect() as database, part.tables.rows["figures"].shown(database) as query:
            assert query.count("read_parquet(") == len(part.tables["figures"])


@pytest.mark.parametrize("kept", [True, False], ids=["in files", "in frames"])
def test_each_row_is_in_the_slice_of_its_event_and_each_slice_is_as_large_as_asked(
    kept, tmp_path, monkeypatch
):
    monkeypatch.setattr(file, "LARGE", 0 if kept else 1 << 40)
    ledger = reconcile.read(generate(tmp_path / "made", 1_000))
    assert ledger.tables.rows["figures"].are_kept is kept
    parts = list(slices(ledger, 100))
    assert len(parts) == 10
    for name in OF_EVENTS:
        told = [row for part in parts for row in part.tables[name].index]
        assert sorted(told) == sorted(ledger.tables[name].index)
    for part in parts:
        tables = part.tables
        assert 95 < len(tables["figures"]) == len(tables.rows["figures"]) < 105
        assert set(tables["figures"]["event"]) == set(tables["events"]["event"])
        assert set(tables["figures"]["document"]) == set(tables["documents"]["document"])
        assert tables["sources"].equals(ledger.tables["sources"])
    assert not differing(rows(ledger, {"standing"}), together(parts, {"standing"}))


def test_small_files_beside_each_other_are_one_frame(tmp_path, monkeypatch):
    figures = {name: [claim(f"in-{name}")] for name in ("a", "b", "large", "y", "z")}
    figures["large"] += [claim(f"large-{at}") for at in range(99)]
    monkeypatch.setattr(file, "LARGE", 5_000)
    ledger = reconcile.read(ledger_at(tmp_path, figures=figures))
    parts = ledger.tables.rows["figures"].parts
    assert [type(part.rows).__name__ for part in parts] == ["DataFrame", "Kept", "DataFrame"]
    told = {one: str(ledger.address(row)) for row, one in ledger.tables["figures"]["claim"].items()}
    assert len(told) == 104 and told["in-z"] == "claims/figures/z.csv:2"
    assert told["in-b"] == "claims/figures/b.csv:2"
    assert told["large-98"] == "claims/figures/large.csv:101"
    with connect_unfilled(ledger) as database:
        rows = dict(database.execute("SELECT row, claim FROM figures").fetchall())
    assert rows == dict(ledger.tables["figures"]["claim"].items())


def test_events_that_belong_together_lie_in_one_slice(tmp_path):
    events = [event(one, starts_on="2025-05-01") for one in ("w", "p", "q", "r", "s", "alone", "x")]
    figures = [
        *(claim(f"on-{one['event']}", event=one["event"]) for one in events[:-1]),
        claim("copy", event="q", repeats="on-r"),
        claim("reply", event="r", source="jnim", answers="on-s", stance="denies-figure"),
    ]
    parts = [{"event": "p", "part_of": "w"}, {"event": "q", "part_of": "w"}]
    documents = [
        document("gazette-2025-06-02"),
        document("first", url="https://example.org/1"),
        document("second", origin="first"),
        document("third", origin="second"),
        document("unread"),
    ]
    figures[5]["document"] = "third"
    home = ledger_at(
        tmp_path,
        events=events,
        figures=figures,
        event_parts=parts,
        documents=documents,
        attributions=[],
    )
    ledger = reconcile.read(home)
    assert not ledger.findings

    told = list(slices(ledger, 1))

    held = [frozenset(part.tables["events"]["event"]) for part in told]
    assert sorted(map(sorted, filter(None, held))) == [["alone"], ["p", "q", "r", "s", "w"], ["x"]]
    (alone,) = [part for part in told if "alone" in set(part.tables["events"]["event"])]
    assert set(alone.tables["documents"]["document"]) == {"first", "second", "third"}
    none = without_events(ledger).tables
    assert not any(len(none.rows[name]) or len(none[name]) for name in OF_EVENTS)
    assert none["documents"].equals(ledger.tables["documents"])
    told = rows(without_events(reconcile.read(ROOT)), views().keys())
    assert not any(told.values())


EVENTS = "uvwxyz"
CLAIMS = st.builds(
    claim,
    st.sampled_from("abcdefgh"),
    event=st.sampled_from(EVENTS),
    source=st.sampled_from(["army", "jnim", "residents"]),
    document=st.sampled_from(["one", "two", "three"]),
    stance=st.sampled_from(["", "", "", "silence", "denies-figure"]),
    stated=st.sampled_from(["40", "about 60", "at least 9", "many", "no toll given", "wx"]),
    low=st.sampled_from(["", "7"]),
    measure=st.sampled_from(["killed", "casualties"]),
    victims=st.sampled_from(["soldiers", "people"]),
    supersedes=st.sampled_from(["", "", "a", "b;c"]),
    repeats=st.sampled_from(["", "", "a", "b", "d"]),
    answers=st.sampled_from(["", "", "a", "c"]),
)
PARTS = st.sampled_from([*zip("uvwxy", "vwxyz", strict=True), *zip("uvwx", "wxyz", strict=True)])


@settings(max_examples=settings().max_examples // 12)
@given(
    st.lists(CLAIMS, max_size=8, unique_by=lambda one: one["claim"]),
    st.lists(PARTS, max_size=3, unique=True),
    st.sampled_from(["", "one"]),
)
def test_the_rows_of_all_slices_are_those_of_any_ledger(tmp_path_factory, told, parts, origin):
    home = ledger_at(
        tmp_path_factory.getbasetemp() / "sliced",
        events=[event(one) for one in EVENTS],
        event_parts=[dict(zip(("event", "part_of"), one, strict=True)) for one in parts],
        documents=[document("one"), document("two", origin=origin), document("three")],
        figures=told,
    )
    ledger = reconcile.read(home)
    assert not differing(rows(ledger, KEPT), together(slices(ledger, 1), KEPT))


def test_the_same_is_found_in_slices_of_the_shipped_ledger(monkeypatch):
    whole = found(ROOT)
    monkeypatch.setattr(module, "CLAIMS", 150)
    assert found(ROOT) == whole


def test_the_same_is_found_in_slices_of_a_large_ledger(tmp_path, monkeypatch):
    home = generate(tmp_path / "made", 2_000, 0.3, "expectations")
    whole = found(home)
    assert len(whole) > 500
    monkeypatch.setattr(file, "LARGE", 0)
    monkeypatch.setattr(module, "CLAIMS", 700)
    assert len(portions(reconcile.read(home), suites(home))) == 4
    assert found(home) == whole


SUITE = """
[[expectations]]
type = "expect_column_values_to_{kind}"
severity = "warning"
kwargs = {{ {kwargs} }}
[expectations.meta]
rule = "own-rule"
message = "{message}"
"""
OWN = {
    "standing": ("be_unique", 'column = "stated"', "{claim}"),
    "source_record": ("be_between", 'column = "events", max_value = 1', "{source}"),
    "sources": ("be_null", 'column = "party"', "{source}"),
    "events": ("be_between", 'column = "latitude", max_value = 14', "{event}"),
    "documents": ("be_unique", 'column = "publisher"', "{document}"),
    "figures": ("not_be_null", 'column = "evidence"', "{claim}"),
}


def test_an_expectation_of_ones_own_is_put_to_what_it_looks_over(tmp_path, monkeypatch):
    texts = {
        name: SUITE.format(kind=kind, kwargs=kwargs, message=message)
        for name, (kind, kwargs, message) in OWN.items()
    }
    home = ledger_at(tmp_path, suites=texts)
    (home / "claims").rename(home / "none")
    (home / "claims").symlink_to(ROOT / "claims")
    whole = found(home)
    assert {told for _, told, *_ in whole if " " not in told}

    monkeypatch.setattr(module, "CLAIMS", 250)

    assert found(home) == whole
    told = portions(reconcile.read(home), suites(home))
    (tables, of_tables), (first, sliced), *_, (rest, of_rest) = told
    assert {"events", "figures", "event_gap"} <= {one.relation for one in sliced}
    assert {one.relation for one in of_tables} == {one.relation for one in suites(home)}
    assert {one.relation for one in of_rest} == {"standing", "source_record"}
    assert len(first.tables.rows["figures"]) < 350 < len(rest.tables.rows["figures"])
    assert len(tables.tables.rows["figures"]) == 0
    put = {one.relation for _, given in told[1:] for one in given}
    assert {one.relation for one in suites(home)} - put == {"sources", "documents"}


FAULTY = {
    "standign": ("be_null", 'column = "low"', "{claim}", "there is no table or view standign"),
    "standing": ("be_nul", 'column = "low"', "{claim}", "no expectation is called"),
    "event_gap": ("be_unique", 'column = "nonsense"', "{event}", "has no column nonsense"),
    "source_record": ("be_null", 'column = "source"', "{voice}", "the message asks for"),
    "wording": (
        "be_between",
        'column = "low", max_value = 1, row_condition = "no > 1", condition_parser = "pandas"',
        "{claim}",
        "own-rule",
    ),
    "interest": ("be_null", 'column = "party"', "{party}", "rest on no row of a file"),
}


@pytest.mark.parametrize("relation", FAULTY)
def test_a_faulty_suite_is_refused_before_anything_is_reconciled(relation, tmp_path, monkeypatch):
    kind, kwargs, message, fault = FAULTY[relation]
    text = SUITE.format(kind=kind, kwargs=kwargs, message=message)
    home = ledger_at(tmp_path, suites={relation: text})
    monkeypatch.setattr(module, "CLAIMS", 2)
    steps = []

    def step(doing):
        steps.append(doing)
        return nullcontext()

    with pytest.raises(reconcile.ReconcileError, match=fault):
        reconcile.check(reconcile.read(home), step=step)
    first, *parts = steps
    assert first == "finding which events belong together"
    assert [one.partition(": ")[0][:9] for one in parts] == ["part 1 of"] * 3


def test_a_command_says_which_part_it_is_at(monkeypatch):
    asked = ("check", str(BASE), "--as-of", "2025-06-02", "--format", "json", "--fail-on", "never")
    whole = command(*asked, "--verbose")
    monkeypatch.setattr(module, "CLAIMS", 2)
    told = command(*asked, "--verbose")
    assert told.stdout == whole.stdout and told.returncode == whole.returncode == 0
    assert "part 1 of " in told.stderr and "part 1 of " not in whole.stderr
    note = "as of 2025-06-02; claims without a date are left out: "
    assert told.stderr.count(note) == whole.stderr.count(note) == 1
    assert note not in command(*asked, "--quiet").stderr


def disputed(home):
    """A ledger of two events, of each of which an army and its enemy say what is far apart."""
    told = [
        claim(f"{voice}-on-{name}", event=name, source=voice, best=best)
        for name in ("x", "y")
        for voice, best in (("army", 10), ("enemy", 200))
    ]
    sources = [source("army", "government"), source("enemy", "insurgent")]
    events = [event("x"), event("y")]
    return ledger_at(home, events=events, sources=sources, figures=told, attributions=[])


def test_waivers_are_written_for_what_is_found_part_by_part(tmp_path, monkeypatch):
    home = disputed(tmp_path)
    monkeypatch.setattr(module, "CLAIMS", 2)
    told = command("baseline", "-w", str(home), "--who", "Desk", "--why", "Known", "--verbose")
    assert told.returncode == 0 and "part 3 of 3" in told.stderr
    checked = reconcile.check(reconcile.read(home))
    assert len(checked.all) > 1 and not checked.open


def test_the_service_finds_part_by_part_what_is_found_at_once(tmp_path, monkeypatch):
    home = disputed(tmp_path)
    asked = (home, files.digest(home), dt.date(2025, 6, 2), dt.date(2025, 7, 1))
    at_once = judged(*asked)
    opened = []
    monkeypatch.setattr(module, "CLAIMS", 2)
    monkeypatch.setattr(
        pipeline, "connect_unfilled", lambda *them: opened.append(1) or connect_unfilled(*them)
    )
    assert [one.fingerprint for one in judged(*asked)] == [one.fingerprint for one in at_once]
    assert len(opened) == 3 and len(at_once) > 1


@pytest.mark.parametrize("asked", [{"as_of": "2025-06-02"}, {"codebook": "acled"}], ids=str)
def test_a_database_is_not_asked_anew_for_a_day_or_a_codebook(asked):
    ledger = reconcile.read(BASE)
    with (
        connect_unfilled(ledger) as database,
        pytest.raises(reconcile.ReconcileError, match="holds its day and its codebook"),
    ):
        reconcile.check(ledger, database, **asked)


@pytest.mark.parametrize(
    ("limit", "count"),
    [("1TB", 3), ("200MB", 3), ("128 MiB", 4), ("128MB", 5), ("0.128gb", 5), ("60MB", 6)],
)
def test_where_memory_is_short_slices_are_smaller(limit, count, tmp_path, monkeypatch):
    """A thousand claims, of which each counts as a hundred."""
    monkeypatch.setattr(engine, "_LIMITS", {"memory_limit": limit})
    monkeypatch.setattr(module, "CLAIMS", 500)
    monkeypatch.setattr(module, "_FEWEST", 200)
    monkeypatch.setattr(module, "_BYTES", 400_000)
    ledger = reconcile.read(generate(tmp_path / "made", 1_000))
    assert len(portions(ledger, suites(ROOT))) == count
