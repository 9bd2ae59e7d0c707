"""Claim against claim, how much of a whole its parts explain, and who said what when."""

import datetime as dt

import pytest
from ledgers import base, claim, document, event, ledger_at, source

import reconcile
from reconcile.database import connect_unfilled, execute

pytestmark = pytest.mark.untraced

SOURCES = [*base("sources"), source("paper", "media")]
EVENTS = [event("e"), event("f"), event("g"), event("month", kind="period-total")]


def asked(home, query, figures, as_of=None, **tables):
    told = {"sources": SOURCES, "events": EVENTS, "event_parts": [], "attributions": []} | tables
    ledger = reconcile.read(ledger_at(home, figures=figures, **told))
    assert [finding.message for finding in ledger.findings] == []
    return execute(connect_unfilled(ledger, as_of), query).fetchall()


def said(identity, **cells):
    if "n" in cells:
        cells["low"] = cells["high"] = cells.pop("n")
    return claim(identity, **({"event": "e"} | cells))


ARMY = said("a", n=34)
PAIRS = {
    "the same number": (ARMY, said("b", n=34, source="jnim"), ("same", "compatible", 0)),
    "the other more": (ARMY, said("b", n=40, source="jnim"), ("same", "contradictory", 6)),
    "the other fewer": (ARMY, said("b", n=30, source="jnim"), ("same", "contradictory", 4)),
    "two minimums": (
        said("a", low=30),
        said("b", low=300, source="jnim"),
        ("same", "compatible", 0),
    ),
    "a part above its whole": (
        ARMY,
        said("b", n=30, measure="casualties", source="jnim"),
        ("part", "contradictory", 4),
    ),
    "a part within its whole": (
        ARMY,
        said("b", n=90, measure="casualties", source="jnim"),
        ("part", "compatible", 0),
    ),
    "a whole below its part": (
        said("a", n=30, victims="people"),
        said("b", n=34, source="jnim"),
        ("whole", "contradictory", 4),
    ),
    "a whole above its part": (
        said("a", n=300, victims="people"),
        said("b", n=34, source="jnim"),
        ("whole", "compatible", 0),
    ),
    "a whole in both trees": (
        said("a", n=30, victims="people", measure="casualties"),
        said("b", n=34, source="jnim"),
        ("whole", "contradictory", 4),
    ),
    "larger in one tree and smaller in the other": (
        said("a", n=30, victims="people"),
        said("b", n=300, measure="casualties", source="jnim"),
        ("apart", "incomparable", None),
    ),
    "siblings": (
        ARMY,
        said("b", n=3, victims="civilians", source="jnim"),
        ("apart", "incomparable", None),
    ),
    "people of different parties": (
        said("a", n=34, victims_party="mali"),
        said("b", n=40, victims_party="niger", source="jnim"),
        ("other parties", "incomparable", None),
    ),
    "a silence": (
        ARMY,
        said("b", stated="no toll given", source="jnim"),
        ("no number", "incomparable", None),
    ),
    "a denial of the figure": (
        ARMY,
        said("b", stance="denies-figure", answers="a", source="jnim"),
        ("denial", "contradictory", None),
    ),
    "a denial of the event": (
        said("a", stance="denies-event"),
        said("b", n=4, source="jnim"),
        ("denial", "contradictory", None),
    ),
    "a denial of the event beside nobody killed": (
        said("a", stance="denies-event"),
        said("b", n=0, source="jnim"),
        ("no number", "incomparable", None),
    ),
    "a denial of having done it": (
        said("a", stance="denies-authorship", answers="b"),
        said("b", n=4, source="jnim"),
        ("no number", "incomparable", None),
    ),
    "a vague word against nobody": (
        said("a", n=0),
        said("b", stated="plusieurs soldats", source="jnim"),
        ("same", "contradictory", 3),
    ),
}


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("name", PAIRS)
def test_two_claims_of_different_sources_are_judged(tmp_path, name, turned):
    one, other, (relation, *judged) = PAIRS[name]
    if turned:
        swap = {"a": "b", "b": "a"}
        one, other = (
            told
            | {"claim": swap[told["claim"]]}
            | ({"answers": swap[told["answers"]]} if "answers" in told else {})
            for told in (one, other)
        )
        relation = {"part": "whole", "whole": "part"}.get(relation, relation)
    told = asked(tmp_path, "SELECT relation, verdict, gap FROM claim_pair", [one, other])
    assert told == [(relation, *judged)]


def test_a_pair_is_of_two_sources_on_one_event(tmp_path):
    figures = [
        ARMY,
        said("b", n=3, measure="wounded"),
        said("c", n=7, source="jnim", event="f"),
        said("d", n=7, source="jnim"),
        said("r", n=9, source="paper", repeats="d", document="wire-2025-06-03"),
    ]
    told = asked(tmp_path, "SELECT claim, other_claim FROM claim_pair ORDER BY ALL", figures)
    assert told == [("a", "d"), ("b", "d")]


SHARE = (
    "SELECT claim, tree, parts, explained_low, explained_high, unexplained_low, unexplained_high,"
    " ROUND(share_low, 2), ROUND(share_high, 2) FROM part_share ORDER BY ALL"
)
MONTH = [{"event": name, "part_of": "month"} for name in "ef"]


