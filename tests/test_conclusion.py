"""A conclusion from totals: whether it holds, and the claims without which it turns round."""

import csv
import io
import json
import statistics
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import Connected, base, claim, event, ledger_at, source
from typer.testing import CliRunner

import reconcile
from reconcile.aggregation import aggregation_rules
from reconcile.cli import app
from reconcile.finding import ReconcileError
from reconcile.selection import Selection
from reconcile.totals import removal
from reconcile.totals.conclusion import Conclusion, conclusion
from reconcile.totals.weighing import Turning, Weighed, sentences, weigh

OFTEN = settings().max_examples
RULES = [rule for rule in aggregation_rules() if rule != "all-reports"]
VOICES = {
    "army": "government",
    "ministry": "government",
    "jnim": "insurgent",
    "issp": "insurgent",
    "monitors": "observer",
    "paper": "media",
}
SOURCES = [
    *base("sources"),
    source("ministry", "government", party="mali"),
    source("issp", "insurgent"),
    source("paper", "media"),
]


def database_at(home, figures, **tables):
    told = {"sources": SOURCES, "attributions": [], "event_parts": []} | tables
    ledger = reconcile.read(ledger_at(home, figures=figures, **told))
    assert [finding.message for finding in ledger.findings] == []
    return Connected(ledger)


BRIDGE = "bridge-2025-06-01"
LATER = {"document": "wire-2025-06-03", "asserted_on": "2025-06-03"}


# what is written ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("insurgent-only > official-only", ("insurgent-only", ">", "official-only")),
        ("highest>1000", ("highest", ">", 1000)),
        ("  40 <  lower-median ", (40, "<", "lower-median")),
        ("common < 0", ("common", "<", 0)),
    ],
)
def test_a_conclusion_is_two_terms_and_a_sign(written, read):
    assert conclusion(written) == Conclusion(*read)
    assert conclusion(str(conclusion(written))) == conclusion(written)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "is no conclusion"),
        ("median", "is no conclusion"),
        ("median >", "is no conclusion"),
        ("median >= 3", "is no conclusion"),
        ("median > 3 > 2", "is no conclusion"),
        ("median = 3", "is no conclusion"),
        ("medain > 3", "did you mean median"),
        ("mean > 3", "no rule of aggregation is called mean"),
        ("median > -3", "no rule of aggregation is called -3"),
        ("median > 1,000", "no rule of aggregation is called 1,000"),
        ("all-reports > 3", "nothing is concluded from all-reports"),
        ("4 > 3", "one of them must be a rule"),
    ],
)
def test_what_is_no_conclusion_is_misuse_and_says_why(written, told):
    with pytest.raises(ReconcileError, match=told):
        conclusion(written)


# what it hangs on ---------------------------------------------------------------------------------


def said(identity, number, who="army", place="e"):
    cells = {"low": number, "best": number, "high": number}
    return claim(identity, source=who, event=place, **cells)


