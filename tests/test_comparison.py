"""Official against insurgent figures: the account of an event, sums over events, `compare`."""

import csv
import datetime as dt
import io

import pytest
from ledgers import Connected, base, claim, document, event, ledger_at, source
from typer.testing import CliRunner

import reconcile
from reconcile import ReconcileError
from reconcile.bundled import content
from reconcile.cli import app
from reconcile.model import Quantity
from reconcile.pages.account import accounts
from reconcile.pages.saying import saying
from reconcile.selection import Selection
from reconcile.totals.by_side import totals

BRIDGE, MARKET, JUNE = "bridge-2025-06-01", "market-2025-06-10", "june-2025"
WIRE = "wire-2025-06-03"
SHIPPED = content("claims").parent


def compared(*arguments):
    told = CliRunner().invoke(app, ["compare", *map(str, arguments)])
    assert told.exit_code == 0, told.output
    return told.stdout


def csv_of(*arguments):
    return list(csv.DictReader(io.StringIO(compared(*arguments, "--format", "csv"))))


def database_at(home, **tables):
    told = {"attributions": []}
    ledger = reconcile.read(ledger_at(home, **(told | tables)))
    assert not ledger.findings
    return Connected(ledger)


# what must be seen in the shipped ledger ----------------------------------------------------------


@pytest.fixture(scope="module")
def shipped():
    return reconcile.connect(reconcile.read(SHIPPED))


def killed(shipped, name, *sides):
    """What the sides say of the dead of an event: source, words of the account."""
    (account,) = [one for one in accounts(shipped, Selection(event=name)) if one.event == name]
    cells = [cell for cell in account.cells if cell.measure == "killed"]
    return {
        (cell.victims, voice.source, _bare(saying(voice)))
        for cell in cells
        for voice in cell.by(*sides)
    }


def _bare(told):
    """What is said, without the words in brackets that show how."""
    return told.partition(" (")[0].partition(":")[0]


def moved(shipped, name):
    (account,) = [one for one in accounts(shipped, Selection(event=name)) if one.event == name]
    return {(one.said_of, one.quantity and one.quantity.text()) for one in account.moved}


def test_boulikessi_1_june_2025(shipped):
    name = "boulikessi-2025-06-01"
    assert killed(shipped, name, "insurgent") == {("government-forces", "jnim", "101 or more")}
    security = {
        (source, told)
        for victims, source, told in killed(shipped, name, "security")
        if victims == "soldiers"
    }
    assert security == {
        ("security-sources-mali-afp", "30"),
        ("security-sources-mali-reuters", "31 or more"),
        ("security-sources-mali-rfi", "75 or more, then 91 or more, then 101 or more"),
    }
    assert ("soldiers", "local-official-boulkessi", "60 or more") in killed(shipped, name, "local")
    official = killed(shipped, name, "government")
    assert {("soldiers", "mali-army", "no number"), ("soldiers", "mali-army", "no toll given")} <= (
        official
    )
    assert not any(told[:1].isdigit() for _, _, told in official)


def test_djibo_and_solle_11_may_2025(shipped):
    djibo, solle, north = "djibo-2025-05-11", "solle-2025-05-11", "burkina-north-2025-05-11"
    assert killed(shipped, djibo, "insurgent") == {("soldiers", "jnim", "60, then 200")}
    assert killed(shipped, djibo, "government") == {
        ("soldiers", "burkina-government", "no toll given")
    }
    assert killed(shipped, solle, "insurgent") == {("soldiers", "jnim", "60")}
    assert killed(shipped, solle, "government") == set()
    assert (solle, "60") in moved(shipped, djibo)
    assert (solle, "60") in moved(shipped, north)
    assert any(said_of == djibo for said_of, _ in moved(shipped, north))
    standing = shipped.execute("SELECT document FROM standing WHERE event = ?", [solle])
    assert standing.fetchall() == [("daily8-reuters-sole-2025",)]


def test_alibori_17_april_2025(shipped):
    name = "alibori-2025-04-17"
    told = killed(shipped, name, "government", "insurgent")
    assert {
        ("soldiers", "benin-government", "8, then 54"),
        ("soldiers", "benin-government", "denies the figure"),
        ("soldiers", "jnim", "70"),
    } <= told
    denied = shipped.execute(
        "SELECT DISTINCT answers FROM standing WHERE event = ? AND stance = 'denies-figure'"
        " AND answers IS NOT NULL",
        [name],
    )
    assert denied.fetchall() == [("alibori-2025-04-17--jnim--killed--soldiers",)]
    gap = "SELECT gap, higher_side FROM comparison WHERE event = ? AND victims = 'soldiers'"
    assert shipped.execute(f"{gap} AND measure = 'killed'", [name]).fetchall() == [
        (16, "insurgent")
    ]


