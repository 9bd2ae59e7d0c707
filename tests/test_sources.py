"""Who speaks, who is silent, who did it, and how a source tends to speak: claims in, rows out."""

from math import exp, log

import pytest
from ledgers import Connected, document, event, ledger_at, source
from test_views import (
    BRIDGE,
    DOCUMENTS,
    JUNE,
    LATER,
    MARKET,
    PARTIES,
    SOURCES,
    UNDATED,
    WIRE,
    asked,
    said,
)

import reconcile
from reconcile.database import HANDFUL

pytestmark = pytest.mark.untraced

AT = [f"at-{number}" for number in range(9)]
PLACES = {"events": [event(one) for one in AT], "event_parts": []}


def attribution(by, party, says, at=BRIDGE):
    return {"event": at, "source": by, "document": WIRE, "party": party, "says": says}


# event_party --------------------------------------------------------------------------------------

ANSWERS = {
    "gives a figure": ([said("a", n=8)], ("figure", "figure", None)),
    "gives a figure of the enemy's dead alone": (
        [said("a", n=30, victims="insurgents")],
        ("figure", "not recorded", "figure"),
    ),
    "gives no toll": ([said("a", stance="silence")], ("silent", "silent", None)),
    "speaks without a number": ([said("a", stance="vague")], ("vague", "vague", None)),
    "denies the event": ([said("a", stance="denies-event")], ("denial", "denial", None)),
    "is not recorded": ([], ("not recorded", "not recorded", None)),
    "is not its unnamed officers": (
        [said("a", n=8, source="officers")],
        ("not recorded", "not recorded", None),
    ),
    "speaks through any of its sources": (
        [said("a", stance="silence"), said("b", n=8, source="ministry")],
        ("figure", "figure", None),
    ),
}


def test_a_party_speaks_of_an_event(tmp_path):
    officers = source("officers", "security", party="mali", collective="yes")
    figures = [
        one | {"event": AT[at], "claim": f"{one['claim']}{at}"}
        for at, (claims, _) in enumerate(ANSWERS.values())
        for one in [*claims, said("j", n=70, source="jnim")]
    ]
    query = "SELECT speaks, of_own, of_enemy FROM event_party WHERE party = 'mali' ORDER BY event"
    told = asked(tmp_path, query, figures, sources=[*SOURCES, officers], **PLACES)
    assert dict(zip(ANSWERS, told, strict=True)) == {
        name: wanted for name, (_, wanted) in ANSWERS.items()
    }


def test_an_event_on_which_nobody_gives_a_figure_concerns_nobody(tmp_path):
    figures = [
        said("a", stance="silence"),
        said("b", stance="vague", source="jnim"),
        said("c", n=2, event=MARKET, victims="civilians", source="residents"),
    ]
    query = "SELECT event, party, party_side, governs, speaks, of_third_party FROM event_party"
    assert asked(tmp_path, query, figures) == [
        (MARKET, "mali", "government", True, "not recorded", "not recorded")
    ]


def test_a_party_denies_what_it_denies(tmp_path):
    figures = [
        said("j", n=70, source="jnim"),
        said("a", stance="denies-event"),
        said("b", stance="denies-figure", answers="j", source="ministry"),
        said("c", stance="denies-figure", answers="j", document=LATER),
        said("d", stance="denies-authorship", source="issp"),
    ]
    query = (
        "SELECT party, denies_event, denies_figure, denies_authorship, denies_it, authorship"
        " FROM event_party ORDER BY party"
    )
    assert asked(tmp_path, query, figures) == [
        ("is-sahel", 0, 0, 1, True, "denies"),
        ("jnim", 0, 0, 0, False, None),
        ("mali", 1, 2, 0, False, None),
    ]


