"""What a ledger must be: every law, one fault one finding, and nothing refused beyond it."""

from dataclasses import replace
from itertools import pairwise

import pytest
from held import broken, claims, held, laws
from hypothesis import given
from hypothesis import strategies as st
from ledgers import base, claim, csv_text, document, event, source

import reconcile
from reconcile import breach, contract, verdict
from reconcile.circle import circles
from reconcile.finding import Address, ReconcileError, Row, Text
from reconcile.law import Law

# Several at once


def test_every_law_that_a_row_breaks_is_told(tmp_path):
    row = claim("a", source="amry", victims="soldier", stance="shouts", low=-5, best=-9)

    ledger = held(tmp_path, figures=[row])

    assert broken(ledger) == [
        (2, "negative-figure", "best"),
        (2, "negative-figure", "low"),
        (2, "reversed-interval", "a"),
        (2, "unknown-reference", "source"),
        (2, "unknown-reference", "victims"),
        (2, "unknown-word", "stance"),
    ]
    assert claims(ledger) == []


def test_a_lawful_row_stays_beside_a_broken_one(tmp_path):
    ledger = held(tmp_path, figures=[claim("a", low=9, high=3), claim("b", low=3, high=9)])

    assert laws(ledger) == [(2, "reversed-interval")]
    assert claims(ledger) == ["b"]


# References


@pytest.mark.parametrize(
    ("column", "written", "offered"),
    [
        ("event", "bridge-2025-06-11", "bridge-2025-06-01"),
        ("source", "amry", "army"),
        ("document", "gazete-2025-06-02", "gazette-2025-06-02"),
        ("measure", "kiled", "killed"),
        ("victims", "soldier", "soldiers"),
        ("victims_party", "nigeria", "niger"),
    ],
)
def test_a_reference_to_nothing_is_told_with_the_nearest_id(tmp_path, column, written, offered):
    ledger = held(tmp_path, figures=[claim("a", **{column: written})])

    assert broken(ledger) == [(2, "unknown-reference", column)]
    (finding,) = ledger.findings
    assert f"{column} {written} is not in " in finding.message
    assert finding.message.endswith(f"; did you mean {offered}?")


@pytest.mark.parametrize("column", ["supersedes", "repeats", "answers"])
def test_a_claim_that_points_to_no_claim_is_told_with_the_nearest_id(tmp_path, column):
    ledger = held(tmp_path, figures=[claim("bridge-1"), claim("a", **{column: "bridge-2"})])

    assert [law for _, law in laws(ledger)] == ["unknown-reference"]
    (finding,) = ledger.findings
    assert str(finding.at) == "claims/figures.csv:3"
    assert finding.message == f"{column} bridge-2 is not in figures; did you mean bridge-1?"


def test_nothing_is_offered_where_nothing_resembles(tmp_path):
    ledger = held(tmp_path, figures=[claim("a", source="zzzzzz")])

    (finding,) = ledger.findings
    assert finding.message == "source zzzzzz is not in sources"


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("sources", source("a", "insurgent", party="jmin"), "party"),
        ("documents", document("a", origin="gazette"), "origin"),
        ("victims", {"victims": "a", "within": "peple", "name": "A"}, "within"),
        ("measures", {"measure": "a", "within": "kill", "name": "A"}, "within"),
    ],
)
def test_a_row_of_any_table_that_refers_to_nothing_is_told(tmp_path, table, row, column):
    ledger = held(tmp_path, **{table: [*base(table), row]})

    assert broken(ledger) == [(len(base(table)) + 2, "unknown-reference", column)]


def test_both_ends_of_a_part_must_be_known(tmp_path):
    ledger = held(tmp_path, event_parts=[{"event": "june", "part_of": "july"}])

    assert [(line, law) for line, law in laws(ledger)] == [(2, "unknown-reference")] * 2