def test_dioura_23_may_2025(shipped):
    name = "dioura-2025-05-23"
    (account,) = accounts(shipped, Selection(event=name))
    (cell,) = [one for one in account.cells if (one.measure, one.victims) == ("killed", "soldiers")]
    most, other = sorted(cell.by("insurgent"), key=lambda voice: -voice.readings)
    assert (saying(most), most.source) == ("40", "jnim")
    assert most.readings > 3
    assert (other.source, other.readings) == ("jnim", 1)
    assert other.quantity.low < 60 < other.quantity.high
    assert [(one.source, saying(one)) for one in cell.by("government")] == [
        ("mali-army", "no toll given")
    ]


def test_compare_prints_what_must_be_seen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    told = compared(SHIPPED, "--event", "alibori-2025-04-17")
    assert "8, then 54 (benin-government; " in told
    assert "70 (jnim; 2 readings)" in told
    assert "16 apart" in told
    assert "moved here by relays" in compared(SHIPPED, "--event", "djibo-2025-05-11")


# the account of an event --------------------------------------------------------------------------

VOICES = {
    "a number": ([{"n": 8}], ["8"]),
    "a floor": ([{"low": 8}], ["8 or more"]),
    "a ceiling": ([{"high": 8}], ["up to 8"]),
    "an interval": ([{"low": 3, "high": 8}], ["3 to 8"]),
    "nobody": ([{"n": 0}], ["0"]),
    "no toll": ([{"stance": "silence"}], ["no toll given"]),
    "no number": ([{"stance": "vague", "stated": "lourdes"}], ["no number: “lourdes”"]),
    "not the event": (
        [{"stance": "denies-event", "stated": "jamais"}],
        ["denies the event (“jamais”)"],
    ),
    "not the figure": (
        [{"stance": "denies-figure", "stated": "pas cela"}],
        ["denies the figure (“pas cela”)"],
    ),
    "not by us": (
        [{"stance": "denies-authorship", "stated": "pas nous"}],
        ["denies having done it (“pas nous”)"],
    ),
    "corrected": ([{"n": 8}, {"n": 54, "supersedes": "c0"}], ["8, then 54"]),
    "corrected twice": (
        [{"n": 8}, {"n": 54, "supersedes": "c0"}, {"low": 60, "supersedes": "c1"}],
        ["8, then 54, then 60 or more"],
    ),
    "corrected by the same number": ([{"n": 8}, {"n": 8, "supersedes": "c0"}], ["8, then 8"]),
    "corrected across measures": (
        [{"n": 8, "measure": "wounded"}, {"n": 54, "supersedes": "c0"}],
        ["54"],
    ),
}


@pytest.fixture(scope="module")
def voices(tmp_path_factory):
    """What each voice says of an event of its own, by the place of the voice among all."""
    events, figures = [], []
    for voice, (claims, _) in enumerate(VOICES.values()):
        events.append(event(f"e{voice}"))
        for at, cells in enumerate(claims):
            number = cells.get("n")
            bounds = {} if number is None else dict.fromkeys(("low", "best", "high"), number)
            bare = {name: value for name, value in cells.items() if name != "n"}
            if "supersedes" in bare:
                bare["supersedes"] = f"v{voice}{bare['supersedes']}"
            day = {"asserted_on": f"2025-06-0{at + 1}", "document": WIRE, "event": f"e{voice}"}
            figures.append(claim(f"v{voice}c{at}", **(bounds | day | bare)))
    events += base("events")
    home = tmp_path_factory.mktemp("voices")
    told = accounts(database_at(home, events=events, figures=figures), Selection())
    return {
        account.event: [_plainly(voice) for cell in account.cells for voice in cell.voices]
        for account in told
    }


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_is_told_in_a_few_words(name, voices):
    assert voices[f"e{list(VOICES).index(name)}"] == VOICES[name][1]


def _plainly(voice):
    """What a voice says; an interval without a number named also shows its words."""
    return saying(voice).removesuffix(f" (“{voice.stated}”)") if voice.quantity else saying(voice)