AUTHORS = {
    "nobody": ([], (False, 0, False, None, 0)),
    "claimed": ([("jnim", "claims")], (True, 0, False, "claims", 0)),
    "claimed in its name by another": ([("paper", "claims")], (True, 0, False, "claims", 0)),
    "accused": (
        [("residents", "accuses"), ("monitors", "accuses")],
        (False, 2, False, "accused", 2),
    ),
    "accused twice by one source": (
        [("residents", "accuses"), ("residents", "accuses")],
        (False, 1, False, "accused", 1),
    ),
    "accused and claimed": (
        [("residents", "accuses"), ("jnim", "claims")],
        (True, 1, False, "claims, accused", 0),
    ),
    "accused and denied": (
        [("residents", "accuses"), ("jnim", "denies")],
        (False, 1, True, "accused, denies", 0),
    ),
    "accused, and cleared by another": (
        [("residents", "accuses"), ("paper", "denies")],
        (False, 1, False, "accused", 1),
    ),
}


def test_who_says_that_a_party_did_it(tmp_path):
    figures = [said(f"a{at}", n=8, source="jnim", event=AT[at]) for at in range(len(AUTHORS))]
    attributions = [
        attribution(by, "jnim", says, AT[at]) | {"document": (WIRE, LATER)[number]}
        for at, (told, _) in enumerate(AUTHORS.values())
        for number, (by, says) in enumerate(told)
    ]
    query = (
        "SELECT claims_it, accused_by, denies_it, authorship, unanswered_accusers"
        " FROM event_party WHERE party = 'jnim' ORDER BY event"
    )
    told = asked(tmp_path, query, figures, attributions=attributions, **PLACES)
    assert dict(zip(AUTHORS, told, strict=True)) == {
        name: wanted for name, (_, wanted) in AUTHORS.items()
    }


def test_a_denial_of_the_event_answers_who_accuses(tmp_path):
    figures = [said("a", stance="denies-event"), said("b", n=12, source="residents")]
    attributions = [attribution("residents", "mali", "accuses")]
    query = "SELECT accusers, authorship, unanswered_accusers FROM event_party"
    assert asked(tmp_path, query, figures, attributions=attributions) == [
        (["residents"], "accused", 0)
    ]


def test_what_was_not_yet_said_is_neither_speech_nor_accusation(tmp_path):
    figures = [
        said("j", n=70, source="jnim"),
        said("a", n=8, asserted_on="2025-06-05", document=LATER),
    ]
    attributions = [attribution("residents", "jnim", "accuses")]
    query = "SELECT party, speaks, accused_by FROM event_party ORDER BY party"
    assert asked(tmp_path, query, figures, "2025-06-02", attributions=attributions) == [
        ("jnim", "figure", 0),
        ("mali", "not recorded", 0),
    ]


# party_coverage -----------------------------------------------------------------------------------


def test_a_party_and_its_sources_are_counted_over_events_with_figures(tmp_path):
    def at(place, *claims):
        return [one | {"event": AT[place], "claim": f"{one['claim']}-{place}"} for one in claims]

    rebels = said("j", n=70, source="jnim")
    figures = [
        *at(0, rebels, said("a", n=8)),
        *at(1, rebels, said("a", stance="silence"), said("b", n=9, source="ministry")),
        *at(2, rebels, said("a", stance="silence")),
        *at(3, rebels, said("a", stance="denies-figure", answers="j-3")),
        *at(4, rebels, said("a", stance="vague"), said("b", stance="silence")),
        *at(5, rebels, said("a", n=30, victims="insurgents")),
        *at(6, said("a", stance="silence")),
        *at(7, rebels),
    ]
    columns = "events, figure, figure_beside_others, told_by_others, denial, vague, silent"
    columns += ", not_recorded, recorded"
    query = (
        f"SELECT source, interest, {columns}, figure_share, silent_share, recorded_share,"
        " unanswered FROM party_coverage WHERE party = 'mali' ORDER BY source NULLS FIRST, interest"
    )
    assert asked(tmp_path, query, figures, **PLACES) == [
        (None, "anyone", 7, 3, 3, 7, 1, 1, 1, 1, 6, 3 / 6, 1 / 6, 6 / 7, 4),
        (None, "enemy", 1, 1, 0, 0, 0, 0, 0, 0, 1, None, None, None, 0),
        (None, "own", 7, 2, 2, 7, 1, 1, 1, 2, 5, 2 / 5, 1 / 5, 5 / 7, 4),
        ("army", "anyone", 7, 2, 2, 7, 1, 1, 2, 1, 6, 2 / 6, 2 / 6, 6 / 7, None),
        ("army", "enemy", 1, 1, 0, 0, 0, 0, 0, 0, 1, None, None, None, None),
        ("army", "own", 7, 1, 1, 7, 1, 1, 2, 2, 5, 1 / 5, 2 / 5, 5 / 7, None),
        ("ministry", "anyone", 7, 1, 1, 7, 0, 0, 0, 6, 1, None, None, 1 / 7, None),
        ("ministry", "enemy", 1, 0, 0, 0, 0, 0, 0, 1, 0, None, None, None, None),
        ("ministry", "own", 7, 1, 1, 7, 0, 0, 0, 6, 1, None, None, 1 / 7, None),
    ]