def test_a_party_of_an_attribution_must_be_known(tmp_path):
    row = base("attributions")[0] | {"party": "jnm", "says": "boasts"}

    ledger = held(tmp_path, attributions=[row])

    assert laws(ledger) == [(2, "unknown-reference"), (2, "unknown-word")]


# One fault, one finding


def test_the_claims_of_a_refused_source_are_left_out_and_not_accused(tmp_path):
    sources = [
        one | {"side": "rebels"} if one["source"] == "jnim" else one for one in base("sources")
    ]

    ledger = held(tmp_path, sources=sources)

    assert [one.rule.name for one in ledger.findings] == ["unknown-word"]
    assert ledger.left_out == {"figures": 3, "attributions": 2}
    assert "jnim" not in set(ledger.tables["figures"]["source"])
    assert reconcile.check(ledger, expectations=False).left_out == ledger.left_out


def test_the_claims_of_a_source_that_cannot_be_read_are_left_out_and_not_accused(tmp_path):
    sources = [
        one | {"collective": "x"} if one["source"] == "jnim" else one for one in base("sources")
    ]

    ledger = held(tmp_path, sources=sources)

    assert [one.rule.name for one in ledger.findings] == ["not-yes"]
    assert ledger.left_out == {"figures": 3, "attributions": 2}


def test_the_claims_on_a_file_that_cannot_be_read_are_left_out_and_not_accused(tmp_path):
    ledger = held(tmp_path, sources="source;name\n")

    assert [one.rule.name for one in ledger.findings] == ["wrong-separator"]
    assert ledger.left_out == {"figures": 12, "attributions": 3}


def test_what_depends_on_what_was_left_out_is_left_out_too(tmp_path):
    parties = [
        one | {"side": "rebels"} if one["party"] == "jnim" else one for one in base("parties")
    ]

    ledger = held(tmp_path, parties=parties)

    assert [one.rule.name for one in ledger.findings] == ["unknown-word"]
    assert ledger.left_out == {"sources": 1, "figures": 3, "attributions": 3}


def test_a_repeat_of_a_refused_claim_is_left_out_and_not_accused(tmp_path):
    figures = [claim("a", low=9, high=3), claim("b", repeats="a", document="wire-2025-06-03")]

    ledger = held(tmp_path, figures=figures)

    assert [one.rule.name for one in ledger.findings] == ["reversed-interval"]
    assert ledger.left_out == {"figures": 1}


@pytest.mark.parametrize("column", ["supersedes", "answers"])
def test_a_claim_stands_alone_where_what_it_points_to_is_refused(tmp_path, column):
    figures = [claim("a", low=9, high=3), claim("b", asserted_on="2025-06-03", **{column: "a"})]

    ledger = held(tmp_path, figures=figures)

    assert laws(ledger) == [(2, "reversed-interval")]
    assert claims(ledger) == ["b"]
    assert ledger.left_out == {}


def test_read_refused_and_left_out_make_up_all_records(tmp_path):
    sources = [
        one | {"side": "rebels"} if one["source"] == "jnim" else one for one in base("sources")
    ]
    figures = [*base("figures"), claim("x", low="few"), claim("y", low=9, high=3)]

    ledger = held(tmp_path, sources=sources, figures=figures)

    count = ledger.counts["claims/figures.csv"]
    assert (count.records, count.refused) == (14, 1)
    broken_by_law = 1
    assert len(ledger.tables["figures"]) + broken_by_law + ledger.left_out["figures"] == 13


# Ids and statements written twice


def test_of_two_rows_with_one_id_the_first_is_kept(tmp_path):
    figures = [claim("a", low=3), claim("a", low=4), claim("b"), claim("a", low=5)]

    ledger = held(tmp_path, figures=figures)

    assert laws(ledger) == [(3, "duplicate-id"), (5, "duplicate-id")]
    assert ledger.tables["figures"]["low"].iloc[0] == 3
    assert claims(ledger) == ["a", "b"]
    first, second = ledger.findings
    assert [str(one) for one in (*first.also, *second.also)] == ["claims/figures.csv:2"] * 2
    assert first.fingerprint != second.fingerprint


