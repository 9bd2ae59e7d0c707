"""Wholes and parts, against a solver that tries every assignment of whole numbers to cells."""

import itertools
import random

import numpy as np
import pytest
from conftest import SOAKING
from ledgers import Connected, base, claim, event, ledger_at, source

import reconcile

pytestmark = pytest.mark.untraced

SOURCES = [*base("sources"), source("paper", "media"), source("niger-army", "government")]
VOICES = ("army", "jnim", "monitors", "residents")
COLLECTIVE = ("residents", "security-sources")
CASES = 4000 if SOAKING else 300
MANY = 1_000_000


class World:
    """Cells, each a triple (event, measure, victims), and what trying every number says of them.

    `most` is the largest number tried in a cell; a claim on it says no more than that at least, so
    that whatever fits at all fits within.
    """

    def __init__(self, most, contained, added):
        self.cells = list(most)
        self.most = most
        at = {cell: place for place, cell in enumerate(self.cells)}
        ranges = [np.arange(top + 1, dtype=np.int8) for top in most.values()]
        grid = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(most))
        for part, whole in contained:
            grid = grid[grid[:, at[part]] <= grid[:, at[whole]]]
        for parts, whole in added:
            grid = grid[sum(grid[:, at[part]] for part in parts) <= grid[:, at[whole]]]
        self.at, self.grid = at, grid

    def fits(self, claims):
        """Whether some assignment of numbers to cells fits every claim."""
        kept = np.ones(len(self.grid), dtype=bool)
        for cell, low, high in claims:
            numbers = self.grid[:, self.at[cell]]
            kept &= (numbers >= low) & (numbers <= (MANY if high is None else high))
        return bool(kept.any())


def tree(names, where):
    """Cells along one tree, `names` giving the largest number tried of each."""
    return {where(name): top for name, top in names.items()}


def crossed(one, other, where):
    return {where(a, b): max(x, y) for (a, x), (b, y) in itertools.product(one, other)}


def of_victims(victims):
    return ("e", "killed", victims)


def of_measure(measure):
    return ("e", measure, "soldiers")


def of_event(name):
    return (name, "killed", "soldiers")


VICTIMS = World(
    tree({"people": 6, "insurgents": 2, "soldiers": 2, "civilians": 2}, of_victims),
    [(of_victims(part), of_victims("people")) for part in ("insurgents", "soldiers", "civilians")],
    [([of_victims(one) for one in ("insurgents", "soldiers", "civilians")], of_victims("people"))],
)
MEASURES = World(
    tree({"casualties": 6, "killed": 3, "wounded": 3}, of_measure),
    [(of_measure(part), of_measure("casualties")) for part in ("killed", "wounded")],
    [([of_measure("killed"), of_measure("wounded")], of_measure("casualties"))],
)
EVENTS = World(
    tree({"month": 6, "week": 4, "e": 2, "f": 2, "g": 2}, of_event),
    [
        *((of_event(part), of_event("week")) for part in "ef"),
        *((of_event(part), of_event("month")) for part in ("week", "g")),
    ],
    [
        ([of_event("e"), of_event("f")], of_event("week")),
        ([of_event("week"), of_event("g")], of_event("month")),
    ],
)


def measured(measure, victims):
    return ("e", measure, victims)


def counted(name, measure):
    return (name, measure, "soldiers")


WHO = ("people", "soldiers", "civilians")
WHAT = ("casualties", "killed", "wounded")
MEASURES_OF_VICTIMS = World(
    {
        measured(what, who): (2 if what == "casualties" else 1) * (2 if who == "people" else 1)
        for what in WHAT
        for who in WHO
    },
    [
        *((measured(what, who), measured("casualties", who)) for what in WHAT[1:] for who in WHO),
        *((measured(what, who), measured(what, "people")) for what in WHAT for who in WHO[1:]),
    ],
    [
        *(([measured(what, who) for what in WHAT[1:]], measured("casualties", who)) for who in WHO),
        *(([measured(what, who) for who in WHO[1:]], measured(what, "people")) for what in WHAT),
    ],
)
MEASURES_OF_EVENTS = World(
    {
        counted(name, what): (2 if what == "casualties" else 1) * (2 if name == "week" else 1)
        for what in WHAT
        for name in ("week", "e", "f")
    },
    [
        *((counted(of, w), counted(of, "casualties")) for w in WHAT[1:] for of in ("week", *"ef")),
        *((counted(part, what), counted("week", what)) for what in WHAT for part in "ef"),
    ],
    [
        *(
            ([counted(of, what) for what in WHAT[1:]], counted(of, "casualties"))
            for of in ("week", *"ef")
        ),
        *(([counted(part, what) for part in "ef"], counted("week", what)) for what in WHAT),
    ],
)
WORLDS = {
    "victims": VICTIMS,
    "measures": MEASURES,
    "events": EVENTS,
    "measures of victims": MEASURES_OF_VICTIMS,
    "measures of events": MEASURES_OF_EVENTS,
}
PARTS = (("e", "week"), ("f", "week"), ("week", "month"), ("g", "month"))


