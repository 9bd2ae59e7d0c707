"""The shipped ledger: lawful, the article in it, and counted once more in plain Python."""

import csv
import html
import re
from collections import defaultdict
from itertools import combinations, product
from pathlib import Path
from urllib.parse import unquote

import pytest

import reconcile
from reconcile.bundled import content
from reconcile.database import rows_of
from reconcile.selection import Selection
from reconcile.totals.by_side import totals

CLAIMS = content("claims")
ARTICLE = "seed-aes-may-2025"


def table(name):
    files = [CLAIMS / f"{name}.csv", *sorted((CLAIMS / name).glob("*.csv"))]
    return [
        row
        for file in files
        if file.is_file()
        for row in csv.DictReader(file.read_text("utf-8").splitlines())
    ]


FIGURES = {row["claim"]: row for row in table("figures")}
EVENTS = {row["event"]: row for row in table("events")}
DOCUMENTS = {row["document"]: row for row in table("documents")}
SOURCES = {row["source"]: row for row in table("sources")}
STOCKS = {row["measure"] for row in table("measures") if row["stock"] == "yes"}


def article():
    file = Path(__file__).with_name("article_figures.csv")
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def ledger():
    return reconcile.read(CLAIMS.parent)


@pytest.fixture(scope="module")
def database(ledger):
    return reconcile.connect(ledger)


# lawful -------------------------------------------------------------------------------------------


def test_the_shipped_ledger_breaks_no_law(ledger):
    assert [f"{one.at}: {one.message}" for one in ledger.findings] == []
    assert ledger.left_out == {}


def test_every_record_of_the_shipped_files_is_in_the_ledger(ledger):
    for name, frame in ledger.tables.items():
        assert len(frame) == len(table(name)), name


# the article --------------------------------------------------------------------------------------


def test_the_list_of_the_article_holds_all_its_claims():
    listed = [row["claim"] for row in article()]
    assert len(listed) == len(set(listed)) > 20
    coded = {claim for claim, row in FIGURES.items() if row["document"] == ARTICLE}
    silent = {claim for claim in coded if FIGURES[claim]["stated"] == "no toll given"}
    assert set(listed) == coded - silent


@pytest.mark.parametrize("row", article(), ids=lambda row: row["claim"])
def test_a_figure_of_the_article_is_in_the_ledger(row, database):
    (told,) = rows_of(
        database,
        "SELECT event, source, measure, victims, stated, claim, document FROM figures"
        " WHERE claim = $claim",
        {"claim": row["claim"]},
    )
    assert told == {**row, "document": ARTICLE}


# counted in plain Python --------------------------------------------------------------------------


def root_of(claim):
    """The nearest reading of a statement, and how many repeats lead to it."""
    steps = 0
    while repeats := FIGURES[claim]["repeats"]:
        claim, steps = repeats, steps + 1
    return claim, steps


def cell_of(row):
    return row["event"], row["measure"], row["victims"]


@pytest.fixture(scope="module")
def read_claims(database):
    """Each claim with its reading; everything else is computed from the files."""
    query = "SELECT claim, stance, low, high, known_on FROM claim"
    return {row["claim"]: {**FIGURES[row["claim"]], **row} for row in rows_of(database, query)}


@pytest.fixture(scope="module")
def standing(read_claims):
    """The standing claims, by their definition."""
    nearest = {}
    for claim in read_claims:
        root, steps = root_of(claim)
        nearest[root] = min(nearest.get(root, (99, "")), (steps, claim))
    said = {
        (row["source"], *cell_of(row))
        for _, claim in nearest.values()
        if (row := read_claims[claim])["stance"] == "figure"
    }
    corrected = {
        (root_of(old.strip())[0], FIGURES[old.strip()]["source"], *cell_of(FIGURES[old.strip()]))
        for row in FIGURES.values()
        for old in row["supersedes"].split(";")
        if old.strip()
    }
    stand = {}
    for root, (_, claim) in nearest.items():
        row = read_claims[claim]
        lapsed = row["stance"] == "silence" and (row["source"], *cell_of(row)) in said
        if not lapsed and (root, row["source"], *cell_of(row)) not in corrected:
            stand[claim] = row
    return stand


def spoken_by_cell(standing):
    """The claims with an interval, of the cells on which somebody gives a figure."""
    told = defaultdict(list)
    for row in standing.values():
        if row["stance"] in ("figure", "vague") and row["low"] is not None:
            told[cell_of(row)].append(row)
    return {
        cell: rows for cell, rows in told.items() if any(row["stance"] == "figure" for row in rows)
    }


def conflict(one, other):
    """How far two claims of two voices are apart; 0 where they share a number."""
    if one["source"] == other["source"] and SOURCES[one["source"]]["collective"] != "yes":
        return 0
    gaps = [
        higher["low"] - lower["high"]
        for lower, higher in ((one, other), (other, one))
        if lower["high"] is not None
    ]
    return max(0, *gaps) if gaps else 0


def conflicts(standing):
    told = {
        cell: max((conflict(*pair) for pair in combinations(rows, 2)), default=0)
        for cell, rows in spoken_by_cell(standing).items()
    }
    return {cell: gap for cell, gap in told.items() if gap}