def test_an_id_twice_in_two_files_is_told(tmp_path):
    ledger = held(tmp_path, figures={"2024": [claim("a", low=3)], "2025": [claim("a", low=4)]})

    (finding,) = ledger.findings
    assert (str(finding.at), finding.rule.name) == ("claims/figures/2025.csv:2", "duplicate-id")
    assert "stands already at claims/figures/2024.csv:2" in finding.message


def test_a_row_written_twice_is_one_fault(tmp_path):
    ledger = held(tmp_path, figures=[claim("a", low=3), claim("a", low=3)])

    assert laws(ledger) == [(3, "duplicate-id")]


SAME = {"stated": "34 soldiers", "low": 34, "best": 34, "high": 34}


def test_a_statement_under_two_ids_is_told_at_the_second(tmp_path):
    ledger = held(tmp_path, figures=[claim("a", **SAME), claim("b", **SAME)])

    assert broken(ledger) == [(3, "claim-twice", "b")]
    assert claims(ledger) == ["a"]
    (finding,) = ledger.findings
    assert [str(one) for one in finding.also] == ["claims/figures.csv:2"]


def test_a_statement_under_three_ids_is_told_twice(tmp_path):
    ledger = held(tmp_path, figures=[claim(one, **SAME) for one in "abc"])

    assert broken(ledger) == [(3, "claim-twice", "b"), (4, "claim-twice", "c")]


@pytest.mark.parametrize(
    "other",
    [
        {"document": "wire-2025-06-03"},
        {"asserted_on": "2025-06-01"},
        {"asserted_on": ""},
        {"source": "jnim"},
        {"event": "june-2025"},
        {"measure": "wounded"},
        {"victims": "people"},
        {"victims_party": "niger"},
        {"stated": "34 of our soldiers"},
        {"best": ""},
        {"repeats": "a"},
    ],
)
def test_a_statement_that_differs_in_anything_said_is_another_one(tmp_path, other):
    ledger = held(tmp_path, figures=[claim("a", **SAME), claim("b", **{**SAME, **other})])

    assert laws(ledger) == []


def test_a_statement_that_differs_in_a_remark_alone_is_the_same(tmp_path):
    ledger = held(tmp_path, figures=[claim("a", **SAME), claim("b", note="again", **SAME)])

    assert broken(ledger) == [(3, "claim-twice", "b")]


# Numbers


@pytest.mark.parametrize(
    ("low", "best", "high", "lawful"),
    [
        (3, 4, 5, True),
        (3, 3, 3, True),
        (0, 0, 0, True),
        ("", "", "", True),
        (3, "", "", True),
        ("", 3, "", True),
        ("", "", 3, True),
        (3, "", 5, True),
        (5, "", 3, False),
        (5, 4, "", False),
        ("", 5, 4, False),
        (3, 6, 5, False),
        (4, 3, 5, False),
        (5, 4, 3, False),
    ],
)
def test_low_best_and_high_stand_in_order(tmp_path, low, best, high, lawful):
    ledger = held(tmp_path, figures=[claim("a", low=low, best=best, high=high)])

    assert laws(ledger) == ([] if lawful else [(2, "reversed-interval")])


@pytest.mark.parametrize("column", ["low", "best", "high"])
@pytest.mark.parametrize(
    ("number", "law"), [(-1, "negative-figure"), (10**10 + 1, "figure-too-large"), (10**10, None)]
)
def test_a_number_counts_people(tmp_path, column, number, law):
    ledger = held(tmp_path, figures=[claim("a", **{column: number})])

    assert broken(ledger) == ([] if law is None else [(2, law, column)])