def test_an_account_sets_every_voice_in_its_cell(tmp_path):
    figures = [
        claim("a", low=54, best=54, high=54),
        claim("b", low=54, repeats="a", document=WIRE),
        claim("c", low=70, best=70, high=70, source="jnim"),
        claim("d", stance="silence", victims="people", source="monitors"),
        claim("e", low=3, measure="wounded", source="residents"),
        claim("f", low=9, repeats="c", event=MARKET, source="gazette", document=WIRE),
        claim("g", low=12, event=MARKET, victims="civilians", source="residents"),
    ]
    bridge, market = accounts(database_at(tmp_path, figures=figures), Selection())
    assert (bridge.event, bridge.name, bridge.country) == (BRIDGE, "Attack on the bridge", "ML")
    assert (bridge.starts_on, market.ends_on) == (dt.date(2025, 6, 1), dt.date(2025, 6, 11))
    cells = [(one.measure, one.victims, one.status, one.gap, one.proof) for one in bridge.cells]
    assert cells == [
        ("killed", "people", None, None, None),
        ("killed", "soldiers", "conflicting", 16, ("a", "c")),
        ("wounded", "soldiers", "sole", None, None),
    ]
    voices = [(one.claim, one.side, one.readings) for one in bridge.cells[1].voices]
    assert voices == [("a", "government", 2), ("c", "insurgent", 1)]
    assert bridge.moved == ()
    (there,) = market.moved
    assert (there.said_of, there.quantity, there.readings) == (BRIDGE, Quantity(9, None), 1)
    assert there.title.en == "soldiers killed"


def test_an_event_of_which_only_relays_tell_has_an_account(tmp_path):
    figures = [
        claim("root", low=60, best=60, high=60),
        claim("moved", low=60, event=MARKET, repeats="root", document=WIRE),
    ]
    told = accounts(database_at(tmp_path, figures=figures), Selection())
    assert [(one.event, len(one.cells), len(one.moved)) for one in told] == [
        (BRIDGE, 1, 0),
        (MARKET, 0, 1),
    ]


SELECTIONS = [
    (Selection(), "a b c d"),
    (Selection(event="B"), "b"),
    (Selection(event="naNce"), "c"),
    (Selection(country="ne"), "b"),
    (Selection(since=dt.date(2025, 6, 4)), "b c d"),
    (Selection(since=dt.date(2025, 6, 6)), "c d"),
    (Selection(until=dt.date(2025, 6, 1)), "a"),
    (Selection(until=dt.date(2025, 6, 3)), "a b"),
    (Selection(since=dt.date(2025, 6, 2), until=dt.date(2025, 6, 4)), "b"),
    (Selection(contested=True), "a d"),
    (Selection(measure="wounded"), "c"),
    (Selection(victims="civilians"), "b"),
    (Selection(measure="killed", victims="soldiers"), "a d"),
    (Selection(event="a", country="NE"), ""),
]


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """Four events: a contested by both sides, b over three days in Niger, c with wounded alone, d
    contested by an observer."""
    figures = [
        claim("a1", event="a", low=8, best=8, high=8),
        claim("a2", event="a", low=70, source="jnim"),
        claim("b1", event="b", low=8, victims="civilians"),
        claim("c1", event="c", low=8, measure="wounded", source="jnim"),
        claim("d1", event="d", low=5, best=5, high=5),
        claim("d2", event="d", low=50, source="monitors"),
    ]
    events = [
        event("a", name="First"),
        event("b", name="Second", starts_on="2025-06-03", ends_on="2025-06-05", country="NE"),
        event("c", name="The ordnance", starts_on="2025-06-09"),
        event("d", name="Third", starts_on="2025-06-20"),
    ]
    home = tmp_path_factory.mktemp("four")
    return database_at(home, figures=figures, events=events, event_parts=[])


@pytest.mark.parametrize(("wanted", "events"), SELECTIONS, ids=lambda told: str(told)[:80])
def test_a_selection_narrows_the_accounts(wanted, events, four):
    assert " ".join(one.event for one in accounts(four, wanted)) == events


@pytest.mark.parametrize(("wanted", "events"), SELECTIONS, ids=lambda told: str(told)[:80])
def test_a_selection_narrows_the_sums_in_the_same_way(wanted, events, four):
    told = totals(four, wanted, "month")
    seen = sum(max(one.official_events, one.insurgent_events) for one in told)
    assert seen == len(events.split())


def test_a_selection_by_measure_narrows_what_relays_moved_too(tmp_path):
    figures = [
        claim("a", low=60),
        claim("b", low=60, event=MARKET, repeats="a", document=WIRE),
        claim("c", low=3, event=MARKET, measure="wounded"),
    ]
    database = database_at(tmp_path, figures=figures)
    (account,) = accounts(database, Selection(event=MARKET, measure="wounded"))
    assert (len(account.cells), account.moved) == (1, ())
    (account,) = accounts(database, Selection(event=MARKET, victims="soldiers", measure="killed"))
    assert (len(account.cells), len(account.moved)) == (0, 1)


# sums ---------------------------------------------------------------------------------------------