def drawn(world, chance):
    """Claims on random cells: an interval each, now and then open above."""
    told = []
    for _ in range(chance.randint(2, 6)):
        cell = chance.choice(world.cells)
        low = chance.randint(0, world.most[cell])
        high = None if chance.random() < 0.3 else chance.randint(low, world.most[cell])
        told.append((cell, low, high, chance.choice(VOICES)))
    return told


def written(cases):
    """The cases as tables, each on events of its own."""
    figures, events, parts = [], [], []
    for case, claims in enumerate(cases):
        events += [event(f"{name}-{case}") for name in ("month", "week", "e", "f", "g")]
        parts += [{"event": f"{a}-{case}", "part_of": f"{b}-{case}"} for a, b in PARTS]
        for number, ((of, measure, victims), low, high, voice) in enumerate(claims):
            figures.append(
                claim(
                    f"c{case}-{number}",
                    event=f"{of}-{case}",
                    measure=measure,
                    victims=victims,
                    source=voice,
                    low=low,
                    high="" if high is None else high,
                )
            )
    return {"figures": figures, "events": events, "event_parts": parts}


def connected(home, **tables):
    told = {"sources": SOURCES, "attributions": []} | tables
    ledger = reconcile.read(ledger_at(home, **told))
    assert [one.message for one in ledger.findings] == []
    return Connected(ledger)


def contradicted(database):
    """The cases in which a view reports claims that cannot all hold."""
    told = database.execute(
        "SELECT event FROM event_conflict WHERE status IN ('conflicting', 'self-contradicted')"
        " UNION ALL SELECT event FROM part_whole"
    ).fetchall()
    return {int(name.rpartition("-")[2]) for (name,) in told}


@pytest.mark.parametrize("name", WORLDS)
def test_the_views_contradict_where_no_assignment_of_numbers_fits(tmp_path, name):
    world, chance = WORLDS[name], random.Random(None if SOAKING else name)
    cases = [drawn(world, chance) for _ in range(CASES)]
    found = contradicted(connected(tmp_path, **written(cases)))
    tried = {at for at, told in enumerate(cases) if not world.fits(one[:3] for one in told)}
    assert 0.1 < len(tried) / CASES < 0.9
    assert found == tried


@pytest.mark.parametrize("name", WORLDS)
def test_a_proof_is_a_set_of_claims_of_which_none_can_be_spared(tmp_path, name):
    world, chance = WORLDS[name], random.Random(None if SOAKING else f"proof {name}")
    cases = [drawn(world, chance) for _ in range(CASES)]
    said = {
        f"c{case}-{number}": told[:3]
        for case, claims in enumerate(cases)
        for number, told in enumerate(claims)
    }
    database = connected(tmp_path, **written(cases))
    proofs = database.execute(
        "SELECT claims, part_low, whole_high, COALESCE(gap, gap_of_voices), reckoning,"
        " part_claims, whole_claim FROM part_whole"
    ).fetchall()
    assert len(proofs) > CASES / 20
    for claims, low, high, gap, reckoning, part_claims, whole in proofs:
        assert not world.fits(said[one] for one in claims)
        for spared in claims:
            assert world.fits(said[one] for one in claims if one != spared)
        assert sorted([whole, *part_claims]) == claims
        assert gap == low - high == sum(said[one][1] for one in part_claims) - said[whole][2]
        assert (reckoning == "part") == (len(part_claims) == 1)


def whole_of(home, *figures, columns="whole_claim, part_claims, reckoning, gap", **tables):
    told = {"events": [event("month"), event("e"), event("f")], "event_parts": []} | tables
    database = connected(home, figures=figures, **told)
    return database.execute(f"SELECT {columns} FROM part_whole ORDER BY ALL").fetchall()


def said(identity, **cells):
    if "n" in cells:
        cells["low"] = cells["high"] = cells.pop("n")
    return claim(identity, **({"event": "e"} | cells))


def test_nothing_is_wrong_with_a_whole_that_holds_its_parts(tmp_path):
    assert not whole_of(
        tmp_path,
        said("w", n=10, measure="casualties"),
        said("k", n=4, source="jnim"),
        said("h", n=6, measure="wounded", source="monitors"),
    )