@pytest.mark.parametrize(
    ("stance", "lawful"),
    [
        ("figure", True),
        ("vague", True),
        ("denies-figure", False),
        ("denies-authorship", False),
        ("", True),
        ("silence", False),
        ("denies-event", False),
    ],
)
def test_a_stance_without_a_figure_has_no_number(tmp_path, stance, lawful):
    for column in ("low", "best", "high"):
        ledger = held(tmp_path, figures=[claim("a", stance=stance, **{column: 3})])

        assert laws(ledger) == ([] if lawful else [(2, "numbers-without-figure")])


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("sources", source("a", "Government"), "side"),
        ("sources", source("a", "rebels"), "side"),
        ("parties", {"party": "a", "side": "observer", "name": "A"}, "side"),
        ("victims", {"victims": "a", "side": "civilian", "name": "A"}, "side"),
        ("events", event("a", date_precision="hour"), "date_precision"),
        ("figures", claim("a", stance="denies"), "stance"),
        ("figures", claim("a", evidence="rumour"), "evidence"),
    ],
)
def test_a_word_must_be_one_of_its_column(tmp_path, table, row, column):
    ledger = held(tmp_path, **{table: [*base(table), row]})

    assert broken(ledger) == [(len(base(table)) + 2, "unknown-word", column)]


# Corrections


def two(first, second):
    return [claim("a", asserted_on="2025-06-02", **first), claim("b", supersedes="a", **second)]


def test_a_correction_may_cross_measures_and_victims_on_the_same_day(tmp_path):
    figures = two({}, {"measure": "wounded", "victims": "people"})

    assert laws(held(tmp_path, figures=figures)) == []


@pytest.mark.parametrize("undated", [("a",), ("b",), ("a", "b")])
def test_a_correction_without_a_day_is_not_held_to_be_early(tmp_path, undated):
    figures = two({}, {"asserted_on": "2025-06-01"})
    figures = [one | {"asserted_on": ""} if one["claim"] in undated else one for one in figures]

    assert laws(held(tmp_path, figures=figures)) == []


def test_a_correction_that_is_wrong_in_three_ways_is_told_three_times(tmp_path):
    other = {"source": "jnim", "event": "june-2025", "asserted_on": "2025-06-01"}

    ledger = held(tmp_path, figures=two({}, other))

    assert laws(ledger) == [
        (3, "supersedes-a-later-claim"),
        (3, "supersedes-another-event"),
        (3, "supersedes-another-source"),
    ]
    assert claims(ledger) == ["a"]


def test_each_of_several_corrected_claims_is_looked_at(tmp_path):
    figures = [
        claim("a"),
        claim("b", source="jnim"),
        claim("c", event="june-2025"),
        claim("d", asserted_on="2025-06-05", supersedes=" a ; b;c ;nobody"),
    ]

    ledger = held(tmp_path, figures=figures)

    assert laws(ledger) == [
        (5, "supersedes-another-event"),
        (5, "supersedes-another-source"),
        (5, "unknown-reference"),
    ]
    told = " ".join(one.message for one in ledger.findings)
    assert "supersedes b, which is a claim of jnim" in told
    assert "supersedes c, which is on june-2025" in told
    assert "supersedes nobody is not in figures" in told


def test_two_corrected_claims_that_break_one_law_are_told_together(tmp_path):
    figures = [
        claim("a", source="jnim"),
        claim("b", source="jnim"),
        claim("c", asserted_on="2025-06-05", supersedes="a;b"),
    ]

    ledger = held(tmp_path, figures=figures)

    assert laws(ledger) == [(4, "supersedes-another-source")]
    assert "supersedes a, b, which is a claim of jnim" in ledger.findings[0].message


def test_each_unknown_claim_among_several_is_named(tmp_path):
    figures = [claim("a", supersedes="first-nobody;second-nobody")]

    told = " ".join(one.message for one in held(tmp_path, figures=figures).findings)
    assert "first-nobody" in told
    assert "second-nobody" in told


def test_several_claims_may_be_corrected_at_once(tmp_path):
    figures = [claim("a"), claim("b"), claim("c", asserted_on="2025-06-05", supersedes="a;b")]

    ledger = held(tmp_path, figures=figures)

    assert laws(ledger) == []
    assert ledger.tables["figures"]["supersedes"].tolist()[2] == "a;b"