def test_the_standing_claims_are_those_of_the_definition(database, standing):
    told = {claim for (claim,) in database.execute("SELECT claim FROM standing").fetchall()}
    assert told == set(standing)


def test_the_conflicts_are_those_that_trying_every_pair_finds(database, standing):
    told = {
        (row["event"], row["measure"], row["victims"]): row["gap"]
        for row in rows_of(database, "SELECT * FROM event_conflict WHERE status = 'conflicting'")
    }
    assert told == conflicts(standing)


def wholes_of(event):
    """Every event that holds this one, at any height."""
    above = {row["part_of"] for row in table("event_parts") if row["event"] == event}
    return above | {higher for whole in above for higher in wholes_of(whole)}


def sums(standing, group):
    """By group and cell: events and sums of each side, and of both where both give a figure."""
    spoken = defaultdict(dict)
    for row in standing.values():
        side = SOURCES[row["source"]]["side"]
        if row["stance"] == "figure" and side in ("government", "insurgent"):
            low, high = spoken[cell_of(row)].get(side, (row["low"], row["high"]))
            wide = None if None in (high, row["high"]) else max(high, row["high"])
            spoken[cell_of(row)][side] = (min(low, row["low"]), wide)
    wanted = {
        "official": (["government"], "government"),
        "insurgent": (["insurgent"], "insurgent"),
        "both_official": (["government", "insurgent"], "government"),
        "both_insurgent": (["government", "insurgent"], "insurgent"),
    }
    told = defaultdict(lambda: defaultdict(list))
    for name, (needed, side) in wanted.items():
        cells = {cell for cell, sides in spoken.items() if set(needed) <= set(sides)}
        parted = {(whole, *cell[1:]) for cell in cells for whole in wholes_of(cell[0])}
        for cell in cells - parted:
            event, measure, victims = cell
            if EVENTS[event]["kind"] != "period-total" and measure not in STOCKS:
                told[group(EVENTS[event]), measure, victims][name].append(spoken[cell][side])
    return told


GROUPS = {
    "country": lambda event: event["country"] or "several",
    "month": lambda event: event["starts_on"][:7],
}


@pytest.mark.parametrize("by", GROUPS)
def test_the_sums_are_those_of_plain_addition(by, database, standing):
    wanted = sums(standing, GROUPS[by])
    told = totals(database, Selection(), by)
    assert {(one.group, one.measure, one.victims) for one in told} == set(wanted)
    for one in told:
        for name, intervals in wanted[one.group, one.measure, one.victims].items():
            lows, highs = zip(*intervals, strict=True)
            assert getattr(one, f"{name}_low") == sum(lows)
            assert getattr(one, f"{name}_high") == (None if None in highs else sum(highs))
            assert getattr(one, f"{name.partition('_')[0]}_events") == len(intervals)


def test_no_two_wholes_of_the_shipped_ledger_share_a_part_in_a_sum():
    for event in EVENTS:
        kinds = [
            whole
            for whole in {row["part_of"] for row in table("event_parts") if row["event"] == event}
            if EVENTS[whole]["kind"] != "period-total"
        ]
        assert len(kinds) <= 1


@pytest.fixture(scope="module")
def page(ledger, database):
    findings = reconcile.check(ledger, database, expectations=False)
    return reconcile.report(ledger, findings, database)


def number(page, pattern):
    return int(re.search(pattern, page).group(1))


def test_the_first_page_counts_what_the_files_hold(page, read_claims, standing):
    assert number(page, r"(\d+) events?, \d+ claims?") == len(
        {row["event"] for row in FIGURES.values()}
    )
    assert number(page, r"(\d+) claims?, \d+ of them repeats") == len(FIGURES)
    assert number(page, r"(\d+) of them repeats") == sum(
        bool(row["repeats"]) for row in FIGURES.values()
    )
    undated = [
        row
        for row in FIGURES.values()
        if not row["asserted_on"] and not DOCUMENTS[row["document"]]["published_on"]
    ]
    assert number(page, r"(\d+) claims have no date") == len(undated)
    vague = [row for row in read_claims.values() if row["stance"] == "vague"]
    assert number(page, r"; (\d+) speak of victims without a number") == len(vague)


def test_the_first_page_counts_the_contested_events(page, standing, database):
    told = conflicts(standing)
    contested = {event for event, _, _ in told}
    query = "SELECT event FROM event_overview WHERE conflicting > 0"
    assert contested == {event for (event,) in database.execute(query).fetchall()}
    contested |= {
        row["event"]
        for row in standing.values()
        if row["stance"] == "denies-figure" and row["answers"]
    }
    query = "SELECT event FROM part_whole WHERE gap > 0"
    contested |= {event for (event,) in database.execute(query).fetchall()}
    assert number(page, r"denies the figure of another \| (\d+)") == len(contested)
    widest = max(gap for (_, measure, _), gap in told.items() if measure not in STOCKS)
    assert number(page, r"\n1\. .*; (\d+) apart\.") == widest


