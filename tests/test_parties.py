"""Who speaks of whose dead, as the report tells it."""

import pytest
from ledgers import Connected, event, ledger_at
from test_views import DOCUMENTS, LATER, PARTIES, SOURCES, WIRE, said

import reconcile
from reconcile.pages.parties import losses

HELD = ["held-by-army", "held-by-nobody", "elsewhere"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The army is silent on its own dead at one event, counts the enemy's at another."""
    figures = [
        said("a", stance="silence", event="held-by-army"),
        said("b", n=70, source="jnim", event="held-by-army"),
        said("c", n=70, source="jnim", event="held-by-army", repeats="b", document=LATER),
        said("d", n=8, event="held-by-nobody", victims="insurgents"),
        said("e", n=8, event="held-by-nobody", victims="insurgents", source="monitors")
        | {"document": LATER},
        said("f", n=9, event="elsewhere", source="niger-army"),
    ]
    attributions = [
        {"event": "held-by-army", "source": by, "document": WIRE, "party": party, "says": says}
        for by, party, says in (
            ("jnim", "jnim", "claims"),
            ("residents", "mali", "accuses"),
            ("army", "mali", "denies"),
        )
    ]
    ledger = reconcile.read(
        ledger_at(
            tmp_path_factory.mktemp("parties"),
            figures=figures,
            events=[event(HELD[0]), event(HELD[1]), event(HELD[2], country="NE")],
            sources=SOURCES,
            parties=PARTIES,
            documents=DOCUMENTS,
            attributions=attributions,
            event_parts=[],
        )
    )
    assert not ledger.findings
    return ledger, Connected(ledger)


def counted(row):
    government, whose, counts = row
    return government, whose, {name: count for name, count in counts.items() if count}


def test_a_government_speaks_of_its_own_and_of_its_enemys_dead(told):
    assert [counted(row) for row in losses(told[1], HELD)] == [
        ("Mali", "own", {"silent": 1, "events": 1, "unanswered": 1}),
        ("Mali", "enemy", {"figure": 1, "events": 1}),
        ("Niger", "own", {"figure": 1, "events": 1}),
    ]


def test_only_the_events_chosen_are_counted(told):
    assert [counted(row)[:2] for row in losses(told[1], ["elsewhere"])] == [("Niger", "own")]
    assert losses(told[1], []) == []


@pytest.fixture(scope="module")
def page(told):
    ledger, database = told
    return reconcile.report(ledger, reconcile.check(ledger, database, expectations=False), database)


def test_each_event_tells_who_speaks_and_who_did_it(page):
    lines = [line[14:] for line in page.splitlines() if line.startswith("- Who speaks: ")]
    assert lines == [
        "Niger: gives a figure",
        "Mali: gives no toll, accused by Residents, denies having done it",
        "JNIM: gives a figure, claims it",
        "Mali: gives a figure",
    ]


def test_the_voices_behind_a_figure_stand_beside_its_documents(page):
    lines = [line[22:] for line in page.splitlines() if line.startswith("- Independent voices: ")]
    assert lines == [
        "70 soldiers killed: 1 voice in 2 documents",
        "8 insurgents killed: 2 voices in 2 documents",
    ]


def test_the_report_counts_who_speaks_of_whose_losses(page):
    assert "| Mali | of its own people | 1 | 0 | 0 | 0 | 1 | 0 | 1 |" in page
    assert "| Mali | of its enemy | 1 | 1 | 0 | 0 | 0 | 0 | 0 |" in page
