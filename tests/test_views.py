"""The views as tables: claims in, rows out."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import base, claim, document, event, ledger_at, source

import reconcile
from reconcile.database import connect_unfilled, execute

pytestmark = pytest.mark.untraced

BRIDGE, MARKET, JUNE = "bridge-2025-06-01", "market-2025-06-10", "june-2025"
WIRE, LATER, UNDATED = "wire-2025-06-03", "gazette-2025-06-05", "undated"
OFTEN = settings().max_examples

SOURCES = [
    *base("sources"),
    source("ministry", "government", party="mali"),
    source("niger-army", "government", party="niger"),
    source("issp", "insurgent", party="is-sahel"),
    source("paper", "media"),
]
PARTIES = [
    *base("parties"),
    {"party": "is-sahel", "side": "insurgent", "name": "IS Sahel"},
]
DOCUMENTS = [*base("documents"), document(UNDATED, published_on="")]


def asked(home, query, figures, as_of=None, **tables):
    """The answer of a lawful ledger that holds these claims."""
    told = {"sources": SOURCES, "parties": PARTIES, "documents": DOCUMENTS, "attributions": []}
    ledger = reconcile.read(ledger_at(home, figures=figures, **(told | tables)))
    assert [finding.message for finding in ledger.findings] == []
    return execute(connect_unfilled(ledger, as_of), query).fetchall()


def ids(rows):
    return " ".join(sorted(one for (one,) in rows))


def said(identity, **cells):
    """A claim, its bounds open unless given: `low=8` is eight or more, `n=8` is eight."""
    if "n" in cells:
        cells["low"] = cells["best"] = cells["high"] = cells.pop("n")
    return claim(identity, **cells)


def placed(cases):
    """The claims of each case on events of its own, so that one ledger holds all the cases."""
    figures, events = [], []
    for at, claims in enumerate(cases):
        events += [event(f"e{at}"), event(f"m{at}")]
        for one in claims:
            links = {
                name: ";".join(f"{told}-{at}" for told in one[name].split(";"))
                for name in ("supersedes", "repeats", "answers")
                if name in one
            }
            place = {"claim": f"{one['claim']}-{at}", "stated": f"w{one['claim']}"}
            place["event"] = f"{'e' if one['event'] == BRIDGE else 'm'}{at}"
            figures.append(one | place | links)
    return figures, {"events": events, "event_parts": []}


def by_case(names, rows):
    """The answers by case: what stands before the first hyphen of each cell with a claim."""
    told = {name: [] for name in names}
    for place, *row in rows:
        name = list(names)[int(place[1:])]
        told[name].append(
            tuple(one.rpartition("-")[0] if isinstance(one, str) else one for one in row)
        )
    return told


# standing -----------------------------------------------------------------------------------------

STANDING = {
    "a figure": ([said("a", n=8)], "a"),
    "a correction retires the figure before": (
        [said("a", n=8), said("b", n=54, supersedes="a", asserted_on="2025-06-05")],
        "b",
    ),
    "a correction of a correction": (
        [said("a", n=8), said("b", n=9, supersedes="a"), said("c", n=10, supersedes="b")],
        "c",
    ),
    "one correction of several figures, across measures": (
        [
            said("a", n=17),
            said("b", n=11, measure="wounded"),
            said("c", n=28, supersedes="a;b", document=LATER),
        ],
        "c",
    ),
    "a correction across victims": (
        [said("a", n=8, victims="people"), said("b", n=54, supersedes="a")],
        "b",
    ),
    "a repeat stands for nothing beside its root": (
        [said("a", n=8), said("b", n=8, repeats="a", document=WIRE)],
        "a",
    ),
    "a repeat under another name stands for nothing either": (
        [said("a", n=8), said("b", n=9, source="gazette", repeats="a", document=WIRE)],
        "a",
    ),
    "a repeat of a repeat": (
        [
            said("a", n=8),
            said("b", n=8, repeats="a", document=WIRE),
            said("c", low=8, repeats="b", document=LATER),
        ],
        "a",
    ),
    "a repeat written above its root": (
        [said("b", n=8, repeats="a", document=WIRE), said("a", n=8)],
        "a",
    ),
    "a correction that names a repeat of the same statement": (
        [
            said("a", n=8),
            said("b", n=8, repeats="a", document=WIRE),
            said("c", n=54, supersedes="b", document=LATER),
        ],
        "c",
    ),
    "a correction that names a repeat on another event": (
        [
            said("a", n=60, event=MARKET),
            said("b", n=60, repeats="a", document=WIRE),
            said("c", n=200, supersedes="b", document=LATER),
        ],
        "a c",
    ),
    "a correction of what an outlet put under another name": (
        [
            said("a", n=8, source="residents"),
            said("b", n=8, repeats="a", document=WIRE),
            said("c", n=54, supersedes="b", document=LATER),
        ],
        "a c",
    ),
    "a repeat of a correction": (
        [
            said("a", n=8),
            said("b", n=54, supersedes="a"),
            said("c", n=54, repeats="b", document=WIRE),
        ],
        "b",
    ),
    "a silence": ([said("a", stance="silence")], "a"),
    "a silence lapses once its source gives a figure": (
        [said("a", stance="silence"), said("b", n=8)],
        "b",
    ),
    "a silence lapses though the figure came first": (
        [said("b", n=8), said("a", stance="silence", asserted_on="2025-06-05")],
        "b",
    ),
    "a silence stays though its source speaks without a number": (
        [said("a", stance="silence"), said("b", stance="vague")],
        "a b",
    ),
    "a silence stays though its source denies": (
        [said("a", stance="silence"), said("b", stance="denies-event")],
        "a b",
    ),
    "a silence of one source does not lapse with the figure of another": (
        [said("a", stance="silence"), said("b", n=8, source="ministry")],
        "a b",
    ),
    "a silence on the dead does not lapse with a figure of the wounded": (
        [said("a", stance="silence"), said("b", n=8, measure="wounded")],
        "a b",
    ),
    "a silence that withdraws a figure": (
        [said("a", n=8), said("b", stance="silence", supersedes="a")],
        "b",
    ),
    "a denial stands beside the figure": (
        [
            said("a", n=8),
            said("b", stance="denies-figure", answers="j"),
            said("j", source="jnim", n=9),
        ],
        "a b j",
    ),
    "two figures of one source, neither corrected": (
        [said("a", n=8), said("b", n=9)],
        "a b",
    ),
}


def test_a_claim_stands(tmp_path):
    figures, places = placed(claims for claims, _ in STANDING.values())
    query = "SELECT event, claim FROM standing ORDER BY claim"
    told = by_case(STANDING, asked(tmp_path, query, figures, **places))
    assert {name: ids(rows) for name, rows in told.items()} == {
        name: standing for name, (_, standing) in STANDING.items()
    }


AS_OF = {
    "what was not yet said is not there": (
        [said("a", n=8), said("b", n=9, asserted_on="2025-06-03", source="ministry")],
        "2025-06-02",
        "a",
    ),
    "what was said on the day is there": ([said("a", n=8)], "2025-06-02", "a"),
    "the day of the document serves where the claim has none": (
        [said("a", n=8, asserted_on="", document=WIRE)],
        "2025-06-03",
        "a",
    ),
    "a claim without any date is left out": (
        [said("a", n=8, asserted_on="", document=UNDATED)],
        "2030-01-01",
        "",
    ),
    "a correction retires nothing before it was made": (
        [said("a", n=8), said("b", n=54, supersedes="a", asserted_on="2025-06-05", document=LATER)],
        "2025-06-04",
        "a",
    ),
    "a correction retires from its day on": (
        [said("a", n=8), said("b", n=54, supersedes="a", asserted_on="2025-06-05", document=LATER)],
        "2025-06-05",
        "b",
    ),
    "a correction without a date retires no dated claim": (
        [said("a", n=8), said("b", n=54, supersedes="a", asserted_on="", document=UNDATED)],
        "2030-01-01",
        "a",
    ),
    "a repeat stands in for a root that was not yet read": (
        [
            said("a", n=8, asserted_on="", document=UNDATED),
            said("b", n=8, repeats="a", document=WIRE),
        ],
        "2025-06-04",
        "b",
    ),
    "of several repeats the first by its steps and its day": (
        [
            said("a", n=8, asserted_on="", document=UNDATED),
            said("b", n=8, repeats="a", asserted_on="2025-06-04", document=WIRE),
            said("c", n=8, repeats="a", asserted_on="2025-06-03", document=WIRE),
        ],
        "2025-06-30",
        "c",
    ),
    "a correction retires the repeat that stands in for what it corrects": (
        [
            said("a", n=8, asserted_on="", document=UNDATED),
            said("b", n=8, repeats="a", document=WIRE),
            said("c", n=54, supersedes="a", asserted_on="2025-06-05", document=LATER),
        ],
        "2025-06-30",
        "c",
    ),
    "a correction known from a dated repeat alone retires too": (
        [
            said("a", n=8),
            said("b", n=54, supersedes="a", asserted_on="", document=UNDATED),
            said("c", n=54, repeats="b", asserted_on="2025-06-05", document=LATER),
        ],
        "2025-06-30",
        "c",
    ),
    "a silence has not lapsed before the figure": (
        [said("a", stance="silence"), said("b", n=8, asserted_on="2025-06-05", document=LATER)],
        "2025-06-03",
        "a",
    ),
}


@pytest.mark.parametrize(("figures", "day", "standing"), AS_OF.values(), ids=AS_OF)
def test_a_claim_stands_as_of_a_day(figures, day, standing, tmp_path):
    assert ids(asked(tmp_path, "SELECT claim FROM standing", figures, day)) == standing


# claim --------------------------------------------------------------------------------------------

CODED = [
    ({"low": 34, "best": 34, "high": 34}, ("figure", 34, 34, 34)),
    ({"best": 40}, ("figure", 40, 40, 40)),
    ({"low": 40}, ("figure", 40, None, 40)),
    ({"low": 101}, ("figure", 101, None, 101)),
    ({"high": 44}, ("figure", 0, 44, 44)),
    ({"low": 23, "high": 27}, ("figure", 23, 27, None)),
    ({"low": 23, "best": 25, "high": 27}, ("figure", 23, 27, 25)),
    ({"low": 0, "best": 0, "high": 0}, ("figure", 0, 0, 0)),
    ({}, ("vague", None, None, None)),
    ({"stance": "silence"}, ("silence", None, None, None)),
    ({"stance": "denies-event"}, ("denies-event", None, None, None)),
]


def test_the_numbers_of_the_coder_become_an_interval(tmp_path):
    figures = [claim(f"c{at:02}", **cells) for at, (cells, _) in enumerate(CODED)]
    query = "SELECT stance, low, high, named FROM claim ORDER BY claim"
    assert asked(tmp_path, query, figures) == [reading for _, reading in CODED]


def test_a_claim_has_the_days_on_which_it_was_said_and_printed(tmp_path):
    figures = [
        said("a", n=1, asserted_on="2025-06-04", document=LATER),
        said("b", n=2, asserted_on="", document=LATER),
        said("c", n=3, asserted_on="", document=UNDATED),
        said("d", n=4, asserted_on="2025-05-31", document=UNDATED),
        said("e", n=5, asserted_on="2025-06-06", document=LATER),
    ]
    query = "SELECT claim, known_on, days_after_event, days_to_print FROM claim ORDER BY claim"
    assert asked(tmp_path, query, figures) == [
        ("a", date(2025, 6, 4), 3, 1),
        ("b", date(2025, 6, 5), 4, None),
        ("c", None, None, None),
        ("d", date(2025, 5, 31), -1, None),
        ("e", date(2025, 6, 6), 5, -1),
    ]


def test_a_source_is_accused_where_somebody_accuses_its_party(tmp_path):
    def attribution(party, says, by="residents"):
        told = {"event": BRIDGE, "source": by, "document": WIRE, "party": party, "says": says}
        return told

    figures = [
        said("a", n=8, source="jnim"),
        said("b", n=8, source="issp"),
        said("c", n=8, source="army"),
        said("d", n=8, source="paper"),
        said("e", n=8, source="jnim", event=MARKET),
    ]
    attributions = [
        attribution("jnim", "accuses"),
        attribution("jnim", "accuses", "monitors"),
        attribution("is-sahel", "claims"),
        attribution("mali", "denies"),
    ]
    query = "SELECT claim, accused FROM claim ORDER BY claim"
    assert asked(tmp_path, query, figures, attributions=attributions) == [
        ("a", True),
        ("b", False),
        ("c", False),
        ("d", False),
        ("e", False),
    ]


STEPS = {
    **{7: 1, 12: 1, 10: 10, 60: 10, 280: 10, 100: 100, 300: 100, 1200: 100},
    **{5: 1, 45: 5, 50: 10, 150: 50, 500: 100, 1000: 1000, 118_000: 1000},
}


def test_a_number_of_the_coder_is_written_in_a_round_step(tmp_path):
    figures = [
        said(f"{name}{number}", **{name: number})
        for number in STEPS
        for name in ("n", "low", "high")
    ]
    query = "SELECT named, step FROM claim"
    told = asked(tmp_path, query, [*figures, said("nobody", n=0)])
    assert len(told) == 3 * len(STEPS) + 1
    for named, step in told:
        assert step == STEPS.get(named)


# whose and interest -------------------------------------------------------------------------------

INTEREST = [
    # source, victims, the party of the victims as coded, country of the event; interest
    ("army", "soldiers", "", "ML", "own"),
    ("ministry", "soldiers", "", "ML", "own"),
    ("army", "soldiers", "", "NE", "ally"),
    ("army", "soldiers", "niger", "ML", "ally"),
    ("niger-army", "soldiers", "niger", "ML", "own"),
    ("army", "soldiers", "", "", "unknown"),
    ("army", "soldiers", "", "TD", "unknown"),
    ("army", "insurgents", "", "ML", "enemy"),
    ("army", "insurgents", "jnim", "ML", "enemy"),
    ("army", "civilians", "", "ML", "third-party"),
    ("army", "people", "", "ML", "third-party"),
    ("jnim", "soldiers", "", "ML", "enemy"),
    ("jnim", "soldiers", "", "", "enemy"),
    ("jnim", "insurgents", "jnim", "ML", "own"),
    ("jnim", "insurgents", "is-sahel", "ML", "rival"),
    ("jnim", "insurgents", "", "ML", "unknown"),
    ("jnim", "civilians", "", "ML", "third-party"),
    ("monitors", "soldiers", "", "ML", "third-party"),
    ("residents", "insurgents", "jnim", "ML", "third-party"),
]


def test_whose_people_the_victims_are_to_a_source(tmp_path):
    events = [event(f"e{at}", country=told[3]) for at, told in enumerate(INTEREST)]
    figures = [
        said(f"c{at}", event=f"e{at}", source=who, victims=victims, victims_party=party, n=8)
        for at, (who, victims, party, _, _) in enumerate(INTEREST)
    ]
    told = dict(
        asked(
            tmp_path,
            "SELECT claim, interest FROM claim",
            figures,
            events=events,
            event_parts=[],
        )
    )
    assert [(*row[:4], told[f"c{at}"]) for at, row in enumerate(INTEREST)] == INTEREST


# claim_revision -----------------------------------------------------------------------------------


def test_a_correction_tells_from_what_to_what_and_how_late(tmp_path):
    figures = [
        said("a", n=8),
        said("b", n=54, supersedes="a", asserted_on="2025-06-05", document=LATER),
        said("c", low=50, supersedes="b", asserted_on="2025-06-30", document=LATER),
        said("d", n=17, source="jnim"),
        said("e", n=11, source="jnim", measure="wounded"),
        said("f", n=28, source="jnim", supersedes="d;e", asserted_on="", document=UNDATED),
        said("g", stance="vague", source="monitors"),
        said("h", low=3, high=5, source="monitors", supersedes="g", asserted_on="2025-06-02"),
    ]
    query = (
        "SELECT claim, superseded, from_low, from_high, from_named, to_low, to_high, to_named,"
        " change, days FROM claim_revision ORDER BY ALL"
    )
    assert asked(tmp_path, query, figures) == [
        ("b", "a", 8, 8, 8, 54, 54, 54, 46, 3),
        ("c", "b", 54, 54, 54, 50, None, 50, -4, 25),
        ("f", "d", 17, 17, 17, 28, 28, 28, 11, None),
        ("f", "e", 11, 11, 11, 28, 28, 28, None, None),
        ("h", "g", None, None, None, 3, 5, None, None, 0),
    ]


# relay --------------------------------------------------------------------------------------------

RELAY = {
    "nothing": ({"n": 8}, None),
    "the words alone": ({"n": 8, "stated": "huit morts"}, None),
    "the claimant": ({"n": 8, "source": "gazette"}, "claimant"),
    "the event": ({"n": 8, "event": MARKET}, "event"),
    "the measure": ({"n": 8, "measure": "casualties"}, "measure"),
    "the victims": ({"n": 8, "victims": "people"}, "victims"),
    "the figure": ({"n": 9}, "figure"),
    "the bound": ({"low": 8}, "bound"),
    "the number is lost": ({"stance": "vague"}, "figure"),
    "figure and bound": ({"low": 9}, "figure"),
    "everything": (
        {"low": 9, "source": "paper", "event": MARKET, "measure": "wounded", "victims": "people"},
        "claimant, event, measure, victims, figure",
    ),
}


def test_a_repeat_tells_what_it_changed(tmp_path):
    events = [event(f"e{at}") for at in range(len(RELAY))] + [event(MARKET)]
    figures = []
    for at, (cells, _) in enumerate(RELAY.values()):
        figures.append(said(f"a{at}", event=f"e{at}", n=8))
        told = {"event": f"e{at}"} | cells
        figures.append(said(f"b{at}", repeats=f"a{at}", document=WIRE, **told))
    query = "SELECT claim, changed FROM relay"
    told = dict(asked(tmp_path, query, figures, events=events, event_parts=[]))
    seen = {name: told[f"b{at}"] for at, name in enumerate(RELAY)}
    assert seen == {name: changed for name, (_, changed) in RELAY.items()}


def test_a_repeat_is_compared_with_the_reading_that_it_names(tmp_path):
    figures = [
        said("a", n=8),
        said("b", low=8, repeats="a", document=WIRE),
        said("c", low=8, repeats="b", document=LATER),
    ]
    query = "SELECT claim, repeats, from_high, high, bound_changed FROM relay ORDER BY claim"
    assert asked(tmp_path, query, figures) == [
        ("b", "a", 8, None, True),
        ("c", "b", None, None, False),
    ]


# self_contradiction -------------------------------------------------------------------------------

CONTRADICTION = {
    "two numbers": ([said("a", n=20), said("b", n=22)], [("a", "b", 2)]),
    "two numbers, the higher first": ([said("b", n=20), said("a", n=22)], [("b", "a", 2)]),
    "a number and a floor above it": ([said("a", n=20), said("b", low=22)], [("a", "b", 2)]),
    "a number and a floor below it": ([said("a", n=20), said("b", low=18)], []),
    "two floors": ([said("a", low=20), said("b", low=90)], []),
    "two intervals that touch": ([said("a", low=1, high=5), said("b", low=5, high=9)], []),
    "corrected": ([said("a", n=20), said("b", n=22, supersedes="a")], []),
    "a repeat that changed the number": (
        [said("a", n=20), said("b", n=22, repeats="a", document=WIRE)],
        [],
    ),
    "residents": (
        [said("a", n=20, source="residents"), said("b", n=22, source="residents")],
        [],
    ),
    "two sources": ([said("a", n=20), said("b", n=22, source="ministry")], []),
    "dead and wounded": ([said("a", n=20), said("b", n=22, measure="wounded")], []),
    "a figure and a silence": ([said("a", n=20), said("b", stance="silence")], []),
    "of three the two furthest apart": (
        [said("a", n=20), said("b", n=22), said("c", n=30)],
        [("a", "c", 10)],
    ),
}


def test_a_source_contradicts_itself(tmp_path):
    figures, places = placed(claims for claims, _ in CONTRADICTION.values())
    query = "SELECT event, low_claim, high_claim, gap FROM self_contradiction"
    told = by_case(CONTRADICTION, asked(tmp_path, query, figures, **places))
    assert told == {name: found for name, (_, found) in CONTRADICTION.items()}


# event_side ---------------------------------------------------------------------------------------


def test_a_side_is_told_by_all_that_its_sources_say(tmp_path):
    figures = [
        said("a", n=8),
        said("b", low=10, high=12, source="ministry", asserted_on="2025-06-04", document=LATER),
        said("c", stance="vague", source="niger-army"),
        said("d", stance="denies-figure", source="niger-army", answers="j"),
        said("j", low=30, source="jnim"),
        said("k", best=20, source="issp"),
        said("s", stance="silence", source="monitors"),
        said("m", stance="denies-event", source="gazette"),
        said("n", stance="denies-authorship", source="gazette"),
    ]
    query = (
        "SELECT side, claims, sources, figures, vague, silent, denials, low, high, lowest_named,"
        " highest_named, LEN(rows) FROM event_side ORDER BY side"
    )
    assert asked(tmp_path, query, figures) == [
        ("government", 4, 3, 2, 1, 0, 1, 8, 12, 8, 8, 4),
        ("insurgent", 2, 2, 2, 0, 0, 0, 20, None, 20, 30, 2),
        ("media", 2, 1, 0, 0, 0, 2, None, None, None, None, 2),
        ("observer", 1, 1, 0, 0, 1, 0, None, None, None, None, 1),
    ]


# event_gap ----------------------------------------------------------------------------------------

GAP = {
    # claims of the government, claims of insurgents;
    # the lower claim, the higher claim, gap, nearest gap, ratio, side that is higher, both minimums
    "the same number": (
        [{"n": 8}],
        [{"n": 8}],
        ("g0", "i0", 0, 0, 1.0, "insurgent", False),
    ),
    "two numbers": ([{"n": 54}], [{"n": 70}], ("g0", "i0", 16, 16, 70 / 54, "insurgent", False)),
    "the government higher": (
        [{"n": 70}],
        [{"n": 54}],
        ("i0", "g0", 16, 16, 70 / 54, "government", False),
    ),
    "a floor below": ([{"n": 54}], [{"low": 40}], ("i0", "g0", 0, 0, 54 / 40, "government", False)),
    "a floor above": ([{"n": 8}], [{"low": 70}], ("g0", "i0", 62, 62, 70 / 8, "insurgent", False)),
    "two floors": ([{"low": 8}], [{"low": 70}], ("g0", "i0", 0, 0, 70 / 8, "insurgent", True)),
    "a ceiling": ([{"high": 44}], [{"n": 70}], ("g0", "i0", 26, 26, 70 / 44, "insurgent", False)),
    "a ceiling above": (
        [{"high": 100}],
        [{"n": 10}],
        ("g0", "i0", 0, 0, 10.0, "government", False),
    ),
    "intervals that touch": (
        [{"low": 1, "high": 5}],
        [{"low": 5, "high": 9}],
        ("g0", "i0", 0, 0, None, None, False),
    ),
    "intervals apart": (
        [{"low": 1, "high": 5}],
        [{"low": 6, "high": 9}],
        ("g0", "i0", 1, 1, None, None, False),
    ),
    "nobody against some": (
        [{"n": 0}],
        [{"n": 7}],
        ("g0", "i0", 7, 7, None, "insurgent", False),
    ),
    "the widest of several": (
        [{"n": 8}, {"n": 54}],
        [{"n": 70}, {"n": 60}],
        ("g0", "i0", 62, 6, 70 / 8, "insurgent", False),
    ),
    "the furthest named where none is apart": (
        [{"low": 8}, {"low": 50}],
        [{"low": 70}],
        ("g0", "i0", 0, 0, 70 / 8, "insurgent", True),
    ),
}


def test_two_sides_are_so_far_apart(tmp_path):
    events = [event(f"e{at}") for at in range(len(GAP))]
    figures = [
        said(f"{side}{number}-{at}", event=f"e{at}", source=who, **cells)
        for at, (official, insurgent, _) in enumerate(GAP.values())
        for side, who, claims in (("g", "army", official), ("i", "issp", insurgent))
        for number, cells in enumerate(claims)
    ]
    query = (
        "SELECT event, side, other_side, low_claim, high_claim, gap, nearest_gap, ratio,"
        " higher_side, both_minimums, pairs FROM event_gap"
    )
    rows = asked(tmp_path, query, figures, events=events, event_parts=[])
    assert len(rows) == len(GAP)
    told = {row[0]: row[1:] for row in rows}
    seen = {}
    for at, (name, (official, insurgent, wanted)) in enumerate(GAP.items()):
        side, other, low, high, *rest, pairs = told[f"e{at}"]
        assert pairs == len(official) * len(insurgent)
        assert (side, other) == ("government", "insurgent")
        seen[name] = (low.split("-")[0], high.split("-")[0], *rest)
        assert seen[name] == pytest.approx(wanted), name


def test_each_pair_of_sides_is_set_side_by_side_once(tmp_path):
    figures = [
        said("a", n=8),
        said("b", n=9, source="jnim"),
        said("c", n=10, source="security-sources"),
        said("d", n=11, source="residents"),
        said("e", n=12, source="monitors"),
        said("f", n=13, source="gazette"),
        said("g", n=14, source="ministry"),
        said("h", stance="silence", source="paper"),
    ]
    query = "SELECT side, other_side, pairs FROM event_gap ORDER BY ALL"
    sides = ["government", "insurgent", "local", "media", "observer", "security"]
    assert asked(tmp_path, query, figures) == [
        (one, other, 2 if one == "government" else 1)
        for at, one in enumerate(sides)
        for other in sides[at + 1 :]
    ]


# event_conflict -----------------------------------------------------------------------------------

CONFLICT = {
    # claims; status, the most and fewest common, gap, the proof
    "one voice": ([("army", {"n": 8})], ("sole", 8, 8, None, None, None)),
    "one voice twice the same": (
        [("army", {"n": 8}), ("army", {"low": 8})],
        ("sole", 8, 8, None, None, None),
    ),
    "two agree": (
        [("army", {"n": 8}), ("jnim", {"low": 5})],
        ("agreed", 8, 8, None, None, None),
    ),
    "three agree on an interval": (
        [("army", {"low": 3}), ("jnim", {"low": 5}), ("paper", {"high": 9})],
        ("agreed", 5, 9, None, None, None),
    ),
    "floors agree without end": (
        [("army", {"low": 3}), ("jnim", {"low": 70})],
        ("agreed", 70, None, None, None, None),
    ),
    "two conflict": (
        [("army", {"n": 54}), ("jnim", {"n": 70})],
        ("conflicting", None, None, 16, 0, 1),
    ),
    "the widest gap is the proof": (
        [
            ("army", {"n": 54}),
            ("jnim", {"n": 70}),
            ("paper", {"low": 100}),
            ("monitors", {"n": 90}),
        ],
        ("conflicting", None, None, 46, 0, 2),
    ),
    "two of one side conflict too": (
        [("army", {"n": 54}), ("ministry", {"n": 70})],
        ("conflicting", None, None, 16, 0, 1),
    ),
    "one contradicts itself": (
        [("jnim", {"n": 20}), ("jnim", {"n": 22})],
        ("self-contradicted", None, None, 2, 0, 1),
    ),
    "one contradicts itself and another fits either": (
        [("jnim", {"n": 20}), ("jnim", {"n": 22}), ("army", {"low": 10})],
        ("self-contradicted", None, None, 2, 0, 1),
    ),
    "a conflict goes before a wider self-contradiction": (
        [("jnim", {"n": 20}), ("jnim", {"n": 90}), ("army", {"low": 85})],
        ("conflicting", None, None, 65, 0, 2),
    ),
    "two people under one label": (
        [("residents", {"n": 20}), ("residents", {"n": 22})],
        ("conflicting", None, None, 2, 0, 1),
    ),
    "nobody and some": (
        [("army", {"n": 0}), ("jnim", {"low": 1})],
        ("conflicting", None, None, 1, 0, 1),
    ),
    "words that say more than a figure": (
        [("army", {"n": 1}), ("jnim", {"stance": "vague", "low": 3})],
        ("conflicting", None, None, 2, 0, 1),
    ),
    "words that a figure fits": (
        [("army", {"n": 8}), ("jnim", {"stance": "vague", "low": 3})],
        ("sole", 8, 8, None, None, None),
    ),
    "a denial is no figure": (
        [("army", {"stance": "denies-figure"}), ("jnim", {"n": 70})],
        ("sole", 70, 70, None, None, None),
    ),
}


def test_the_claims_on_a_cell_agree_or_do_not(tmp_path):
    events = [event(f"e{at}") for at in range(len(CONFLICT))]
    figures = [
        said(f"c{at}-{number}", event=f"e{at}", source=who, **cells)
        for at, (claims, _) in enumerate(CONFLICT.values())
        for number, (who, cells) in enumerate(claims)
    ]
    query = (
        "SELECT event, status, common_low, common_high, gap, low_claim, high_claim"
        " FROM event_conflict"
    )
    told = {
        row[0]: row[1:] for row in asked(tmp_path, query, figures, events=events, event_parts=[])
    }
    seen = {}
    for at, name in enumerate(CONFLICT):
        status, low, high, gap, *proof = told[f"e{at}"]
        proof = [one and int(one.rpartition("-")[2]) for one in proof]
        seen[name] = (status, low, high, gap, *proof)
    assert seen == {name: wanted for name, (_, wanted) in CONFLICT.items()}


def test_a_cell_without_a_figure_is_not_judged(tmp_path):
    figures = [said("a", stance="silence"), said("b", stance="vague", source="jnim")]
    assert asked(tmp_path, "SELECT * FROM event_conflict", figures) == []


# event_coverage -----------------------------------------------------------------------------------

COVERAGE = {
    # what the army and the ministry say of soldiers of Mali, beside JNIM's claim j of 70;
    # how Mali speaks, and the claims it leaves open
    "nothing": ([], ("not recorded", 1, ["j"])),
    "a figure": ([said("a", n=54)], ("figure", 0, None)),
    "a denial": ([said("a", stance="denies-figure")], ("denial", 0, None)),
    "a denial that names the claim": (
        [said("a", stance="denies-figure", answers="j")],
        ("denial", 0, None),
    ),
    "words": ([said("a", stance="vague")], ("vague", 1, ["j"])),
    "no toll": ([said("a", stance="silence")], ("silent", 1, ["j"])),
    "no toll, then words": (
        [said("a", stance="silence"), said("b", stance="vague", source="ministry")],
        ("vague", 1, ["j"]),
    ),
    "a denial and no toll": (
        [said("a", stance="silence"), said("b", stance="denies-event", source="ministry")],
        ("denial", 0, None),
    ),
    "a figure for the wounded alone": (
        [said("a", n=3, measure="wounded")],
        ("figure", 0, None),
    ),
    "the army of another country": (
        [said("a", n=54, source="niger-army")],
        ("not recorded", 1, ["j"]),
    ),
    "an answer to the claim by words on other victims": (
        [said("a", stance="vague", victims="people", answers="j")],
        ("not recorded", 0, None),
    ),
}


def test_a_government_speaks_of_its_own_losses(tmp_path):
    rebels = said("j", n=70, source="jnim")
    figures, places = placed([*official, rebels] for official, _ in COVERAGE.values())
    query = (
        "SELECT event, speaks || '-', unanswered_by_government, unanswered_claims"
        " FROM event_coverage WHERE party = 'mali' AND interest = 'own'"
    )
    told = by_case(COVERAGE, asked(tmp_path, query, figures, **places))
    seen = {
        name: (speaks, count, claims and [one.rpartition("-")[0] for one in claims])
        for name, [(speaks, count, claims)] in told.items()
    }
    assert seen == {name: wanted for name, (_, wanted) in COVERAGE.items()}


def test_a_repeat_or_an_observer_leaves_no_claim_open(tmp_path):
    figures = [
        said("j", n=70, source="jnim"),
        said("k", n=70, source="jnim", repeats="j", document=WIRE),
        said("m", n=70, source="monitors"),
        said("i", n=12, source="issp", measure="wounded"),
    ]
    query = (
        "SELECT unanswered, unanswered_claims, figures_of_others FROM event_coverage"
        " WHERE party = 'mali' AND interest = 'own'"
    )
    assert asked(tmp_path, query, figures) == [(2, ["i", "j"], 3)]


def test_a_party_is_concerned_that_governs_speaks_or_is_said_to_have_done_it(tmp_path):
    attributions = [
        {"event": BRIDGE, "source": "residents", "document": WIRE, "party": party, "says": says}
        for party, says in (("jnim", "accuses"), ("is-sahel", "denies"))
    ]
    figures = [
        said("a", n=8, source="niger-army", victims="civilians"),
        said("b", n=9, source="residents", victims="insurgents", victims_party="jnim"),
    ]
    query = "SELECT party, interest, speaks FROM event_coverage ORDER BY ALL"
    assert asked(tmp_path, query, figures, attributions=attributions) == [
        ("jnim", "own", "not recorded"),
        ("jnim", "third-party", "not recorded"),
        ("mali", "enemy", "not recorded"),
        ("mali", "third-party", "not recorded"),
        ("niger", "enemy", "not recorded"),
        ("niger", "third-party", "figure"),
    ]


def test_only_a_government_leaves_figures_of_its_own_dead_open(tmp_path):
    figures = [said("a", n=30, victims="insurgents", victims_party="jnim")]
    figures += [said("b", n=2, source="jnim", victims="civilians")]
    query = (
        "SELECT party, interest, unanswered, unanswered_by_government FROM event_coverage"
        " ORDER BY ALL"
    )
    assert asked(tmp_path, query, figures) == [
        ("jnim", "own", 1, None),
        ("jnim", "third-party", 0, None),
        ("mali", "enemy", 0, None),
        ("mali", "third-party", 1, None),
    ]


# event_overview -----------------------------------------------------------------------------------


def test_an_event_as_a_whole(tmp_path):
    figures = [
        said("a", n=8),
        said("b", n=54, supersedes="a", document=LATER),
        said("c", n=70, source="jnim"),
        said("d", n=70, source="jnim", repeats="c", document=WIRE),
        said("e", n=3, source="jnim", measure="wounded"),
        said("f", n=4, source="jnim", measure="wounded"),
        said("g", n=12, source="residents", event=MARKET, victims="civilians"),
        said("h", stance="silence", event=MARKET, victims="civilians"),
        said("i", stance="vague", event=JUNE),
    ]
    query = (
        "SELECT event, claims, documents, standing, sources, sides_with_figures, only_side,"
        " official_figures, insurgent_figures, cells, conflicting, self_contradicted, widest_gap,"
        " unanswered FROM event_overview ORDER BY event"
    )
    assert asked(tmp_path, query, figures) == [
        (BRIDGE, 6, 3, 4, 2, 2, None, 1, 3, 2, 1, 1, 16, 0),
        (JUNE, 1, 1, 1, 1, None, None, 0, 0, 0, 0, 0, None, 0),
        (MARKET, 2, 1, 2, 2, 1, "local", 0, 0, 1, 0, 0, None, 0),
    ]


def test_an_event_told_by_relays_alone_is_an_event(tmp_path):
    figures = [said("a", n=60), said("b", n=60, event=MARKET, repeats="a", document=WIRE)]
    query = "SELECT event, claims, standing FROM event_overview ORDER BY event"
    assert asked(tmp_path, query, figures) == [(BRIDGE, 1, 1), (MARKET, 1, 0)]


# comparison ---------------------------------------------------------------------------------------

KINDS = {"period": "period-total"}
SUMS = {
    # parts within wholes, figures of both sides by event;
    # the events whose official, insurgent and both figures are added
    "an event alone": ({}, {"a": (8, 9)}, ("a", "a", "a")),
    "one side alone": ({}, {"a": (8, None), "b": (None, 9)}, ("a", "b", "")),
    "a whole and its part": ({"p": ["w"]}, {"w": (8, 9), "p": (3, 4)}, ("p", "p", "p")),
    "a part told by one side": (
        {"p": ["w"]},
        {"w": (8, 9), "p": (3, None)},
        ("p", "w", "w"),
    ),
    "parts of parts": (
        {"p": ["m"], "m": ["w"]},
        {"w": (8, 9), "p": (3, 4)},
        ("p", "p", "p"),
    ),
    "a whole within a whole, of which the part is not told": (
        {"p": ["m"], "m": ["a"]},
        {"a": (8, 9), "m": (3, 4)},
        ("m", "m", "m"),
    ),
    "a period total that shares a part with an operation is not added and not in its way": (
        {"p": ["period", "v"]},
        {"period": (80, 90), "v": (8, 9)},
        ("v", "v", "v"),
    ),
    "a whole whose part is told by one side overlaps another for both": (
        {"p": ["v", "w"]},
        {"v": (8, None), "w": (6, 7)},
        ("v", "w", "w"),
    ),
    "wholes that overlap wholes of which a part is told": (
        {"x": ["q", "r"], "r": ["o"], "q": ["o2"]},
        {"q": (8, 9), "r": (6, 7), "o": (1, 2), "o2": (3, 4)},
        ("q", "q", "q"),
    ),
    "a whole of silent parts": ({"p": ["w"]}, {"w": (8, 9), "p": (None, None)}, ("w", "w", "w")),
    "two wholes that share a part that is told": (
        {"p": ["v", "w"]},
        {"v": (8, 9), "w": (6, 7), "p": (1, 2)},
        ("p", "p", "p"),
    ),
}


@pytest.mark.parametrize(("parts", "said_of", "wanted"), SUMS.values(), ids=SUMS)
def test_a_sum_counts_nobody_twice(parts, said_of, wanted, tmp_path):
    assert added(tmp_path, parts, said_of) == wanted


def test_two_wholes_that_share_a_part_are_not_both_added(tmp_path):
    told = added(tmp_path, {"p": ["v", "w"]}, {"v": (8, 9), "w": (6, 7)})
    assert all(events in ("v", "w") for events in told)


def added(home, parts, said_of):
    """The events whose official, whose insurgent and whose both figures are added."""
    names = {*said_of, *parts, *(whole for wholes in parts.values() for whole in wholes)}
    figures = [
        said(f"{name}-{who}", event=name, source=who, n=number)
        for name, numbers in said_of.items()
        for who, number in zip(("army", "jnim"), numbers, strict=True)
        if number is not None
    ]
    answer = asked(
        home,
        "SELECT event, adds_official, adds_insurgent, adds_both FROM comparison ORDER BY event",
        figures,
        events=[event(name, kind=KINDS.get(name, "operation")) for name in sorted(names)],
        event_parts=[
            {"event": part, "part_of": whole} for part, wholes in parts.items() for whole in wholes
        ],
    )
    return tuple(" ".join(row[0] for row in answer if row[at]) for at in (1, 2, 3))


def test_a_cell_shows_what_both_sides_say(tmp_path):
    figures = [
        said("a", n=8),
        said("b", low=10, source="ministry"),
        said("c", stance="vague", source="niger-army"),
        said("d", stance="denies-figure", source="niger-army"),
        said("j", n=70, source="jnim"),
        said("k", n=60, source="issp"),
        said("s", stance="silence", event=JUNE),
        said("m", n=12, source="monitors", event=MARKET),
    ]
    query = (
        "SELECT event, period_total, official_figures, official_low, official_high,"
        " official_vague, official_silent, official_denials, insurgent_figures, insurgent_low,"
        " insurgent_high, gap, higher_side, adds_official, adds_insurgent, adds_both"
        " FROM comparison ORDER BY event"
    )
    nothing = (None, None)
    assert asked(tmp_path, query, figures) == [
        (BRIDGE, False, 2, 8, None, 1, 0, 1, 2, 60, 70, 62, "insurgent", True, True, True),
        (JUNE, True, 0, *nothing, 0, 1, 0, 0, *nothing, None, None, False, False, False),
    ]


# properties ---------------------------------------------------------------------------------------

PEOPLE = ["army", "jnim", "paper", "residents"]
COLLECTIVE = {"residents"}

BOUNDS = st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 4)))
CELL = st.lists(st.tuples(st.sampled_from(PEOPLE), BOUNDS), min_size=1, max_size=6)
CELLS = st.lists(CELL, min_size=8, max_size=8)


EVENTS = [event(f"{world}{at}") for world in "ef" for at in range(8)]


def figures_of(cells, world="e"):
    """Each cell is an event of its own; each claim a source, a lower bound and perhaps a width."""
    return [
        claim(
            f"{world}{at}-{number}",
            event=f"{world}{at}",
            source=who,
            low=low,
            high="" if width is None else low + width,
        )
        for at, cell in enumerate(cells)
        for number, (who, (low, width)) in enumerate(cell)
    ]


def answers(home, figures, query):
    return asked(home, query, figures, events=EVENTS, event_parts=[])


def picked(data, cells, world):
    """A claim of each cell."""
    figures = figures_of(cells, world)
    for at in range(len(cells)):
        cell = [one for one in figures if one["event"] == f"{world}{at}"]
        yield data.draw(st.sampled_from(cell))


def judged(cell):
    """Status, common interval and widest gap, by trying every pair and every whole number."""
    reach = 30
    spans = [
        (who, set(range(low, reach if width is None else low + width + 1)))
        for who, (low, width) in cell
    ]
    common = set.intersection(*(span for _, span in spans))
    apart = {}
    for at, (who, span) in enumerate(spans):
        for other, other_span in spans[at + 1 :]:
            if not span & other_span:
                gap = max(min(other_span) - max(span), min(span) - max(other_span))
                between = who != other or who in COLLECTIVE
                apart[between] = max(apart.get(between, 0), gap)
    if apart:
        status = "conflicting" if True in apart else "self-contradicted"
        return status, None, None, apart[True in apart]
    status = "sole" if len({who for who, _ in spans}) == 1 else "agreed"
    high = None if all(width is None for _, (_, width) in cell) else max(common)
    return status, min(common), high, None


@settings(max_examples=OFTEN // 6)
@given(CELLS)
def test_the_status_of_a_cell_is_what_trying_everything_says(tmp_path, cells):
    query = (
        "SELECT c.event, c.status, c.common_low, c.common_high, c.gap, h.low - l.high,"
        " l.source = h.source FROM event_conflict AS c"
        " LEFT JOIN standing AS l ON l.claim = c.low_claim"
        " LEFT JOIN standing AS h ON h.claim = c.high_claim ORDER BY c.event"
    )
    for cell, told in zip(cells, answers(tmp_path, figures_of(cells), query), strict=True):
        _, *found, proven, same_source = told
        assert tuple(found) == judged(cell)
        assert proven == found[-1]
        assert same_source or found[0] != "self-contradicted"


EVERYTHING = {
    "standing": "claim, low, high, stance, side, interest",
    "event_conflict": "event, status, common_low, common_high, gap, low_claim, high_claim",
    "event_gap": "event, side, other_side, low_claim, high_claim, gap, nearest_gap, pairs",
    "event_side": "event, side, claims, sources, figures, low, high",
    "event_coverage": "event, party, interest, speaks, unanswered, unanswered_claims",
    "comparison": "event, official_low, official_high, insurgent_low, insurgent_high, gap",
    "self_contradiction": "event, low_claim, high_claim, gap",
}


@settings(max_examples=OFTEN // 12)
@given(CELLS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_files_changes_nothing(tmp_path, cells, chance: random.Random):
    figures = figures_of(cells)
    shuffled = chance.sample(figures, len(figures))
    cut = chance.randint(0, len(figures))
    told = []
    for written in (figures, {"b": shuffled[:cut], "a": shuffled[cut:]}):
        tables = {"sources": SOURCES, "parties": PARTIES, "attributions": [], "event_parts": []}
        home = ledger_at(tmp_path, figures=written, events=EVENTS, **tables)
        database = reconcile.connect(reconcile.read(home))
        told.append(
            {
                view: database.execute(f"SELECT {columns} FROM {view} ORDER BY ALL").fetchall()
                for view, columns in EVERYTHING.items()
            }
        )
    assert told[0] == told[1]


@settings(max_examples=OFTEN // 12)
@given(CELLS, st.data())
def test_a_repeat_adds_no_voice(tmp_path, cells, data):
    repeats = [
        nearest
        | {
            "claim": f"r{at}",
            "source": data.draw(st.sampled_from(PEOPLE)),
            "event": f"f{data.draw(st.integers(0, 7))}",
            "stated": f"wr{at}",
            "document": WIRE,
            "repeats": nearest["claim"],
            "low": data.draw(st.integers(0, 99)),
            "high": "",
        }
        for at, nearest in enumerate(picked(data, cells, "f"))
    ]
    figures = [*repeats, *figures_of(cells, "e"), *figures_of(cells, "f")]
    told = answers(tmp_path, figures, "SELECT claim, low, high FROM standing ORDER BY claim")
    without = [row for row in told if row[0].startswith("e")]
    assert [(f"f{row[0][1:]}", *row[1:]) for row in without] == told[len(without) :]


@settings(max_examples=OFTEN // 12)
@given(CELLS, st.data())
def test_a_correction_never_stands_beside_what_it_corrects(tmp_path, cells, data):
    corrections = [
        corrected
        | {
            "claim": f"n{at}",
            "stated": f"wn{at}",
            "asserted_on": "2025-06-05",
            "document": LATER,
            "supersedes": corrected["claim"],
            "low": data.draw(st.integers(0, 99)),
            "high": "",
        }
        for at, corrected in enumerate(picked(data, cells, "e"))
    ]
    figures = [*figures_of(cells), *corrections]
    cut = data.draw(st.integers(0, len(figures)))
    told = answers(tmp_path, figures[cut:] + figures[:cut], "SELECT claim FROM standing")
    corrected = {one["supersedes"] for one in corrections}
    assert {one for (one,) in told} == {one["claim"] for one in figures} - corrected


@settings(max_examples=OFTEN // 12)
@given(CELLS, st.data())
def test_a_wider_interval_never_makes_a_conflict(tmp_path, cells, data):
    wider = {}
    for one in picked(data, cells, "f"):
        low = data.draw(st.integers(0, one["low"]))
        high = "" if one["high"] == "" else one["high"] + data.draw(st.integers(0, 5))
        wider[one["claim"]] = one | {"low": low, "high": data.draw(st.sampled_from([high, ""]))}
    widened = [wider.get(one["claim"], one) for one in figures_of(cells, "f")]
    figures = [*figures_of(cells, "e"), *widened]
    status = dict(answers(tmp_path, figures, "SELECT event, status FROM event_conflict"))
    worse = ["sole", "agreed", "self-contradicted", "conflicting"].index
    for at in range(len(cells)):
        assert worse(status[f"f{at}"]) <= worse(status[f"e{at}"])