def test_what_is_not_recorded_changes_no_share_of_silence(tmp_path):
    rebels = [said(f"j{at}", n=70, source="jnim", event=AT[at]) for at in range(9)]
    army = [said(f"a{at}", stance="silence", event=AT[at]) for at in range(5)]
    query = (
        "SELECT events, silent, not_recorded, silent_share FROM party_coverage"
        " WHERE party = 'mali' AND source IS NULL AND interest = 'own'"
    )
    few = asked(tmp_path, query, [*rebels[:5], *army], **PLACES)
    many = asked(tmp_path, query, [*rebels, *army], **PLACES)
    assert (few, many) == ([(5, 5, 0, 1.0)], [(9, 5, 4, 1.0)])


def test_each_country_stands_apart_and_a_label_for_several_people_has_no_line(tmp_path):
    crowd = source("spokesmen", "government", party="mali", collective="yes")
    figures = [
        said("a", n=8, event=AT[0]),
        said("b", n=9, source="spokesmen", event=AT[1]),
        said("c", n=7, source="niger-army", event=AT[1], victims_party="niger"),
    ]
    events = [event(AT[0]), event(AT[1], country="NE")]
    query = (
        "SELECT party, source, country, events, figure FROM party_coverage"
        " WHERE interest = 'anyone' ORDER BY party, source NULLS FIRST, country"
    )
    told = asked(tmp_path, query, figures, sources=[*SOURCES, crowd], events=events, event_parts=[])
    assert told == [
        ("mali", None, "ML", 1, 1),
        ("mali", None, "NE", 1, 1),
        ("mali", "army", "ML", 1, 1),
        ("mali", "army", "NE", 1, 0),
        ("mali", "ministry", "ML", 1, 0),
        ("mali", "ministry", "NE", 1, 0),
        ("niger", None, "NE", 1, 1),
        ("niger", "niger-army", "NE", 1, 1),
    ]


# source_record ------------------------------------------------------------------------------------


def pairs(times, *others, **cells):
    """The army's claim, and one of each other, on as many events."""
    for at in range(times):
        yield said(f"a{at}", event=AT[at], **cells)
        for by, told in others:
            yield said(f"{by}{at}", event=AT[at], source=by, document=LATER, **told)


def record(home, figures, columns, source="army", **tables):
    query = f"SELECT {columns} FROM source_record WHERE source = '{source}' ORDER BY interest"
    return asked(home, query, list(figures), **(PLACES | tables))


def test_nothing_is_said_on_fewer_events_than_a_handful(tmp_path):
    columns = (
        "events, beside_events, disjoint, disjoint_share, log_ratio_to_observers,"
        " log_ratio_to_opponents, named_events, round_share, dated_events, days_to_speak"
    )
    others = (("monitors", {"n": 20}), ("jnim", {"n": 80}))
    few = record(tmp_path, pairs(HANDFUL - 1, *others, n=40), columns)
    assert few == [(4, 4, 4, None, None, None, 4, None, 4, None)]
    (enough,) = record(tmp_path, pairs(HANDFUL, *others, n=40), columns)
    assert enough[:4] == (5, 5, 5, 1.0)
    assert (exp(enough[4]), exp(enough[5])) == (pytest.approx(2), pytest.approx(0.5))
    assert enough[6:] == (5, 1.0, 5, 1.0)


