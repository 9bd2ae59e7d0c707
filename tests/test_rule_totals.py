"""The rules of aggregation: what each draws from a cell, and what totals are under all of them."""

import csv
import datetime as dt
import io
import json
import statistics
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import Connected, base, claim, event, ledger_at, source
from typer.testing import CliRunner

import reconcile
from reconcile.aggregation import EVERY_REPORT, aggregation_rules
from reconcile.bundled import content
from reconcile.cli import app
from reconcile.selection import Selection
from reconcile.totals.by_rule import people, rule_totals, span, worded

OFTEN = settings().max_examples
WIRE = "wire-2025-06-03"
SOURCES = [
    *base("sources"),
    source("ministry", "government", party="mali"),
    source("issp", "insurgent"),
    source("paper", "media"),
    source("agency", "observer"),
]
RULES = list(aggregation_rules())


def database_at(home, figures, **tables):
    told = {"sources": SOURCES, "attributions": [], "event_parts": []} | tables
    ledger = reconcile.read(ledger_at(home, figures=figures, **told))
    assert [finding.message for finding in ledger.findings] == []
    return Connected(ledger)


def said(number, source="army", **cells):
    """A claim of exactly `number`, or of what `cells` say where it is None."""
    coded = {} if number is None else {"low": number, "best": number, "high": number}
    return {"source": source} | coded | cells


def shown(number, low, high):
    """A number and its interval as "34", "60 [60–200]", "40 [40+]" or "·"."""
    if number is None or number == low == high:
        return people(number)
    return f"{people(number)} [{worded(low, high)}]"


# what a rule draws --------------------------------------------------------------------------------

DRAWN = {
    "one figure": ([said(34)], dict.fromkeys(RULES, "34") | {"insurgent-only": "·"}),
    "a figure of zero": (
        [said(0), said(4, "jnim")],
        {
            "lowest": "0",
            "lower-median": "0",
            "median": "2",
            "mode": "0 [0–4]",
            "highest": "4",
            "common": "0 [0–4]",
            "official-only": "0",
            "insurgent-only": "4",
            EVERY_REPORT: "4",
        },
    ),
    "an odd count": (
        [said(90), said(20, "jnim"), said(10, "paper")],
        {"lowest": "10", "lower-median": "20", "median": "20", "highest": "90"},
    ),
    "an even count": (
        [said(90), said(20, "jnim"), said(10, "paper"), said(21, "issp")],
        {"lower-median": "20", "median": "20.5", "insurgent-only": "20 [20–21]"},
    ),
    "a number given most often": (
        [said(9), said(5, "jnim"), said(5, "paper")],
        {"mode": "5", "median": "5"},
    ),
    "two numbers given most often": (
        [said(9), said(5, "jnim"), said(5, "paper"), said(7, "issp"), said(9, "ministry")],
        {"mode": "5 [5–9]", "median": "7"},
    ),
    "a number given with and without a bound": (
        [said(5), said(None, "jnim", low=5), said(9, "paper")],
        {"mode": "5 [5+]", "lowest": "5", "highest": "9 [9+]"},
    ),
    "a minimum above an exact number": (
        [said(30), said(None, "jnim", low=40)],
        {
            "lowest": "30",
            "lower-median": "30",
            "median": "35 [35+]",
            "highest": "40 [40+]",
            "common": "30 [30+]",
            "insurgent-only": "40 [40+]",
            EVERY_REPORT: "70 [70+]",
        },
    ),
    "a minimum below an exact number": (
        [said(40), said(None, "jnim", low=30)],
        {"common": "40", "lowest": "30 [30–40]", "highest": "40 [40+]"},
    ),
    "minimums alone": (
        [said(None, low=30), said(None, "jnim", low=40)],
        {"common": "40 [40+]", "lowest": "30 [30+]"},
    ),
    "intervals that share a part": (
        [said(None, low=10, high=20), said(None, "jnim", low=15, high=30)],
        {"common": "15 [15–20]", "median": "12.5 [12.5–25]", "lowest": "10 [10–20]"},
    ),
    "a maximum": ([said(None, high=44)], {"lowest": "44 [0–44]", "official-only": "44 [0–44]"}),
    "more than a number": ([said(None, stated="more than 100 soldiers")], {"median": "101 [101+]"}),
    "fewer than a number": ([said(None, stated="fewer than 5 soldiers")], {"median": "4 [0–4]"}),
    "from one number to another": ([said(None, low=32, high=36)], {"median": "32 [32–36]"}),
    "about a number": ([said(None, stated="about 40 soldiers")], {"median": "40 [35–45]"}),
    "a word for a number": ([said(None, stated="dozens of soldiers")], {"median": "24 [24+]"}),
    "words without a number, a denial and a silence beside a figure": (
        [
            said(7),
            said(None, "jnim", stated="heavy losses"),
            said(None, "issp", stance="denies-figure"),
            said(None, "paper", stance="silence"),
        ],
        dict.fromkeys(RULES, "7") | {"insurgent-only": "·"},
    ),
    "words without a number alone": ([said(None, stated="heavy losses")], {}),
    "two governments": (
        [said(17), said(54, "ministry"), said(200, "jnim")],
        {"official-only": "17 [17–54]", "insurgent-only": "200"},
    ),
    "observers beside others": (
        [said(8), said(14, "monitors"), said(12, "agency")],
        {"observers-first": "12 [12–14]", "lower-median": "12"},
    ),
    "no observer": (
        [said(8), said(14, "jnim"), said(None, "monitors", stance="vague")],
        {"observers-first": "8 [8–14]"},
    ),
    "a repeat": (
        [said(8, claim="root"), said(9, "paper", repeats="root", document=WIRE)],
        dict.fromkeys(RULES, "8") | {"insurgent-only": "·", EVERY_REPORT: "17"},
    ),
    "a correction": (
        [said(8, claim="old"), said(54, supersedes="old", document=WIRE, asserted_on="2025-06-03")],
        dict.fromkeys(RULES, "54") | {"insurgent-only": "·", EVERY_REPORT: "62"},
    ),
}