def test_a_part_above_the_whole_is_proved_by_the_two_claims(tmp_path):
    assert whole_of(
        tmp_path,
        said("w", n=3, measure="casualties"),
        said("a", n=4, source="jnim"),
        said("b", n=9, source="monitors"),
    ) == [("w", ["b"], "part", 6)]


def test_a_part_of_a_part_is_a_part(tmp_path):
    assert whole_of(
        tmp_path,
        said("w", n=3, measure="casualties", victims="people"),
        said("a", n=4, source="jnim"),
        columns="whole_claim, part_claims, trees",
    ) == [("w", ["a"], "measures, victims")]


def test_what_one_source_says_of_parts_is_added_and_what_is_not_needed_left_out(tmp_path):
    figures = [
        said("w", n=20, victims="people"),
        said("a", n=15, source="monitors"),
        said("b", n=8, victims="civilians", source="monitors"),
        said("c", n=2, victims="insurgents", source="monitors"),
    ]
    assert whole_of(tmp_path, *figures) == [("w", ["a", "b"], "sum", 3)]


def test_several_voices_are_added_only_where_no_single_one_contradicts(tmp_path):
    figures = [
        said("w", n=20, victims="people"),
        said("a", n=15, source="monitors"),
        said("b", n=8, victims="civilians", source="jnim"),
    ]
    columns = "part_claims, reckoning, gap, gap_of_voices, part_source, part_sources"
    several = ("sum of several voices", None, 3, None, 2)
    assert whole_of(tmp_path, *figures, columns=columns) == [(["a", "b"], *several)]
    alone = said("c", n=9, victims="civilians", source="monitors")
    assert whole_of(tmp_path, *figures, alone, columns=columns) == [
        (["a", "c"], "sum", 4, None, "monitors", 1)
    ]


def test_a_label_for_several_people_is_several_voices(tmp_path):
    figures = [
        said("w", n=20, victims="people"),
        said("a", n=15, source="residents"),
        said("b", n=8, victims="civilians", source="residents"),
    ]
    assert whole_of(tmp_path, *figures, columns="reckoning, gap") == [
        ("sum of several voices", None)
    ]


def test_siblings_that_may_share_people_are_not_added(tmp_path):
    victims = [row | {"adds": ""} for row in base("victims")]
    figures = [
        said("w", n=20, victims="people"),
        said("a", n=15, source="monitors"),
        said("b", n=8, victims="civilians", source="monitors"),
    ]
    assert not whole_of(tmp_path, *figures, victims=victims)


MONTH = [{"event": "e", "part_of": "month"}, {"event": "f", "part_of": "month"}]


def test_the_events_of_a_month_are_added(tmp_path):
    figures = [said("w", n=20, event="month"), said("a", n=15), said("b", n=8, event="f")]
    columns = "whole_claim, part_claims, reckoning, trees, gap"
    told = whole_of(tmp_path, *figures, event_parts=MONTH, columns=columns)
    assert told == [("w", ["a", "b"], "sum", "events", 3)]


def test_events_that_share_a_part_are_not_added(tmp_path):
    shared = [{"event": "g", "part_of": "e"}, {"event": "g", "part_of": "f"}]
    events = [event(name) for name in ("month", "e", "f", "g")]
    figures = [said("w", n=20, event="month"), said("a", n=15), said("b", n=8, event="f")]
    assert not whole_of(tmp_path, *figures, events=events, event_parts=[*MONTH, *shared])


def test_an_event_written_as_part_of_a_part_and_of_the_whole_is_counted_once(tmp_path):
    parts = [*MONTH, {"event": "e", "part_of": "f"}]
    figures = [said("w", n=20, event="month"), said("a", n=15), said("b", n=18, event="f")]
    assert not whole_of(tmp_path, *figures, event_parts=parts)


STOCK = [*base("measures"), {"measure": "present", "stock": "yes", "name": "Present"}]
STOCK = [row | {"within": "present"} if row["measure"] == "casualties" else row for row in STOCK]


def test_nobody_falls_at_an_event_who_was_not_there(tmp_path):
    figures = [said("w", n=20, measure="present"), said("a", n=25, source="jnim")]
    assert whole_of(tmp_path, *figures, measures=STOCK) == [("w", ["a"], "part", 5)]


def test_a_strength_is_not_held_to_events_of_another_moment(tmp_path):
    figures = [
        said("w", n=20, measure="present", event="month"),
        said("a", n=15),
        said("b", n=16, event="f"),
        said("c", n=30, measure="present", event="f", source="jnim"),
    ]
    assert not whole_of(tmp_path, *figures, measures=STOCK, event_parts=MONTH)