def test_a_handful_of_figures_on_two_events_is_no_handful_of_events(tmp_path):
    figures = [
        said(f"{by}-{place}-{measure}", n=number, source=by, measure=measure, document=where)
        | {"event": place}
        for place in AT[:2]
        for measure in ("killed", "wounded", "casualties")
        for by, number, where in (("army", 8, WIRE), ("monitors", 20, LATER))
    ]
    columns = "events, figures, beside_cells, disjoint_share, log_ratio_to_observers, round_share"
    assert record(tmp_path, figures, columns) == [(2, 6, 6, None, None, None)]
    query = "SELECT events, cells, disjoint, disjoint_share, log_ratio FROM source_pair"
    assert asked(tmp_path, query, figures, **PLACES) == [(2, 6, 6, None, None)]


def test_the_median_ratio_is_the_one_in_the_middle(tmp_path):
    figures = []
    for at, other in enumerate((10, 20, 40, 80, 160)):
        figures += [said(f"a{at}", n=40, event=AT[at])]
        figures += [said(f"m{at}", low=other, source="monitors", event=AT[at], document=LATER)]
    figures += [said("a5", n=0, event=AT[5]), said("m5", n=7, source="monitors", event=AT[5])]
    ((events, ratio),) = record(tmp_path, figures, "observer_events, log_ratio_to_observers")
    assert (events, ratio) == (5, pytest.approx(log(40 / 40)))


def test_own_and_enemy_losses_have_records_of_their_own(tmp_path):
    figures = [
        said("a", n=8),
        said("b", n=30, victims="insurgents"),
        said("c", n=2, victims="civilians", event=MARKET),
        said("d", stance="silence", event=MARKET),
        said("e", n=5, source="residents"),
    ]
    query = (
        "SELECT source, interest, spoken_events, events, figures FROM source_record ORDER BY ALL"
    )
    assert asked(tmp_path, query, figures) == [
        ("army", "enemy", 1, 1, 1),
        ("army", "own", 2, 1, 1),
        ("army", "third-party", 1, 1, 1),
    ]


def test_corrections_are_counted_up_and_down(tmp_path):
    figures = []
    moves = ((8, 10), (8, 20), (8, 54), (8, 9), (8, 12), (30, 20), (30, 30))
    for at, (before, after) in enumerate(moves):
        figures += [said(f"a{at}", n=before, event=AT[at])]
        figures += [said(f"b{at}", n=after, event=AT[at], document=LATER, supersedes=f"a{at}")]
    again = {"supersedes": "a0", "repeats": "b0", "document": UNDATED}
    figures += [said("again", n=10, event=AT[0], **again)]
    figures += [said("c", n=3, victims="insurgents", event=AT[0])]
    figures += [said("d", n=9, victims="insurgents", event=AT[0], supersedes="c", document=LATER)]
    columns = "up_events, ups, up_by, up_by_at_most, down_events, downs, down_by, down_by_at_most"
    assert record(tmp_path, figures, f"interest, {columns}") == [
        ("enemy", 1, 1, None, None, 0, 0, None, None),
        ("own", 5, 5, 4, 46, 1, 1, None, None),
    ]


def test_the_days_to_speak_are_those_of_its_own_first_figure(tmp_path):
    days = ("2025-06-01", "2025-06-02", "2025-06-04", "2025-06-05", "2025-06-30")
    figures = [
        said(f"a{at}", n=9, event=AT[at], asserted_on=day, document=UNDATED)
        for at, day in enumerate(days)
    ]
    figures += [
        said("b0", n=12, event=AT[0], asserted_on="2025-06-20", supersedes="a0"),
        said("c4", stance="silence", event=AT[4], measure="wounded"),
        said("d0", n=9, event=AT[5], asserted_on="2025-06-02", repeats="a0", document=LATER),
        said("e0", n=9, event=AT[6], asserted_on="", document=UNDATED),
        said("f0", n=9, event=AT[7], asserted_on="2025-07-30"),
        said("g0", n=9, event=AT[8], asserted_on="2025-07-30"),
    ]
    events = [event(one) for one in AT[:7]]
    events += [event(AT[7], date_precision="month"), event(AT[8], kind="period-total")]
    told = record(tmp_path, figures, "dated_events, days_to_speak", events=events)
    assert told == [(5, 3.0)]