def test_a_rule_draws_its_number_from_the_figures_of_a_cell(tmp_path):
    figures, events = [], []
    for at, (claims, _) in enumerate(DRAWN.values()):
        events.append(event(f"e{at}"))
        for number, cells in enumerate(claims):
            own = {"claim": f"{cells.get('claim', number)}-{at}", "event": f"e{at}"}
            own |= {to: f"{cells[to]}-{at}" for to in ("repeats", "supersedes") if to in cells}
            figures.append(claim(f"c{number}-{at}") | cells | own)
    database = database_at(tmp_path, figures, events=events)
    told = {name: {} for name in DRAWN}
    for place, rule, *drawn in database.execute(
        "SELECT event, rule, number, low, high FROM cell_rule"
    ).fetchall():
        told[list(DRAWN)[int(place[1:])]][rule] = shown(*drawn)
    for name, (_, wanted) in DRAWN.items():
        assert {rule: told[name][rule] for rule in wanted} == wanted, name
        assert set(told[name]) == (set(RULES) if wanted else set()), name


def test_a_rule_tells_the_claims_that_it_rests_on(tmp_path):
    figures = [
        claim("a", low=8),
        claim("b", low=9, source="monitors"),
        claim("c", low=9, source="paper", repeats="b", document=WIRE),
        claim("d", event="market-2025-06-10", low=9, source="paper", repeats="b", document=WIRE),
    ]
    database = database_at(tmp_path, figures)
    query = (
        "SELECT f.claim FROM (SELECT UNNEST(rows) AS row FROM cell_rule WHERE rule = ?"
        " AND event = ?) INNER JOIN figures AS f USING (row) ORDER BY f.claim"
    )

    def rests(rule, place="bridge-2025-06-01"):
        return "".join(one for (one,) in database.execute(query, [rule, place]).fetchall())

    assert [rests(rule) for rule in ("median", "observers-first", "official-only")] == [
        "ab",
        "b",
        "a",
    ]
    assert rests(EVERY_REPORT) == "abc"
    assert rests("insurgent-only") == "abc"
    counted = database.execute(
        "SELECT claims, number FROM cell_rule"
        " WHERE rule = 'insurgent-only' AND event = 'bridge-2025-06-01'"
    )
    assert counted.fetchall() == [(0, None)]
    assert rests("median", "market-2025-06-10") == "d"
    moved = "SELECT rule, number FROM cell_rule WHERE event LIKE 'market%' AND number IS NOT NULL"
    assert database.execute(moved).fetchall() == [(EVERY_REPORT, 9)]