def test_people_of_another_party_are_no_part(tmp_path):
    figures = [
        said("w", n=3, measure="casualties", victims_party="mali"),
        said("a", n=4, victims_party="niger"),
    ]
    assert not whole_of(tmp_path, *figures)
    both = [
        said("v", n=7, measure="casualties", event="month"),
        said("a", n=4, victims_party="niger"),
        said("b", n=4, victims_party="mali", event="f"),
    ]
    events = [event("month", country=""), event("e", country=""), event("f", country="")]
    told = whole_of(tmp_path, *both, events=events, event_parts=MONTH)
    assert told == [("v", ["a", "b"], "sum", 1)]
    of_mali = both[0] | {"victims_party": "mali"}
    assert not whole_of(tmp_path, of_mali, *both[1:], events=events, event_parts=MONTH)


def test_each_party_is_held_to_its_own_parts(tmp_path):
    events = [event("month", country=""), event("e", country=""), event("f", country="")]
    niger = {"victims_party": "niger"}
    mali = {"victims_party": "mali"}
    figures = [
        said("w", n=9, event="month", **mali),
        said("v", n=9, event="month", **niger),
        said("a", n=6, **mali),
        said("b", n=9, source="niger-army", **niger),
        said("c", n=2, event="f", **mali),
    ]
    assert not whole_of(tmp_path, *figures, events=events, event_parts=MONTH)
    more = said("d", n=6, event="f", source="army", measure="killed", **mali)
    told = whole_of(tmp_path, *figures[:4], more, events=events, event_parts=MONTH)
    assert told == [("w", ["a", "d"], "sum", 3)]


def test_each_party_of_a_cell_is_held_to_its_own_part(tmp_path):
    mali, niger = {"victims_party": "mali"}, {"victims_party": "niger"}
    figures = [
        said("w", n=5, measure="casualties", **mali),
        said("a", n=10, **mali),
        said("v", n=6, measure="casualties", **niger),
        said("b", n=20, **niger),
    ]
    told = whole_of(tmp_path, *figures, events=[event("e", country="")])
    assert told == [("v", ["b"], "part", 14), ("w", ["a"], "part", 5)]


def test_of_two_proofs_as_strong_the_shorter_is_given(tmp_path):
    figures = [
        said("w", n=10, victims="people", measure="casualties"),
        said("a", n=12, victims="people"),
        said("b", n=6),
        said("c", n=6, victims="civilians"),
    ]
    assert whole_of(tmp_path, *figures) == [("w", ["a"], "part", 2)]


def test_a_vague_word_is_added_for_the_least_it_means(tmp_path):
    figures = [
        said("w", n=20, victims="people"),
        said("a", n=19),
        said("b", stated="plusieurs civils", victims="civilians"),
    ]
    assert whole_of(tmp_path, *figures) == [("w", ["a", "b"], "sum", 2)]


def test_a_vague_word_counts_for_the_least_it_means_and_bounds_nothing_above(tmp_path):
    figures = [
        said("w", n=2, measure="casualties"),
        said("a", stated="plusieurs soldats", source="jnim"),
    ]
    assert whole_of(tmp_path, *figures) == [("w", ["a"], "part", 1)]
    assert not whole_of(tmp_path, figures[0] | {"low": 3, "high": "", "best": ""}, said("a", n=900))


def test_a_repeat_or_a_superseded_claim_proves_nothing(tmp_path):
    assert not whole_of(
        tmp_path,
        said("w", n=3, measure="casualties"),
        said("a", n=9, source="jnim"),
        said("b", n=2, source="jnim", supersedes="a", asserted_on="2025-06-05"),
        said("c", n=8, source="paper", repeats="b", document="wire-2025-06-03"),
    )


def test_the_order_of_rows_changes_no_proof(tmp_path):
    chance = random.Random(7)
    cases = [drawn(MEASURES_OF_EVENTS, chance) for _ in range(60)]
    tables = written(cases)
    query = "SELECT claims, reckoning, part_low, gap, gap_of_voices FROM part_whole ORDER BY ALL"
    told = connected(tmp_path, **tables).execute(query).fetchall()
    assert told
    for rows in tables.values():
        chance.shuffle(rows)
    assert connected(tmp_path, **tables).execute(query).fetchall() == told


def test_a_wider_interval_makes_no_contradiction(tmp_path):
    chance = random.Random(11)
    cases = [drawn(MEASURES_OF_VICTIMS, chance) for _ in range(100)]
    wider = [
        [
            (
                cell,
                chance.randint(0, low),
                None if high is None else high + chance.randint(0, 2),
                who,
            )
            for cell, low, high, who in case
        ]
        for case in cases
    ]
    before = contradicted(connected(tmp_path, **written(cases)))
    after = contradicted(connected(tmp_path, **written(wider)))
    assert after < before
