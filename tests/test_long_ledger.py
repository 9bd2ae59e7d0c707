"""A ledger of very many events: little work, small enough, its tail in brief and not cut."""

import re

import pytest
from conftest import SOAKING
from ledgers import claim, event, ledger_at
from many_events import many_events
from work import calls_of

import reconcile

pytestmark = pytest.mark.untraced

EVENTS = 10_000 if SOAKING else 1_500


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    ledger = reconcile.read(many_events(tmp_path_factory.mktemp("many"), EVENTS))
    database = reconcile.connect(ledger)
    return ledger, reconcile.check(ledger, database, expectations=False), database


@pytest.fixture(scope="module")
def written(held):
    return calls_of(reconcile.report, *held, form="html")


@pytest.mark.soak
def test_the_pages_of_many_events_are_little_work_and_small(written):
    page, calls = written
    assert calls < 4_000 * EVENTS
    assert len(page.encode()) < 15_000_000 * max(EVENTS, 2_500) / 10_000


def test_every_event_claim_and_source_is_there(held, written):
    page, _ = written
    _, _, database = held
    ids = re.findall(r' id="event-([^"]+)"', page)
    assert len(ids) == len(set(ids)) == EVENTS
    (words,) = database.execute("SELECT COUNT(*) FROM standing").fetchone()
    told = page.partition('<section id="events">')[2].partition('<section id="sources">')[0]
    assert told.count("<q") == words
    assert len(re.findall(r' id="source-', page)) == 60


def test_the_widest_gaps_are_shown_whole_and_the_others_by_month(held, written):
    page, _ = written
    _, _, database = held
    whole = set(re.findall(r'<article class="event" id="event-([^"]+)"', page))
    assert 100 < len(whole) <= 150
    gaps = dict(
        database.execute(
            "SELECT event, MAX(gap) FROM event_conflict WHERE status = 'conflicting' GROUP BY event"
        ).fetchall()
    )
    assert min(gaps[one] for one in whole) >= max(gaps[one] for one in set(gaps) - whole)
    assert re.search(r"<summary>\w+ 20\d\d: \d+ events?</summary>", page)


def test_the_markdown_tells_of_every_event_too(held):
    page = reconcile.report(*held)
    _, _, database = held
    for (name,) in database.execute("SELECT name FROM events LIMIT 200").fetchall():
        assert f"**{name}**" in page or f"### {name}" in page


def test_a_long_ledger_without_a_contested_event_says_where_its_events_are(tmp_path):
    names = [f"e{at}-2025-06-01" for at in range(401)]
    figures = [claim(f"c{at}", event=name, low=3) for at, name in enumerate(names)]
    home = ledger_at(tmp_path, events=list(map(event, names)), figures=figures, attributions=[])
    ledger = reconcile.read(home)
    findings = reconcile.check(ledger, expectations=False)
    page = reconcile.report(ledger, findings, form="html")
    section = re.search(r'<section id="sentences">.*?</section>', page, re.S)[0]
    assert "No event is contested; all follow by month" in section and "<table" not in section
    assert len(re.findall(r' id="event-([^"]+)"', page)) == 401
    english, french = (
        reconcile.report(ledger, findings, form="md", language=one) for one in ("en", "fr")
    )
    told = english.partition("## Every event in a sentence")[2].partition("\n## ")[0]
    said = "No event is contested; all follow by month, each with its sentence."
    assert told.strip() == said
    assert "Aucun événement n'est contesté" in french
