"""Independent voices and look-alike figures: repeats and copies corroborate nothing."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import Connected, document, event, ledger_at
from test_views import (
    BRIDGE,
    DOCUMENTS,
    LATER,
    MARKET,
    OFTEN,
    PARTIES,
    SOURCES,
    UNDATED,
    WIRE,
    asked,
    by_case,
    placed,
    said,
)

import reconcile

pytestmark = pytest.mark.untraced

GAZETTE = "gazette-2025-06-02"
COPIES = [
    document("copy", origin="gazette-2025-06-05"),
    document("copy-of-copy", origin="copy"),
    document("mirror", origin="copy-of-copy"),
]


# provenance ---------------------------------------------------------------------------------------


def test_a_chain_of_copies_leads_to_its_original(tmp_path):
    query = "SELECT document, original, steps FROM provenance ORDER BY document"
    told = asked(tmp_path, query, [said("a")], documents=[*COPIES, *DOCUMENTS])
    assert [row for row in told if row[0] != row[1]] == [
        ("copy", LATER, 1),
        ("copy-of-copy", LATER, 2),
        ("mirror", LATER, 3),
        (WIRE, GAZETTE, 1),
    ]
    assert len(told) == len(COPIES) + len(DOCUMENTS)
    assert {steps for one, original, steps in told if one == original} == {0}


# figure_support -----------------------------------------------------------------------------------

# The wire of 3 June is a copy of the gazette of 2 June.
SUPPORT = {
    "one source in one document": ([said("a", n=8)], (1, 1, 1, 1, 1)),
    "a repeat adds a document and no voice": (
        [said("a", n=8), said("b", n=8, repeats="a", document=LATER)],
        (1, 1, 1, 2, 1),
    ),
    "a repeat under another name adds none either": (
        [said("a", n=8), said("b", n=8, repeats="a", source="gazette", document=LATER)],
        (1, 1, 1, 2, 1),
    ),
    "a repeat that changes the figure still carries the statement": (
        [said("a", n=8), said("b", n=9, repeats="a", document=LATER)],
        (1, 1, 1, 2, 1),
    ),
    "a source in two originals": (
        [said("a", n=8), said("b", n=8, document=LATER)],
        (2, 1, 2, 2, 1),
    ),
    "two sources in one original": (
        [said("a", n=8), said("b", n=8, source="jnim")],
        (2, 2, 1, 1, 1),
    ),
    "two sources in a document and its copy": (
        [said("a", n=8), said("b", n=8, source="jnim", document=WIRE)],
        (2, 2, 1, 2, 1),
    ),
    "two sources in two originals": (
        [said("a", n=8), said("b", n=8, source="jnim", document=LATER)],
        (2, 2, 2, 2, 2),
    ),
    "one source in three originals, three sources in a fourth": (
        [
            said("a", n=8, document=GAZETTE),
            said("b", n=8, document=LATER),
            said("c", n=8, document=UNDATED),
            said("d", n=8, source="jnim", document="courrier-2025-06-12"),
            said("e", n=8, source="residents", document="courrier-2025-06-12"),
            said("f", n=8, source="monitors", document="courrier-2025-06-12"),
        ],
        (6, 4, 4, 4, 2),
    ),
    "two sources, both in the same two originals": (
        [
            said("a", n=8, document=GAZETTE),
            said("b", n=8, document=LATER),
            said("c", n=8, source="jnim", document=GAZETTE),
            said("d", n=8, source="jnim", document=LATER),
        ],
        (4, 2, 2, 2, 2),
    ),
}


def test_the_voices_of_a_figure_share_neither_source_nor_original(tmp_path):
    figures, events = [], []
    for at, (claims, _) in enumerate(SUPPORT.values()):
        events.append(event(f"e{at}"))
        for one in claims:
            links = {"repeats": f"{one['repeats']}{at}"} if "repeats" in one else {}
            figures.append(one | {"claim": f"{one['claim']}{at}", "event": f"e{at}"} | links)
    query = (
        "SELECT event, statements, sources, originals, documents, voices FROM figure_support"
        " ORDER BY CAST(event[2:] AS INTEGER)"
    )
    told = asked(tmp_path, query, figures, events=events, event_parts=[])
    assert {name: row[1:] for name, row in zip(SUPPORT, told, strict=True)} == {
        name: wanted for name, (_, wanted) in SUPPORT.items()
    }


def test_a_figure_is_its_number_and_its_bounds(tmp_path):
    figures = [
        said("a", n=40),
        said("b", low=40, best=40, source="jnim", document=LATER),
        said("c", low=40, source="monitors", document="courrier-2025-06-12"),
        said("d", n=40, source="residents", document=LATER),
        said("e", n=40, source="paper", document=LATER, measure="wounded"),
        said("f", stance="vague", source="gazette"),
    ]
    query = (
        "SELECT measure, low, high, named, sources, voices, rows = LIST_SORT(rows), row"
        " FROM figure_support ORDER BY ALL"
    )
    told = asked(tmp_path, query, figures)
    assert [row[:6] for row in told] == [
        ("killed", 40, 40, 40, 2, 2),
        ("killed", 40, None, 40, 2, 2),
        ("wounded", 40, 40, 40, 1, 1),
    ]


def test_figures_for_the_people_of_different_parties_support_no_other(tmp_path):
    told = {"victims": "insurgents", "n": 5}
    figures = [
        said("a", **told, victims_party="jnim"),
        said("b", **told, victims_party="is-sahel", source="monitors", document=LATER),
        said("c", **told, source="paper", document=LATER),
        said("d", **told, event=MARKET, victims_party="jnim"),
        said("e", **told, event=MARKET, source="paper", document=LATER),
    ]
    query = "SELECT event, victims_party, sources, voices FROM figure_support ORDER BY ALL"
    assert asked(tmp_path, query, figures) == [
        (BRIDGE, "is-sahel", 1, 1),
        (BRIDGE, "jnim", 1, 1),
        (BRIDGE, None, 1, 1),
        (MARKET, "jnim", 2, 2),
    ]


def test_the_voices_of_an_event_are_those_of_all_its_figures(tmp_path):
    figures = [
        said("a", n=8),
        said("b", n=9, measure="wounded"),
        said("c", n=70, source="jnim", document=WIRE),
        said("d", n=71, source="monitors", document=LATER),
        said("e", n=70, source="paper", repeats="c", document="courrier-2025-06-12"),
        said("f", stance="silence", source="ministry", document=UNDATED),
    ]
    crossed = [
        said(f"{who}{at}", n=at, source=who, document=where, event=MARKET)
        for at, where in enumerate((GAZETTE, LATER))
        for who in ("army", "jnim", "monitors")
    ]
    query = "SELECT event, sources, documents, voices FROM event_overview ORDER BY event"
    assert asked(tmp_path, query, figures + crossed) == [(BRIDGE, 4, 5, 2), (MARKET, 3, 2, 2)]


# look_alike ---------------------------------------------------------------------------------------

ALIKE = {
    "another source in another document": (
        [said("a", n=58), said("b", low=58, source="jnim", document=LATER, asserted_on="")],
        [("b", "a", 58, 1, 3)],
    ),
    "a repeat is known to be one": (
        [said("a", n=58), said("b", n=58, source="jnim", document=LATER, repeats="a")],
        [],
    ),
    "the same source": ([said("a", n=58), said("b", low=58, document=LATER)], []),
    "the same document": ([said("a", n=58), said("b", n=58, source="jnim")], []),
    "a copy of the same document": (
        [said("a", n=58), said("b", n=58, source="jnim", document=WIRE)],
        [],
    ),
    "another number": ([said("a", n=58), said("b", n=59, source="jnim", document=LATER)], []),
    "another measure": (
        [said("a", n=58), said("b", n=58, source="jnim", document=LATER, measure="wounded")],
        [],
    ),
    "nobody is no number that travels": (
        [said("a", n=0), said("b", n=0, source="jnim", document=LATER)],
        [],
    ),
    "a round number is shown with its step": (
        [said("a", n=200), said("b", n=200, source="jnim", document=LATER)],
        [("b", "a", 200, 100, 0)],
    ),
    "each is set beside the one before it": (
        [
            said("c", n=58, source="monitors", document=UNDATED, asserted_on="2025-06-09"),
            said("a", n=58),
            said("b", n=58, source="jnim", document=LATER, asserted_on="2025-06-05"),
        ],
        [("b", "a", 58, 1, 3), ("c", "b", 58, 1, 4)],
    ),
    "without a day it comes last and no days are told": (
        [
            said("a", n=58, document=UNDATED, asserted_on=""),
            said("b", n=58, source="jnim", document=LATER),
        ],
        [("a", "b", 58, 1, None)],
    ),
}


def test_a_number_is_named_again(tmp_path):
    figures, places = placed(claims for claims, _ in ALIKE.values())
    query = (
        "SELECT event, claim, earlier_claim, named, step, days FROM look_alike"
        " ORDER BY event, claim"
    )
    told = by_case(ALIKE, asked(tmp_path, query, figures, **places))
    assert told == {name: pairs for name, (_, pairs) in ALIKE.items()}


# properties ---------------------------------------------------------------------------------------

PEOPLE = ["army", "jnim", "paper", "residents", "monitors"]
PAPERS = ["gazette-2025-06-02", "gazette-2025-06-05", "courrier-2025-06-12", "undated"]
CELL = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PAPERS), st.integers(40, 42)),
    min_size=1,
    max_size=7,
)
CELLS = st.lists(CELL, min_size=8, max_size=8)
EVENTS = [event(f"{world}{at}") for world in "efg" for at in range(8)]
COPY_OF = {paper: f"copy-of-{paper}" for paper in PAPERS}
PAPERS_AND_COPIES = [*DOCUMENTS, *(document(copy, origin=of) for of, copy in COPY_OF.items())]


def figures_of(cells, world):
    """Each cell is an event of its own; each claim a source, a document and a lower bound."""
    return [
        said(f"{world}{at}-{number}", event=f"{world}{at}", source=who, document=where, low=low)
        for at, cell in enumerate(cells)
        for number, (who, where, low) in enumerate(cell)
    ]


def picked(data, cells, world):
    """A claim of each cell, written once more under another name."""
    figures = figures_of(cells, world)
    for at in range(len(cells)):
        cell = [one for one in figures if one["event"] == f"{world}{at}"]
        one = data.draw(st.sampled_from(cell))
        yield one | {"claim": f"{one['claim']}-again", "stated": f"w{one['claim']}-again"}, one


def database_of(home, figures):
    told = {"sources": SOURCES, "parties": PARTIES, "documents": PAPERS_AND_COPIES}
    told |= {"attributions": [], "event_parts": [], "events": EVENTS}
    ledger = reconcile.read(ledger_at(home, figures=figures, **told))
    assert [finding.message for finding in ledger.findings] == []
    return Connected(ledger)


def most_independent(claims):
    """The most claims of which no two share a source or a document, by trying every choice."""
    told = sorted(set(claims))
    for size in range(min(len({one[0] for one in told}), len({one[1] for one in told})), 0, -1):
        for chosen in combinations(told, size):
            if all(len({one[at] for one in chosen}) == size for at in (0, 1)):
                return size
    return 0


@given(CELLS)
def test_there_are_as_many_voices_as_claims_that_share_nothing(cells):
    """Counted without a database: never fewer, and where sources and documents cross at most one
    more."""
    for cell in cells:
        claims = [(who, where) for who, where, _ in cell]
        assert most_independent(claims) <= counted(claims) <= most_independent(claims) + 1


def counted(claims):
    heard = {who: {where for one, where in claims if one == who} for who, _ in claims}
    originals = set().union(*heard.values())
    several = sum(len(where) > 1 for where in heard.values())
    alone = set().union(*(where for where in heard.values() if len(where) == 1))
    return min(len(originals), several + len(alone))


@settings(max_examples=OFTEN // 12)
@given(CELLS, st.data())
def test_a_repeat_or_a_copy_adds_no_voice(tmp_path, cells, data):
    repeats = [
        again
        | {"repeats": one["claim"], "source": data.draw(st.sampled_from(PEOPLE))}
        | {"document": data.draw(st.sampled_from(PAPERS)), "low": data.draw(st.integers(40, 42))}
        for again, one in picked(data, cells, "f")
    ]
    copies = [
        again | {"document": COPY_OF[one["document"]]} for again, one in picked(data, cells, "g")
    ]
    figures = [*repeats, *copies, *(one for world in "efg" for one in figures_of(cells, world))]
    database = database_of(tmp_path, data.draw(st.permutations(figures)))

    told = {world: {} for world in "efg"}
    query = "SELECT event, low, sources, originals, voices, documents FROM figure_support"
    printed = {world: 0 for world in "efg"}
    for place, low, *counts, documents in database.execute(query).fetchall():
        told[place[0]][place[1:], low] = counts
        printed[place[0]] += documents
    wanted = {}
    for at, cell in enumerate(cells):
        for who, where, low in cell:
            wanted.setdefault((str(at), low), []).append((who, where))
    assert {cell: counts[-1] for cell, counts in told["e"].items()} == {
        cell: counted(claims) for cell, claims in wanted.items()
    }
    assert told["f"] == told["g"] == told["e"]
    assert printed["g"] == printed["e"] + len(copies)
    overall = database.execute("SELECT event, voices FROM event_overview").fetchall()
    assert dict(overall) == {
        f"{world}{at}": counted([(who, where) for who, where, _ in cell])
        for world in "efg"
        for at, cell in enumerate(cells)
    }


EVERYTHING = {
    "figure_support": "event, low, named, statements, documents, originals, voices",
    "look_alike": "claim, earlier_claim, named, days",
    "figure_beside": "claim, other_claim, gap, log_ratio",
    "source_pair": "source, other_source, interest, events, cells, disjoint_share, log_ratio",
    "source_record": "source, interest, events, figures, log_ratio_to_opponents, round_share",
    "event_party": "event, party, speaks, of_own, of_enemy, figures",
    "party_coverage": "party, source, country, interest, events, figure, silent, figure_share",
}


@pytest.mark.parametrize("seed", [1])
def test_the_order_of_rows_and_files_changes_nothing(tmp_path, seed):
    chance = random.Random(seed)
    cells = [
        [
            (chance.choice(PEOPLE), chance.choice(PAPERS), chance.randint(40, 42))
            for _ in range(chance.randint(2, 7))
        ]
        for _ in range(8)
    ]
    figures = figures_of(cells, "e")
    shuffled = chance.sample(figures, len(figures))
    cut = chance.randint(0, len(figures))
    told = []
    for written in (figures, {"b": shuffled[:cut], "a": shuffled[cut:]}):
        database = database_of(tmp_path, written)
        told.append(
            {
                view: database.execute(f"SELECT {columns} FROM {view} ORDER BY ALL").fetchall()
                for view, columns in EVERYTHING.items()
            }
        )
    assert told[0] == told[1]
    assert all(told[0].values())