def test_sums_over_events_count_each_side_and_both(tmp_path):
    events = [
        event("a"),
        event("b"),
        event("c", starts_on="2025-07-02"),
        event("d", country=""),
        event("w", kind="operation"),
        event("t", kind="period-total"),
    ]
    parts = [{"event": "a", "part_of": "w"}, {"event": "b", "part_of": "t"}]
    figures = [
        claim("a1", event="a", low=8, best=8, high=8),
        claim("a2", event="a", low=10, high=12, source="ministry"),
        claim("a3", event="a", low=70, source="jnim"),
        claim("b1", event="b", low=5, best=5, high=5),
        claim("c1", event="c", low=40, best=40, high=40, source="jnim"),
        claim("d1", event="d", low=1, best=1, high=1, source="jnim"),
        claim("w1", event="w", low=99, best=99, high=99),
        claim("t1", event="t", low=999, best=999, high=999),
        claim("s1", event="a", measure="displaced", low=1000),
        claim("m1", event="b", low=6, source="monitors"),
        claim("v1", event="b", stance="vague", source="jnim"),
    ]
    database = database_at(
        tmp_path,
        figures=figures,
        events=events,
        event_parts=parts,
        sources=[*base("sources"), source("ministry", "government", party="mali")],
    )
    by_country = [one.values() for one in totals(database, Selection(), "country")]
    cell, none = ("soldiers killed", "killed", "soldiers"), (None, None, None)
    assert by_country == [
        ["ML", *cell, 2, 13, 15, 17, 2, 110, 110, None, 1, 8, 10, 12, 70, 70, None],
        ["several", *cell, 0, *none, 1, 1, 1, 1, 0, *none, *none],
    ]
    by_month = [one.values() for one in totals(database, Selection(), "month")]
    assert by_month == [
        ["2025-06", *cell, 2, 13, 15, 17, 2, 71, 71, None, 1, 8, 10, 12, 70, 70, None],
        ["2025-07", *cell, 0, *none, 1, 40, 40, 40, 0, *none, *none],
    ]
    assert totals(database, Selection(), "month")[0].header("month")[:2] == ["month", "title"]


def test_a_denial_or_a_silence_adds_nothing(tmp_path):
    figures = [claim("a", stance="silence"), claim("b", stance="denies-event", source="jnim")]
    assert totals(database_at(tmp_path, figures=figures), Selection(), "country") == []


# the command --------------------------------------------------------------------------------------


def test_compare_as_csv_holds_every_voice(tmp_path):
    figures = [
        claim("a", low=54, best=54, high=54),
        claim("b", low=54, repeats="a", document=WIRE),
        claim("c", low=70, source="jnim"),
        claim("d", stance="silence", victims="people", source="monitors"),
    ]
    home = ledger_at(tmp_path, figures=figures, attributions=[])
    told = csv_of(home)
    assert [
        (one["claim"], one["status"], one["gap"], one["low"], one["high"], one["readings"])
        for one in told
    ] == [
        ("d", "", "", "", "", "1"),
        ("a", "conflicting", "16", "54", "54", "2"),
        ("c", "conflicting", "16", "70", "", "1"),
    ]
    assert {one["event"] for one in told} == {BRIDGE}
    (total,) = csv_of(home, "--by", "country")
    assert (total["country"], total["official_low"], total["insurgent_high"]) == ("ML", "54", "")


def test_compare_as_csv_holds_no_formula(tmp_path):
    formula = "=HYPERLINK(1)"
    figures = [claim("a", low=54, stated=formula), claim("b", source="jnim", stated="-1+1", low=3)]
    documents = [*base("documents"), document("x", title=formula)]
    told = csv_of(ledger_at(tmp_path, figures=figures, documents=documents, attributions=[]))
    assert {one["stated"] for one in told} == {f"'{formula}", "'-1+1"}


def test_compare_says_where_nothing_fits(tmp_path):
    told = CliRunner().invoke(app, ["compare", str(ledger_at(tmp_path)), "--since", "2030-01-01"])
    assert (told.exit_code, told.stdout) == (0, "")
    assert "no event fits" in told.stderr


def test_a_misspelt_event_is_refused_with_the_nearest(tmp_path):
    home = str(ledger_at(tmp_path))
    told = CliRunner().invoke(app, ["compare", home, "--event", "brigde-2025-06-01"])
    assert isinstance(told.exception, ReconcileError)
    assert "did you mean bridge-2025-06-01?" in str(told.exception)


def test_a_misspelt_country_is_refused_with_those_that_there_are(tmp_path):
    told = CliRunner().invoke(app, ["compare", str(ledger_at(tmp_path)), "--country", "TD"])
    assert isinstance(told.exception, ReconcileError)
    assert "there are ML" in str(told.exception)