@pytest.mark.parametrize("written", ["a;", ";a", "a;;b", ";"])
def test_a_semicolon_too_many_is_told(tmp_path, written):
    figures = [claim("a"), claim("b"), claim("c", supersedes=written)]

    assert broken(held(tmp_path, figures=figures)) == [(4, "malformed-id", "supersedes")]


def test_a_claim_that_corrects_itself_is_no_circle_besides(tmp_path):
    figures = [claim("a", supersedes="a")]

    assert laws(held(tmp_path, figures=figures)) == [(2, "supersedes-itself")]


# Circles

CIRCLES = {
    "supersedes": "supersedes-in-a-circle",
    "repeats": "repeats-in-a-circle",
    "answers": "answers-in-a-circle",
}


@pytest.mark.parametrize("column", ["repeats", "answers"])
def test_a_claim_that_points_to_itself_is_a_circle_of_one(tmp_path, column):
    ledger = held(tmp_path, figures=[claim("a", **{column: "a"})])

    assert broken(ledger) == [(2, CIRCLES[column], "a")]
    (finding,) = ledger.findings
    assert "a → a" in finding.message


@pytest.mark.parametrize("column", sorted(CIRCLES))
@pytest.mark.parametrize("size", [2, 3, 10])
def test_a_circle_is_told_once_at_its_last_row_with_its_path(tmp_path, column, size):
    ids = [f"c-{at}" for at in range(size)]
    figures = [claim(one, **{column: ids[at - 1]}) for at, one in enumerate(ids)]

    ledger = held(tmp_path, figures=figures)

    assert broken(ledger) == [(size + 1, CIRCLES[column], ids[-1])]
    (finding,) = ledger.findings
    assert finding.message.count(" → ") == size
    assert all(one in finding.message for one in ids)


@pytest.mark.parametrize("column", sorted(CIRCLES))
def test_two_circles_are_told_twice(tmp_path, column):
    pairs = [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")]

    ledger = held(tmp_path, figures=[claim(one, **{column: other}) for one, other in pairs])

    assert broken(ledger) == [(3, CIRCLES[column], "b"), (5, CIRCLES[column], "d")]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_documents_copied_from_each_other_in_a_circle_are_told_once(tmp_path, size):
    ids = [f"d-{at}" for at in range(size)]
    copies = [document(one, origin=ids[at - 1]) for at, one in enumerate(ids)]

    ledger = held(tmp_path, documents=[*base("documents"), *copies])

    assert laws(ledger) == [(len(base("documents")) + size + 1, "origins-in-a-circle")]
    (finding,) = ledger.findings
    assert finding.message.count(" → ") == size


def test_a_claim_that_points_into_a_circle_is_not_in_it(tmp_path):
    figures = [claim("a", repeats="b"), claim("b", repeats="a"), claim("c", repeats="a")]

    ledger = held(tmp_path, figures=figures)

    assert broken(ledger) == [(3, "repeats-in-a-circle", "b")]


def test_a_chain_is_no_circle(tmp_path):
    figures = [claim("a")] + [
        claim(f"a-{at}", repeats="a" if at == 0 else f"a-{at - 1}") for at in range(30)
    ]

    assert laws(held(tmp_path, figures=figures)) == []


def test_two_circles_through_one_claim_of_several_corrections_are_one_fault(tmp_path):
    figures = [
        claim("a"),
        claim("b", supersedes="c;d"),
        claim("c", supersedes="b"),
        claim("d", supersedes="b"),
    ]

    ledger = held(tmp_path, figures=figures)

    assert [law for _, law in laws(ledger)] == ["supersedes-in-a-circle"] * 2
    assert "a" in claims(ledger)


@pytest.mark.parametrize(("table", "column"), [("victims", "victims"), ("measures", "measure")])
def test_a_tree_does_not_close_upon_itself(tmp_path, table, column):
    edges = [("x", "y"), ("y", "z"), ("z", "x"), ("w", "w")]
    rows = [{column: one, "within": other, "name": one} for one, other in edges]

    ledger = held(tmp_path, **{table: [*base(table), *rows]})

    assert broken(ledger) == [(8, "tree-in-a-circle", "z"), (9, "tree-in-a-circle", "w")]


def test_an_event_may_be_part_of_several_but_not_of_its_own_part(tmp_path):
    events = [event(one) for one in ("day", "week", "month", "war")]
    parts = [("day", "week"), ("day", "month"), ("week", "month"), ("month", "war"), ("war", "day")]

    ledger = held(
        tmp_path,
        events=events,
        event_parts=[{"event": one, "part_of": other} for one, other in parts],
        attributions=[],
        figures=[],
    )

    assert laws(ledger) == [(6, "parts-in-a-circle")]


def test_an_event_that_is_part_of_itself_is_told(tmp_path):
    parts = [{"event": "june-2025", "part_of": "june-2025"}]

    assert laws(held(tmp_path, event_parts=parts)) == [(2, "parts-in-a-circle")]


def test_a_part_written_twice_is_no_circle(tmp_path):
    parts = base("event_parts")[:1] * 2

    assert laws(held(tmp_path, event_parts=parts)) == []


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20, unique=True))
def test_without_the_rows_that_close_circles_no_circle_is_left(pairs):
    edges = [(row, str(one), str(other)) for row, (one, other) in enumerate(pairs)]

    closing = circles(edges)

    left = [edge for edge in edges if edge[0] not in closing]
    assert circles(left) == {}
    for row, path in closing.items():
        steps = list(pairwise(path))
        assert path[0] == path[-1]
        assert edges[row][1:] in steps
        assert set(steps) <= {edge[1:] for edge in edges}