def test_parts_explain_a_share_of_the_whole(tmp_path):
    figures = [
        said("w", n=100, measure="casualties"),
        said("k", low=30, high=34, source="jnim"),
        said("l", low=32, high=40, source="monitors"),
        said("h", n=50, measure="wounded", source="monitors"),
    ]
    assert asked(tmp_path, SHARE, figures) == [("w", "measures", 2, 80, 90, 10, 20, 0.8, 0.9)]


def test_without_an_upper_bound_a_share_has_only_one_end(tmp_path):
    open_whole = [said("w", low=100, measure="casualties"), said("k", n=30)]
    assert asked(tmp_path, SHARE, open_whole) == [("w", "measures", 1, 30, 30, 70, None, None, 0.3)]
    open_part = [said("w", n=100, measure="casualties"), said("k", low=30)]
    assert asked(tmp_path, SHARE, open_part) == [("w", "measures", 1, 30, None, 0, 70, 0.3, None)]


def test_a_part_inside_a_part_with_a_figure_explains_nothing_more(tmp_path):
    parts = [*MONTH, {"event": "g", "part_of": "f"}]
    figures = [said("w", n=40, event="month"), said("x", n=5), said("g", n=9, event="g")]
    told = asked(tmp_path, SHARE, figures, event_parts=parts)
    assert told == [("w", "events", 2, 14, 14, 26, 26, 0.35, 0.35)]
    around = said("f", n=10, event="f", source="jnim")
    told = asked(tmp_path, SHARE, [*figures, around], event_parts=parts)
    assert told[1] == ("w", "events", 2, 15, 15, 25, 25, 0.38, 0.38)


def test_of_overlapping_events_the_least_is_that_of_one_and_the_most_that_of_both(tmp_path):
    parts = [*MONTH, {"event": "g", "part_of": "f"}, {"event": "g", "part_of": "e"}]
    figures = [said("w", n=40, event="month"), said("x", n=5), said("y", n=9, event="f")]
    told = asked(tmp_path, SHARE, figures, event_parts=parts)
    assert told == [("w", "events", 2, 9, 14, 26, 31, 0.23, 0.35)]


def test_the_events_recorded_without_such_a_figure_are_counted(tmp_path):
    figures = [said("w", n=40, event="month"), said("x", n=5)]
    query = "SELECT parts, recorded_events FROM part_share"
    assert asked(tmp_path, query, figures, event_parts=MONTH) == [(1, 2)]


def test_a_vague_word_explains_no_share_and_siblings_that_share_people_none(tmp_path):
    vague = [said("w", n=40, measure="casualties"), said("x", stated="plusieurs soldats")]
    assert not asked(tmp_path, SHARE, vague)
    victims = [row | {"adds": ""} for row in base("victims")]
    shared = [said("w", n=40, victims="people"), said("x", n=5)]
    assert not asked(tmp_path, SHARE, shared, victims=victims)


def test_a_strength_is_explained_by_no_events(tmp_path):
    figures = [
        said("w", n=40, event="month", measure="displaced"),
        said("x", n=5, measure="displaced"),
    ]
    assert not asked(tmp_path, SHARE, figures, event_parts=MONTH)


def test_parts_of_two_parties_have_no_most(tmp_path):
    figures = [
        said("w", n=40, measure="casualties", victims_party=""),
        said("x", n=5, victims_party="mali"),
        said("y", n=7, victims_party="niger"),
    ]
    events = [event("e", country="")]
    told = asked(tmp_path, SHARE, figures, events=events)
    assert told == [("w", "measures", 1, 5, None, 0, 35, 0.13, None)]


LINE = "SELECT place, known_on, claim, act, corrects, corrected_by, stands FROM timeline ORDER BY 1"
DAY = dt.date(2025, 6, 2)
LATER = dt.date(2025, 6, 5)
DOCUMENTS = [*base("documents"), document("undated", published_on="")]
SPOKEN = [
    said("z", n=70, source="jnim"),
    said("c", n=34, supersedes="a", asserted_on="2025-06-05"),
    said("a", n=31),
    said("r", n=71, source="paper", repeats="z", asserted_on="2025-06-05"),
    said("d", stance="denies-figure", answers="z", asserted_on="", document="undated"),
]


def test_an_event_is_told_in_the_order_of_days(tmp_path):
    assert asked(tmp_path, LINE, SPOKEN, documents=DOCUMENTS) == [
        (1, DAY, "a", "says", None, ["c"], False),
        (2, DAY, "z", "says", None, None, True),
        (3, LATER, "c", "corrects", ["a"], None, True),
        (4, LATER, "r", "repeats", None, None, False),
        (5, None, "d", "answers", None, None, True),
    ]


def test_as_of_a_day_nothing_later_is_told(tmp_path):
    assert asked(tmp_path, LINE, SPOKEN, "2025-06-04", documents=DOCUMENTS) == [
        (1, DAY, "a", "says", None, None, True),
        (2, DAY, "z", "says", None, None, True),
    ]