def test_the_first_page_counts_the_events_that_one_side_tells(page, standing):
    sides = defaultdict(set)
    for row in standing.values():
        if row["stance"] == "figure":
            sides[row["event"]].add(SOURCES[row["source"]]["side"])
    alone = [event for event, told in sides.items() if len(told) == 1]
    assert number(page, r"one side alone gives a figure \| (\d+)") == len(alone)


PARTIES = {row["party"]: row for row in table("parties")}
GOVERNING = {row["country"]: party for party, row in PARTIES.items() if row["country"]}
VICTIMS = {row["victims"]: row for row in table("victims")}


def whose(row):
    """The party of the victims: as coded, else that of the country for a government's people."""
    if row["victims_party"] or VICTIMS[row["victims"]]["side"] != "government":
        return row["victims_party"]
    return GOVERNING.get(EVENTS[row["event"]]["country"], "")


def interest(party, row):
    """Whose people the victims of a claim are to a party: own, enemy, or neither (empty)."""
    if whose(row) == party:
        return "own"
    side = VICTIMS[row["victims"]]["side"] or PARTIES.get(whose(row), {"side": ""})["side"]
    return "enemy" if side not in ("", PARTIES[party]["side"]) else ""


def concerned_by(standing):
    """The parties that each event concerns."""
    told = defaultdict(set)
    for row in standing.values():
        told[row["event"]] |= {GOVERNING.get(EVENTS[row["event"]]["country"]), whose(row)}
        told[row["event"]].add(SOURCES[row["source"]]["party"])
    for row in table("attributions"):
        if row["says"] != "denies" and row["event"] in told:
            told[row["event"]].add(row["party"])
    return {event: parties & set(PARTIES) for event, parties in told.items()}


SPEAKS = ["figure", "denial", "vague", "silent", "not_recorded"]


def test_who_speaks_of_its_own_and_of_its_enemys_dead_is_plain_counting(database, standing):
    concerned, on_event = concerned_by(standing), defaultdict(list)
    for row in standing.values():
        on_event[row["event"]].append(row)
    wanted = defaultdict(lambda: dict.fromkeys(SPEAKS, 0))
    for event, parties in concerned.items():
        for party, whom in product(parties, ("own", "enemy")):
            rows = [row for row in on_event[event] if interest(party, row) == whom]
            if not any(row["stance"] == "figure" for row in rows):
                continue
            said = ["not_recorded"]
            for row in rows:
                source, stance = SOURCES[row["source"]], row["stance"]
                if (source["party"], source["side"]) == (party, PARTIES[party]["side"]):
                    known = {"silence": "silent", "figure": "figure", "vague": "vague"}
                    said.append(known.get(stance, "denial"))
            country = EVENTS[event]["country"]
            wanted[party, country, whom][min(said, key=SPEAKS.index)] += 1
    told = {
        (row["party"], row["country"] or "", row["interest"]): {one: row[one] for one in SPEAKS}
        for row in rows_of(
            database,
            "SELECT * FROM party_coverage WHERE source IS NULL AND interest IN ('own', 'enemy')",
        )
    }
    assert len(told) > 10
    assert told == wanted


def test_the_voices_of_an_event_are_plain_counting(database, standing):
    heard = defaultdict(lambda: defaultdict(set))
    for row in standing.values():
        if row["stance"] == "figure":
            heard[row["event"]][row["source"]].add(row["document"])
    told = dict(database.execute("SELECT event, voices FROM event_overview").fetchall())
    for event, sources in heard.items():
        several = sum(len(documents) > 1 for documents in sources.values())
        single = {min(documents) for documents in sources.values() if len(documents) == 1}
        assert told[event] == min(several + len(single), len(set().union(*sources.values())))
    assert not any(voices for event, voices in told.items() if event not in heard)


def test_the_first_page_counts_the_events_whose_government_leaves_a_claim_open(page, standing):
    spoken, answered, asked = set(), set(), defaultdict(set)
    for row in standing.values():
        source = SOURCES[row["source"]]
        if source["side"] == "government":
            answered.add((source["party"], row["answers"]))
            if row["stance"] not in ("silence", "vague") and whose(row) == source["party"]:
                spoken.add((row["event"], source["party"]))
        if source["side"] == "insurgent" and row["stance"] == "figure" and source["party"]:
            asked[row["event"], whose(row)].add(row["claim"])
    officials = {party for party, row in PARTIES.items() if row["side"] == "government"}
    concerned = concerned_by(standing)
    left_open = {
        event
        for (event, party), claims in asked.items()
        if party in officials
        and party in concerned[event]
        and (event, party) not in spoken
        and any((party, claim) not in answered for claim in claims)
    }
    assert number(page, r"is silent or not recorded \| (\d+)") == len(left_open)


def test_the_report_links_to_the_addresses_of_the_documents(page):
    addresses = {row["url"] for row in DOCUMENTS.values() if row["url"]}
    links = set(re.findall(r"\]\(<(.+?)>\)", page))
    assert len(links) > 50
    assert {unquote(html.unescape(link)) for link in links} <= {unquote(url) for url in addresses}