# Events


@pytest.mark.parametrize(
    ("ends", "lawful"),
    [("", True), ("2025-06-01", True), ("2025-06-02", True), ("2025-05-31", False)],
)
def test_an_event_does_not_end_before_it_starts(tmp_path, ends, lawful):
    ledger = held(tmp_path, events=[*base("events"), event("a", ends_on=ends)])

    assert laws(ledger) == ([] if lawful else [(5, "event-ends-before-it-starts")])


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("", "", []),
        (90, 180, []),
        (-90, -180, []),
        (90.1, 0, ["coordinates-outside-the-world"]),
        (0, -180.1, ["coordinates-outside-the-world"]),
        (91, 181, ["coordinates-outside-the-world"] * 2),
        (14, "", ["half-a-coordinate"]),
        ("", 14, ["half-a-coordinate"]),
        (0, "", ["half-a-coordinate"]),
    ],
)
def test_a_place_lies_in_the_world_or_nowhere(tmp_path, latitude, longitude, expected):
    events = [*base("events"), event("a", latitude=latitude, longitude=longitude)]

    assert [law for _, law in laws(held(tmp_path, events=events))] == expected


# The shipped ledger


def test_the_shipped_ledger_is_lawful():
    from reconcile.bundled import content

    ledger = reconcile.read(content("claims").parent)

    assert ledger.findings == ()
    assert ledger.left_out == {}
    assert sum(count.refused for count in ledger.counts.values()) == 0


@pytest.mark.parametrize("numbers", [{}, {"low": 3}, {"low": 3, "best": 3, "high": 3}])
def test_a_claim_written_twice_is_found_whatever_it_leaves_empty(tmp_path, numbers):
    ledger = held(tmp_path, figures=[claim(one, stated="some", **numbers) for one in "ab"])

    assert laws(ledger) == [(3, "claim-twice")]