# properties ---------------------------------------------------------------------------------------

VOICES = {"army": "government", "jnim": "insurgent", "monitors": "observer", "paper": "media"}
BOUNDS = st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 3)))
CELL = st.lists(st.tuples(st.sampled_from(sorted(VOICES)), BOUNDS), min_size=1, max_size=7)
CELLS = st.lists(CELL, min_size=12, max_size=12)
EVENTS = [event(f"e{at}") for at in range(12)]


def figures_of(cells):
    return [
        claim(
            f"{at}-{number}",
            event=f"e{at}",
            source=who,
            low=low,
            high="" if width is None else low + width,
        )
        for at, cell in enumerate(cells)
        for number, (who, (low, width)) in enumerate(cell)
    ]


def by_hand(cell):
    """What every rule draws from a cell, by its sentence."""
    infinite = float("inf")
    told = [
        (VOICES[who], low, infinite if width is None else low + width) for who, (low, width) in cell
    ]

    def middle(figures):
        return statistics.median_low(low for _, low, _ in figures)

    def hull(figures):
        if not figures:
            return (None, None, None)
        return middle(figures), min(low for _, low, _ in figures), max(top for *_, top in figures)

    lows, tops = [low for _, low, _ in told], [top for *_, top in told]
    votes = Counter(lows)
    often = [one for one in told if votes[one[1]] == max(votes.values())]
    if max(lows) <= min(tops):
        common = (min(max(middle(told), max(lows)), min(tops)), max(lows), min(tops))
    else:
        common = hull(told)
    drawn = {
        "lowest": (min(lows), min(lows), min(tops)),
        "lower-median": (middle(told), middle(told), statistics.median_low(tops)),
        "median": (statistics.median(lows), statistics.median(lows), statistics.median(tops)),
        "mode": (min(low for _, low, _ in often), *hull(often)[1:]),
        "highest": (max(lows), max(lows), max(tops)),
        "observers-first": hull([one for one in told if one[0] == "observer"] or told),
        "common": common,
        "official-only": hull([one for one in told if one[0] == "government"]),
        "insurgent-only": hull([one for one in told if one[0] == "insurgent"]),
        EVERY_REPORT: (sum(lows), sum(lows), sum(tops)),
    }
    return {
        rule: tuple(None if one == infinite else one for one in numbers)
        for rule, numbers in drawn.items()
    }