WEIGHED = {
    # claims, the conclusion; whether it holds, its totals, events, the set that turns it
    "one claim on each side cannot be turned": (
        [said("a", 54), said("j", 70, "jnim")],
        "insurgent-only > official-only",
        (True, 70, 54, 1, None),
    ),
    "the higher of two claims of a side": (
        [said("a", 54), said("j", 70, "jnim"), said("k", 50, "issp")],
        "insurgent-only < official-only",
        (True, 50, 54, 1, "k"),
    ),
    "an event that both tell": (
        [said("a", 5), said("j", 70, "jnim"), said("b", 9, place="f"), said("k", 3, "issp", "f")],
        "insurgent-only > official-only",
        (True, 73, 14, 2, "a"),
    ),
    "an event that one side tells is not compared": (
        [said("a", 5), said("j", 70, "jnim"), said("b", 900, place="f")],
        "insurgent-only > official-only",
        (True, 70, 5, 1, None),
    ),
    "equal totals are not above": (
        [said("a", 5), said("j", 5, "jnim"), said("k", 6, "issp")],
        "insurgent-only > official-only",
        (False, 5, 5, 1, "j"),
    ),
    "two claims that hold a number up together": (
        [said("a", 40), said("j", 50, "jnim"), said("m", 3, "monitors")],
        "highest > 30",
        (True, 50, 30, 1, "a j"),
    ),
    "claims of several events": (
        [said("a", 40), said("b", 50, place="f"), said("c", 60, place="g")],
        "highest > 45",
        (True, 150, 45, 3, "b c"),
    ),
    "equal totals turn what was above": (
        [said("a", 50), said("i", 50, "issp"), said("j", 70, "jnim"), said("k", 71, "jnim")],
        "insurgent-only > official-only",
        (True, 70, 50, 1, "j"),
    ),
    "a claim that in the end is not needed is spared": (
        [
            said("a", 6),
            *(said(f"b{at}", 10, who, "f") for at, who in enumerate(("army", "jnim"))),
            *(said(f"c{at}", 10, who, "g") for at, who in enumerate(("army", "jnim"))),
            said("d", 1, place="p"),
        ],
        "highest > 7",
        (True, 27, 7, 4, "b0 b1 c0 c1"),
    ),
    "the lowest is never above the highest": (
        [said("a", 40), said("j", 50, "jnim"), said("b", 7, place="f")],
        "lowest > highest",
        (False, 47, 57, 2, None),
    ),
    "a total below any that is left": (
        [said("a", 40), said("j", 50, "jnim")],
        "30 > lowest",
        (False, 30, 40, 1, None),
    ),
    "a rule that says nothing": (
        [said("a", 40)],
        "insurgent-only > 3",
        (None, 0, 3, 0, None),
    ),
    "a part whose figure is gone makes way for the whole": (
        [said("a", 40, place="w"), said("b", 7, place="p")],
        "median < 30",
        (True, 7, 30, 1, "b"),
    ),
    "a period total adds nothing": (
        [said("a", 400, place="t"), said("b", 7, place="p"), said("c", 8, place="e")],
        "highest < 30",
        (True, 15, 30, 2, None),
    ),
}
EVENTS = [
    *(event(name) for name in "efgpq"),
    *(event(name, kind="operation") for name in "vw"),
    event("t", kind="period-total"),
]
KINDS = [{"victims": f"k{at}", "name": f"Kind {at}"} for at in range(15)]
PARTS = [{"event": part, "part_of": whole} for part, whole in ("pw", "qw", "qv", "pt", "et")]


def test_a_conclusion_hangs_on_claims(tmp_path):
    figures = [
        one | {"claim": f"{at}-{one['claim']}", "victims": f"k{at}"}
        for at, (claims, *_) in enumerate(WEIGHED.values())
        for one in claims
    ]
    tables = {"events": EVENTS, "event_parts": PARTS, "victims": KINDS}
    database = database_at(tmp_path, figures, **tables)
    for at, (name, (_, written, wanted)) in enumerate(WEIGHED.items()):
        told = weigh(database, Selection(victims=f"k{at}"), conclusion(written))
        turning = told.turning and " ".join(
            one.claim.partition("-")[2] for one in told.turning.removed
        )
        assert (told.holds, told.left, told.right, told.events, turning) == wanted, name
        assert told.exact, name


def test_a_claim_that_is_taken_away_does_not_bring_back_what_it_corrected(tmp_path):
    figures = [
        said("a", 40),
        said("b", 9)
        | {"supersedes": "a", "asserted_on": "2025-06-03", "document": "wire-2025-06-03"},
        said("c", 8, place="f"),
        said("d", 2, "jnim") | {"repeats": "c", "document": "wire-2025-06-03"},
    ]
    database = database_at(tmp_path, figures, events=EVENTS)
    assert weigh(database, Selection(), conclusion("highest < 20")).turning is None
    told = weigh(database, Selection(), conclusion("highest > 8"))
    assert [one.claim for one in told.turning.removed] == ["b"]
    assert (told.turning.left, told.turning.events) == (8, 1)


def test_each_claim_of_the_set_has_its_place_its_source_and_its_words(tmp_path):
    figures = [said("a", 5), said("j", 70, "jnim") | {"stated": "70 soldiers"}]
    database = database_at(tmp_path, figures, events=EVENTS)
    (one,) = weigh(database, Selection(), conclusion("highest > 20")).turning.removed
    place = (str(one.at), one.source_name, one.stated, one.quantity.text(), one.event)
    assert place == ("claims/figures.csv:3", "JNIM", "70 soldiers", "70", "e")


def test_a_conclusion_is_on_one_kind_of_figure(tmp_path):
    figures = [said("a", 5), said("b", 6, place="f"), said("c", 6) | {"measure": "wounded"}]
    database = database_at(tmp_path, figures, events=EVENTS)
    with pytest.raises(
        ReconcileError, match=r"there are 2; .* for --measure killed --victims sold"
    ):
        weigh(database, Selection(), conclusion("median > 3"))
    told = weigh(database, Selection(measure="wounded"), conclusion("median > 3"))
    assert (told.left, told.title) == (6, "soldiers wounded")
    assert weigh(database, Selection(victims="civilians"), conclusion("median > 3")) is None