def test_a_record_that_cannot_be_read_does_not_accuse_what_refers_to_it(tmp_path):
    events = [*base("events"), event("a", name="One"), event("b", name="Two")]
    broken = csv_text("events", events)
    broken = broken.replace("a,One,", 'a,"One,')

    ledger = held(tmp_path, events=broken, figures=[claim("x", event="a"), claim("y", event="b")])

    assert [finding.rule.name for finding in ledger.findings] == ["unterminated-quote"]
    assert ledger.left_out == {"figures": 1}


def test_a_record_with_other_separators_does_not_accuse_what_refers_to_it(tmp_path):
    events = csv_text("events", [*base("events"), event("a")])
    *lines, last = events.splitlines()
    spoiled = "\n".join([*lines, last.replace(",", ";")]) + "\n"

    ledger = held(tmp_path, events=spoiled, figures=[claim("x", event="a")])

    assert [finding.rule.name for finding in ledger.findings] == ["wrong-width"]
    assert ledger.left_out == {"figures": 1}


def test_no_more_ids_are_offered_than_can_be_compared_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(breach, "_COMPARED", 0)
    monkeypatch.setattr(breach, "_FEWEST_OFFERS", 1)
    rows = [claim("a", source="armi"), claim("b", source="armi"), claim("c", source="arny")]

    ledger = held(tmp_path, figures=rows)

    offered = {one.key[0]: "did you mean army?" in one.message for one in ledger.findings}
    assert offered == {"a": True, "b": True, "c": False}


def test_a_word_of_many_rows_is_compared_with_the_known_ones_once(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(verdict, "near", lambda word, known: asked.append(word) or Text("", ""))
    rows = [claim("a", stance="vage"), claim("b", stance="vage"), claim("c", evidence="vage")]

    ledger = held(tmp_path, figures=rows)

    assert laws(ledger) == [(2, "unknown-word"), (3, "unknown-word"), (4, "unknown-word")]
    assert asked == ["vage", "vage"]


def test_findings_stand_in_the_order_of_law_row_and_column(tmp_path):
    rows = [claim("a", source="x", event="y", low=-1, high=-1), claim("b", source="x", low=-1)]

    ledger = held(tmp_path, figures=rows)

    assert [(one.rule.name, *one.key) for one in ledger.findings] == [
        ("negative-figure", "a", "high"),
        ("negative-figure", "a", "low"),
        ("negative-figure", "b", "low"),
        ("unknown-reference", "a", "event"),
        ("unknown-reference", "a", "source"),
        ("unknown-reference", "b", "source"),
    ]


def test_findings_of_one_law_share_the_columns_of_their_values(tmp_path):
    rows = [claim("a", low=-1), claim("b", low=-2, event="mali-2024")]

    one, other, *_ = held(tmp_path, figures=rows).findings

    assert one.values == {"column": "low", "value": "-1", "event": one.values["event"]}
    assert other.values == {"column": "low", "value": "-2", "event": "mali-2024"}
    assert repr(other.values) == repr(dict(other.values))
    assert isinstance(one.values, Row)
    assert replace(other, values=dict(other.values)) == other
    assert "-2" in other.message and "-2" in other.message_in("fr")


def test_no_law_is_held_twice_for_a_column():
    laws = [Law("small", lambda told, most=most: told < most, column="low") for most in (9, 8)]
    contract.Held(laws[:1])
    with pytest.raises(ValueError, match="small is held already: low"):
        contract.Held(laws)


def test_a_law_that_cannot_be_tried_is_no_pass(tmp_path, monkeypatch):
    def broken(figures):
        raise ArithmeticError("no law")

    monkeypatch.setattr("reconcile.law._once", lambda ledger: broken)

    with pytest.raises(ReconcileError, match="claim-twice"):
        held(tmp_path, figures=[claim("a")])


def test_addresses_are_sorted_by_line_and_cannot_be_changed():
    at = [Address("b.csv"), Address("a.csv", 10), Address("a.csv", 9)]

    assert [str(one) for one in sorted(at)] == ["a.csv:9", "a.csv:10", "b.csv"]
    with pytest.raises(AttributeError):
        at[0].line = 3