def test_round_figures_are_those_written_in_a_round_step(tmp_path):
    named = (41, 45, 40, 400, 5, 12, 0)
    figures = [said(f"a{at}", n=number, event=AT[at]) for at, number in enumerate(named)]
    figures += [said("b", low=3, high=9, event=AT[7])]
    columns = "figures, named_figures, round_figures, round_share"
    assert record(tmp_path, figures, columns) == [(8, 6, 3, 0.5)]


# source_pair --------------------------------------------------------------------------------------


def test_two_sources_are_compared_on_the_cells_they_share(tmp_path):
    figures = [
        *pairs(4, ("jnim", {"n": 80}), n=40),
        said("a4", n=40, event=AT[4]),
        said("jnim4", low=20, source="jnim", event=AT[4], document=LATER),
        said("w4", n=5, measure="wounded", event=AT[4]),
        said("jnimw4", n=5, source="jnim", measure="wounded", event=AT[4], document=LATER),
        said("a5", n=40, event=AT[5]),
        said("r5", n=1, source="residents", event=AT[5]),
    ]
    query = (
        "SELECT source, interest, other_source, other_interest, events, cells, disjoint,"
        " disjoint_share, named_events, higher, same, other_higher, EXP(log_ratio) FROM source_pair"
    )
    (told,) = asked(tmp_path, query, figures, **PLACES)
    assert told[:-1] == ("army", "own", "jnim", "enemy", 5, 6, 4, 4 / 6, 5, 1, 1, 4)
    assert told[-1] == pytest.approx(0.5)


def test_a_pair_is_told_once_and_apart_by_whose_people_they_are(tmp_path):
    figures = [
        said("a", n=8),
        said("b", n=70, source="jnim", document=LATER),
        said("c", n=30, victims="insurgents"),
        said("d", n=2, source="jnim", victims="insurgents", document=LATER),
        said("e", n=9, source="monitors", document=UNDATED),
    ]
    query = (
        "SELECT source, interest, other_source, other_interest, cells, disjoint_share, log_ratio"
        " FROM source_pair ORDER BY ALL"
    )
    assert asked(tmp_path, query, figures) == [
        ("army", "enemy", "jnim", "unknown", 1, None, None),
        ("army", "own", "jnim", "enemy", 1, None, None),
        ("army", "own", "monitors", "third-party", 1, None, None),
        ("jnim", "enemy", "monitors", "third-party", 1, None, None),
    ]


def test_two_figures_of_one_source_leave_a_cell_disjoint_only_where_both_are(tmp_path):
    figures = [
        said("a", n=8),
        said("b", n=70, document=LATER),
        said("c", n=70, source="monitors", document=UNDATED),
        said("d", n=8, event=JUNE),
        said("e", n=9, event=JUNE, document=LATER),
        said("f", n=70, source="monitors", event=JUNE, document=UNDATED),
    ]
    query = "SELECT events, cells, disjoint FROM source_pair"
    assert asked(tmp_path, query, figures) == [(2, 2, 1)]
    query = "SELECT beside_cells, disjoint FROM source_record WHERE source = 'army'"
    assert asked(tmp_path, query, figures) == [(2, 1)]


# copies -------------------------------------------------------------------------------------------


def test_a_copy_of_a_document_changes_no_record(tmp_path):
    figures = list(pairs(HANDFUL, ("jnim", {"n": 80}), ("monitors", {"n": 41}), n=40))
    copies = [
        one | {"claim": f"{one['claim']}-again", "document": "copy", "repeats": one["claim"]}
        for one in figures
    ]
    documents = [*DOCUMENTS, document("copy", origin=LATER)]
    tables = PLACES | {"sources": SOURCES, "parties": PARTIES, "attributions": []}
    told = []
    for written in (figures, figures + copies):
        ledger = reconcile.read(ledger_at(tmp_path, figures=written, documents=documents, **tables))
        database = Connected(ledger)
        told.append(
            [
                database.execute(
                    f"SELECT * EXCLUDE (row, rows) FROM {view} ORDER BY ALL"
                ).fetchall()
                for view in ("source_record", "source_pair", "party_coverage", "event_party")
            ]
        )
    assert told[0] == told[1]
    assert all(told[0])