# against every subset -----------------------------------------------------------------------------

PLACES = "efpqvw"
CLAIM = st.tuples(
    st.sampled_from(PLACES),
    st.sampled_from(sorted(VOICES)),
    st.integers(0, 6),
    st.one_of(st.just(0), st.none(), st.integers(1, 3)),
)
TERM = st.one_of(st.sampled_from(RULES), st.integers(0, 20))
CASE = st.tuples(
    st.lists(CLAIM, min_size=1, max_size=7),
    st.tuples(TERM, st.sampled_from("<>"), st.sampled_from(RULES)),
)
CASES = st.lists(CASE, min_size=15, max_size=15)
INFINITE = float("inf")


def drawn(rule, cell):
    """The number that a rule draws from figures (side, low, high), or None."""
    own = {"official-only": "government", "insurgent-only": "insurgent"}.get(rule)
    cell = [one for one in cell if own in (None, one[0])]
    if rule == "observers-first":
        cell = [one for one in cell if one[0] == "observer"] or cell
    if not cell:
        return None
    lows, highs = [low for _, low, _ in cell], [high for *_, high in cell]
    if rule == "common" and max(lows) <= min(highs):
        return min(max(statistics.median_low(lows), max(lows)), min(highs))
    draw = {
        "lowest": min,
        "highest": max,
        "median": statistics.median,
        "mode": lambda numbers: min(statistics.multimode(numbers)),
    }.get(rule, statistics.median_low)
    return draw(lows)


def wholes(place):
    return {whole for part, whole in ("pw", "qw", "qv") if part == place}


def totals(figures, told):
    """The totals of both terms over the events on which both speak, and those events."""
    cells = {}
    for place, who, low, width in figures:
        high = INFINITE if width is None else low + width
        cells.setdefault(place, []).append((VOICES[who], low, high))
    speak = {
        place
        for place, cell in cells.items()
        if all(drawn(rule, cell) is not None for rule in told.rules)
    }
    speak -= {whole for place in speak for whole in wholes(place)}
    if {"v", "w"} <= speak:
        speak.remove("w")

    def total(term):
        if isinstance(term, int):
            return term
        return sum(drawn(term, cells[place]) for place in speak)

    return total(told.left), total(told.right), len(speak)


def holds(figures, told):
    left, right, events = totals(figures, told)
    if not events:
        return None
    return left > right if told.relation == ">" else left < right


def figures_of(cases):
    return [
        claim(
            f"{at}-{number}",
            victims=f"k{at}",
            event=place,
            source=who,
            low=low,
            high="" if width is None else low + width,
        )
        for at, (figures, _) in enumerate(cases)
        for number, (place, who, low, width) in enumerate(figures)
    ]


def check(database, cases):
    for at, (figures, written) in enumerate(cases):
        told = Conclusion(*written)
        found = weigh(database, Selection(victims=f"k{at}"), told)
        assert (found.left, found.right, found.events) == totals(figures, told)
        assert found.holds is holds(figures, told)
        others = [
            set(gone)
            for size in range(1, len(figures) + 1)
            for gone in combinations(range(len(figures)), size)
        ]

        def turned(gone, figures=figures, told=told, before=found.holds):
            left = [one for number, one in enumerate(figures) if number not in gone]
            return before is not None and holds(left, told) is (not before)

        if found.turning is None:
            assert not found.exact or not any(map(turned, others))
            continue
        gone = {int(one.claim.partition("-")[2]) for one in found.turning.removed}
        assert turned(gone)
        left = [one for number, one in enumerate(figures) if number not in gone]
        turning = found.turning
        assert (turning.left, turning.right, turning.events) == totals(left, told)
        if turning.exact:
            assert not any(turned(part) for part in others if part < gone)
        yield found


