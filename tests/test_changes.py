"""What changed since a day, or against another ledger, on the pages."""

import datetime as dt

import pytest
from ledgers import base, claim, document, ledger_at

import reconcile
from reconcile.finding import ReconcileError
from reconcile.pages.changes import changed_against, changed_since

pytestmark = pytest.mark.untraced

DOCUMENTS = [*base("documents"), document("bare", published_on="")]
DAY = dt.date(2025, 6, 3)


def figures():
    """The army says 12 and later 15, the group more than 40 and later more than 50."""
    return [
        claim("a", low=12, high=12, best=12),
        claim("b", low=15, high=15, best=15, supersedes="a", asserted_on="2025-06-04"),
        claim("c", low=41, source="jnim", asserted_on="2025-06-03"),
        claim("d", low=51, source="jnim", supersedes="c", asserted_on="2025-06-05"),
        claim("e", low=9, high=9, source="monitors", asserted_on="2025-06-05", victims="people"),
        claim("f", low=7, source="monitors", asserted_on="", document="bare"),
    ]


def at(home, told):
    documents = [*base("documents"), document("bare", published_on="")]
    ledger = reconcile.read(ledger_at(home, figures=told, documents=documents, attributions=[]))
    assert not ledger.findings
    return ledger, reconcile.connect(ledger)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    return at(tmp_path_factory.mktemp("held"), figures())


@pytest.fixture(scope="module")
def told(held):
    return changed_since(*held, DAY)


def test_since_a_day_there_are_corrections_new_claims_and_a_wider_gap(told):
    assert [one.said.claim for one in told.corrected] == ["b", "d"]
    assert [one.said.claim for one in told.added] == ["e"]
    assert (told.retracted, told.edited) == ([], [])
    (conflict,) = told.conflicts
    assert (conflict.kind, conflict.before.gap, conflict.after.gap) == ("widened", 29, 36)
    assert told.count("widened") == 1 and told.count("new") == 0


def test_since_before_anything_was_said_every_conflict_is_new(held):
    told = changed_since(*held, dt.date(2025, 6, 1))
    assert [one.kind for one in told.conflicts] == ["new"]
    assert len(told.added) + len(told.corrected) == 5


def test_a_report_as_of_a_day_can_tell_only_what_lies_before(held):
    ledger, _ = held
    database = reconcile.connect(ledger, "2025-06-04")
    told = changed_since(ledger, database, DAY)
    assert [one.said.claim for one in told.corrected] == ["b"]
    with pytest.raises(ReconcileError, match="as of 2025-06-04, which is not after 2025-06-04"):
        changed_since(ledger, database, dt.date(2025, 6, 4))


def test_against_another_ledger_claims_are_new_edited_and_retracted(tmp_path):
    ledger_at(tmp_path / "old", figures=figures(), documents=DOCUMENTS, attributions=[])
    others = [one for one in figures() if one["claim"] != "e"]
    others[-1] = others[-1] | {"low": 8}
    told = changed_against(
        *at(tmp_path / "new", [*others, claim("g", low=99, source="jnim", victims="people")]),
        tmp_path / "old",
    )
    assert told.against == "old"
    assert [one.said.claim for one in told.added] == ["g"]
    assert [one.said.claim for one in told.retracted] == ["e"]
    assert [one.said.claim for one in told.edited] == ["f"]


def report(ledger, database, changes, form, language="en"):
    findings = reconcile.check(ledger, database, expectations=False)
    return reconcile.report(
        ledger, findings, database, changes=changes, form=form, language=language
    )


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_pages_tell_the_changes(form, held, told):
    page = report(*held, told, form)
    assert "What changed since 3 Jun 2025" in page
    assert "1 new claim, 2 corrections" in page
    assert "Gaps: 0 new, 1 widened, 0 narrowed, 0 settled." in page
    assert "(before: 29 apart)" in page
    assert "15 (before: 12)" in page


def test_the_pages_tell_them_in_french(held, told):
    page = report(*held, told, "html", "fr")
    assert "Ce qui a changé depuis le 3 juin 2025" in page
    assert "51 ou plus (avant\N{NO-BREAK SPACE}: 41 ou plus)" in page


def test_changes_on_other_events_are_left_out(told):
    assert told.on({"market-2025-06-10"}).claims == []
    assert told.on({"bridge-2025-06-01"}).claims == list(told.claims)