@settings(max_examples=max(1, OFTEN // 20))
@given(CELLS)
def test_every_rule_draws_what_its_sentence_says(tmp_path, cells):
    database = database_at(tmp_path, figures_of(cells), events=EVENTS)
    told = database.execute(
        "SELECT event, rule, number, low, high, least, most FROM cell_rule"
    ).fetchall()
    assert len(told) == len(cells) * len(RULES)
    drawn = {}
    for place, rule, number, low, high, least, most in told:
        assert (number, low, high) == by_hand(cells[int(place[1:])])[rule], (place, rule)
        assert (least, most) == tuple(
            by_hand(cells[int(place[1:])])[end][0] for end in ("lowest", "highest")
        )
        if number is not None:
            assert low <= number and (high is None or number <= high)
        drawn[place, rule] = number
    for at in range(len(cells)):
        rising = [drawn[f"e{at}", rule] for rule in ("lowest", "lower-median", "median", "highest")]
        assert rising == sorted(rising)


@settings(max_examples=max(1, OFTEN // 30))
@given(CELLS, st.data())
def test_a_repeat_changes_no_rule_but_the_sum_of_all_reports(tmp_path, cells, data):
    figures = figures_of(cells)
    repeats = [
        one
        | {
            "claim": f"r{number}",
            "stated": f"wr{number}",
            "repeats": one["claim"],
            "document": WIRE,
            "source": data.draw(st.sampled_from(sorted(VOICES))),
            "low": data.draw(st.integers(1, 99)),
            "high": "",
        }
        for number, one in enumerate(data.draw(st.lists(st.sampled_from(figures), min_size=1)))
    ]
    query = "SELECT event, rule, number, low, high, adds FROM cell_rule ORDER BY ALL"
    without, repeated = (
        set(database_at(tmp_path, written, events=EVENTS).execute(query).fetchall())
        for written in (figures, [*repeats, *figures])
    )
    changed = {(row[0], row[1]) for row in without ^ repeated}
    roots = {one["event"] for one in repeats}
    assert changed == {(place, EVERY_REPORT) for place in roots}


# totals -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def summed(tmp_path_factory):
    """A whole of two parts, an event apart, one in another country, a period total, a stock."""
    events = [
        event("p", starts_on="2025-06-01"),
        event("q", starts_on="2025-06-02"),
        event("w", kind="operation"),
        event("x", starts_on="2025-07-01"),
        event("y", starts_on="2025-07-02", country="NE"),
        event("t", kind="period-total"),
    ]
    figures = [
        claim("p1", event="p", low=5, best=5, high=5),
        claim("p2", event="p", low=9, source="jnim"),
        claim("q1", event="q", low=2, best=2, high=2, source="jnim"),
        claim("w1", event="w", low=50, best=50, high=50),
        claim("x1", event="x", low=3, high=6, source="monitors"),
        claim("y1", event="y", low=1, best=1, high=1),
        claim("y2", event="y", low=1, source="paper", repeats="y1", document=WIRE),
        claim("y3", event="y", stance="vague", source="jnim"),
        claim("t1", event="t", low=400),
        claim("s1", event="p", measure="displaced", low=1000),
        claim("v1", event="q", stance="vague", victims="civilians"),
    ]
    parts = [
        {"event": one, "part_of": whole} for one, whole in (("p", "w"), ("q", "w"), ("p", "t"))
    ]
    home = tmp_path_factory.mktemp("summed")
    return database_at(home, figures, events=events, event_parts=parts)


def lines(totals):
    """Each total as a line: number, interval, events added, silent on, the range there."""
    return {
        one.rule: f"{people(one.number)} {worded(one.low, one.high)} {one.events} {one.silent}"
        f" {span(one.least, one.most)}"
        for one in totals.rules
    }


def test_a_total_adds_nobody_twice_and_says_what_it_leaves_out(summed):
    (told,) = rule_totals(summed, Selection(), "victims")
    assert (told.title, told.spoken, told.aside) == ("soldiers killed", 5, 1)
    assert (told.least, told.most) == (11, 15)
    assert lines(told) == {
        "lowest": "11 11–14 4 0 11 to 15",
        "lower-median": "11 11–14 4 0 11 to 15",
        "median": "13 13+ 4 0 11 to 15",
        "mode": "11 11+ 4 0 11 to 15",
        "highest": "15 15+ 4 0 11 to 15",
        "observers-first": "11 11+ 4 0 11 to 15",
        "common": "11 11+ 4 0 11 to 15",
        "official-only": "6 6 2 2 6 to 10",
        "insurgent-only": "11 11+ 2 3 7 to 11",
        EVERY_REPORT: "471 471+ 6 0 11 to 15",
    }


def test_totals_by_month_and_country_are_those_of_their_events(summed):
    told = rule_totals(summed, Selection(), "month")
    assert [(one.group, one.spoken, one.aside) for one in told] == [
        ("2025-06", 3, 1),
        ("2025-07", 2, 0),
    ]
    assert lines(told[0])["median"] == "9 9+ 2 0 7 to 11"
    assert lines(told[0])["official-only"] == "5 5 1 1 5 to 9"
    assert lines(told[1])["insurgent-only"] == "· · 0 2 ·"
    told = rule_totals(summed, Selection(), "country")
    assert {one.group: lines(one)["lowest"] for one in told} == {
        "ML": "10 10–13 3 0 10 to 14",
        "NE": "1 1 1 0 1",
    }


def test_by_event_nothing_is_added_and_every_cell_is_there(summed):
    told = rule_totals(summed, Selection(), "event")
    assert {(one.group, one.measure): span(one.least, one.most) for one in told} == {
        ("p", "killed"): "5 to 9",
        ("p", "displaced"): "1000",
        ("q", "killed"): "2",
        ("t", "killed"): "400",
        ("w", "killed"): "50",
        ("x", "killed"): "3",
        ("y", "killed"): "1",
    }
    assert {rule.events for one in told for rule in one.rules} == {0, 1}


def test_a_whole_is_added_for_itself_where_its_parts_are_not_selected(summed):
    (told,) = rule_totals(summed, Selection(event="w"), "victims")
    assert lines(told)["median"] == "50 50 1 0 50"
    assert rule_totals(summed, Selection(victims="civilians"), "victims") == []
    assert rule_totals(summed, Selection(measure="displaced"), "victims") == []
    assert rule_totals(summed, Selection(since=dt.date(2030, 1, 1)), "month") == []


# the shipped ledger -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped():
    return reconcile.connect(reconcile.read(content("claims").parent))


def test_groups_add_up_to_the_whole(shipped):
    whole = {
        (one.measure, one.victims): [(rule.number, rule.events) for rule in one.rules[:-1]]
        for one in rule_totals(shipped, Selection(), "victims")
    }
    for by in ("month", "country"):
        parts = {}
        for one in rule_totals(shipped, Selection(), by):
            parts.setdefault((one.measure, one.victims), []).append(one.rules[:-1])
        assert set(parts) == set(whole)
        for kind, rules in parts.items():
            added = [
                (sum(told.number or 0 for told in column), sum(told.events for told in column))
                for column in zip(*rules, strict=True)
            ]
            assert added == [(number or 0, events) for number, events in whole[kind]]


def test_no_total_leaves_its_range(shipped):
    for by in ("victims", "event"):
        for one in rule_totals(shipped, Selection(), by):
            for rule in one.rules[:-1]:
                assert rule.number is None or rule.least <= rule.number <= rule.most
                assert rule.number is None or rule.events


# the command --------------------------------------------------------------------------------------


def told_by(*arguments):
    return CliRunner().invoke(app, ["totals", *map(str, arguments)])


def test_totals_are_printed_side_by_side(tmp_path):
    figures = [claim("a", low=54, best=54, high=54), claim("b", low=70, source="jnim")]
    home = ledger_at(tmp_path, figures=figures, attributions=[], event_parts=[])
    printed = told_by(home)
    assert printed.exit_code == 0
    rows = [line.split() for line in printed.stdout.splitlines()]
    assert "soldiers killed: 54 to 70 by the rules" in printed.stdout
    assert ["median", "62", "62+", "1", "·", "54", "to", "70"] in rows
    assert [row[0] for row in rows if row and row[0] in RULES] == RULES
    assert max(map(len, printed.stdout.splitlines())) <= 80


def test_totals_as_csv_and_json_say_the_same(tmp_path):
    figures = [claim("a", low=54, best=54, high=54), claim("b", low=71, source="jnim")]
    home = ledger_at(tmp_path, figures=figures, attributions=[], event_parts=[])
    table = list(csv.DictReader(io.StringIO(told_by(home, "--by", "month", "-f", "csv").stdout)))
    plain = json.loads(told_by(home, "--by", "month", "-f", "json").stdout)
    for row, line in zip(plain, table, strict=True):
        assert line == {name: "" if cell is None else str(cell) for name, cell in row.items()}
    assert plain[2] == {
        "group": "2025-06",
        "measure": "killed",
        "victims": "soldiers",
        "rule": "median",
        "number": 62.5,
        "low": 62.5,
        "high": None,
        "events": 1,
        "silent": 0,
        "least": 54,
        "most": 71,
    }


def test_nothing_to_add_up_is_said(tmp_path):
    told = told_by(ledger_at(tmp_path, figures=[], attributions=[]))
    assert (told.exit_code, told.stdout) == (0, "")
    assert "nobody gives a figure there" in told.stderr


def test_totals_as_of_a_day_draw_from_what_was_said_by_then(tmp_path):
    figures = [
        claim("a", low=8, best=8, high=8),
        claim("b", low=70, source="jnim", asserted_on="2025-06-20", document="monitors-2025-07-03"),
    ]
    home = ledger_at(tmp_path, figures=figures, attributions=[], event_parts=[])
    rows = json.loads(told_by(home, "--as-of", "2025-06-03", "-f", "json").stdout)
    assert [row["most"] for row in rows if row["rule"] == "highest"] == [8]