@settings(max_examples=max(1, OFTEN // 30))
@given(CASES)
def test_the_set_turns_the_conclusion_and_no_part_of_it_does(tmp_path, cases):
    tables = {"events": EVENTS, "event_parts": PARTS, "victims": KINDS}
    database = database_at(tmp_path, figures_of(cases), **tables)
    for found in check(database, cases):
        assert found.exact and found.turning.exact


@settings(max_examples=max(1, OFTEN // 60))
@given(cases=CASES)
def test_where_not_every_set_is_tried_nothing_wrong_is_said(tmp_path, monkeypatch, cases):
    monkeypatch.setattr(removal, "MOST_FIGURES", 8)
    tables = {"events": EVENTS, "event_parts": PARTS, "victims": KINDS}
    list(check(database_at(tmp_path, figures_of(cases), **tables), cases))


def test_an_event_of_many_figures_is_weighed_too(tmp_path):
    figures = [said(f"c{at:02}", at, sorted(VOICES)[at % 6]) for at in range(60)]
    database = database_at(tmp_path, figures, events=EVENTS)
    told = weigh(database, Selection(), conclusion("median > 20"))
    assert (told.left, told.holds, told.exact) == (29.5, True, False)
    removed = {one.quantity.low for one in told.turning.removed}
    assert statistics.median(set(range(60)) - removed) == told.turning.left <= 20
    assert removed == set(range(min(removed), 60))
    told = weigh(database, Selection(), conclusion("official-only < insurgent-only"))
    assert (told.left, told.right, told.holds) == (27, 26, False)
    (one,) = told.turning.removed
    assert (one.claim, told.turning.left, told.turning.right) == ("c01", 27, 31)
    assert told.turning.exact


# the command --------------------------------------------------------------------------------------


def told_by(*arguments):
    return CliRunner().invoke(app, ["totals", *map(str, arguments)])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    figures = [
        claim("a", low=54, best=54, high=54),
        claim("j", low=70, source="jnim", stated="at least 70 soldiers"),
        claim("m", low=60, source="monitors", stated="=HYPERLINK(x)"),
    ]
    home = tmp_path_factory.mktemp("home")
    return ledger_at(home, figures=figures, attributions=[], event_parts=[])


def test_a_conclusion_is_told_with_the_claims_that_it_hangs_on(home):
    told = told_by(home, "--conclude", "highest > 60")
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "highest > 60 holds for soldiers killed: 70 on 1 event, 10 apart",
        "without this claim it does not hold: 60 on 1 event",
        f"  {home}/claims/figures.csv:3: JNIM: “at least 70 soldiers” (70 or more), {BRIDGE}",
    ]
    told = told_by(home, "--conclude", "insurgent-only > official-only")
    assert told.stdout.splitlines() == [
        "insurgent-only > official-only holds for soldiers killed:"
        " 70 against 54 on 1 event, 16 apart",
        "whichever claims are taken away, it holds while anything is left to compare",
    ]
    told = told_by(home, "--conclude", "lowest > 60")
    assert told.stdout.splitlines()[:3] == [
        "lowest > 60 does not hold for soldiers killed: 54 on 1 event, 6 apart",
        "without these 2 claims it holds: 70 on 1 event",
        "without fewer of them it does not",
    ]


def test_a_conclusion_on_nothing_is_said(home):
    told = told_by(home, "--conclude", "insurgent-only > 3", "--victims", "civilians")
    assert (told.exit_code, told.stdout) == (0, "")
    assert "nobody gives a figure there" in told.stderr


def test_a_certificate_as_csv_and_json(home):
    plain = json.loads(told_by(home, "--conclude", "lowest > 60", "-f", "json").stdout)
    assert [(one["claim"], one["left"], one["left_without"], one["holds"]) for one in plain] == [
        ("a", 54, 70, False),
        ("m", 54, 70, False),
    ]
    table = told_by(home, "--conclude", "lowest > 60", "-f", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["stated"] for row in rows] == ["wa", "'=HYPERLINK(x)"]
    assert [row["at"] for row in rows] == [one["at"] for one in plain]


@pytest.mark.parametrize("more", [["--by", "month"], ["--measure", "kiled"]])
def test_a_conclusion_asked_wrongly_is_misuse(more, home):
    told = told_by(home, "--conclude", "lowest > 60", *more)
    assert told.exit_code != 0 and told.stdout == ""


def test_what_was_not_tried_is_said():
    told = Conclusion("median", ">", 3)
    weighed = Weighed(told, "soldiers killed", 9, 3, 2, None, exact=False)
    assert list(sentences(weighed))[-1].endswith("not every set of them was tried")
    turning = Turning((), 2, 3, 1, exact=False)
    weighed = Weighed(told, "soldiers killed", 9, 3, 2, turning, exact=False)
    assert list(sentences(weighed))[-1].startswith("fewer of them might do")
