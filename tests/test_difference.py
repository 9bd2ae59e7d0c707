"""What changed between two versions of a ledger.

`GOLDEN=write make test` writes the forms in golden/ anew; read the difference before you keep it.
"""

import datetime as dt
import json
import os
import re
from pathlib import Path

import pytest
from ledgers import base, claim, document, event, ledger_at, source

from reconcile.difference import Difference, FindingChange, RowChange, Version, difference, forms
from reconcile.difference.forms import FORMS
from reconcile.finding import Address, Finding, Rule, Severity, Text

DAY = dt.date(2025, 7, 1)
BRIDGE = "bridge-2025-06-01"


def version(home, **tables):
    """A version that is held to the laws alone."""
    return Version.of(ledger_at(home, **tables), expectations=False, today=DAY)


def said(identity, number, by="army", **cells):
    """A claim in words that name one number."""
    told = {"source": by, "stated": f"{number} soldiers", "document": "gazette-2025-06-05"}
    return claim(identity, **(told | cells))


# Each on an event of its own: what is said before, what is said after (in claims of the source and
# the number, a later one of the same source correcting the earlier), what the conflict does, and
# the status of the cell then.
CONFLICTS = {
    "begins": (["army 34"], ["jnim 60"], ("new", None, 26), "conflicting"),
    "widens": (["army 34", "jnim 60"], ["jnim 80"], ("widened", 26, 46), "conflicting"),
    "narrows": (["army 34", "jnim 60"], ["jnim 40"], ("narrowed", 26, 6), "conflicting"),
    "settles": (["army 34", "jnim 60"], ["jnim 34"], ("settled", 26, None), "agreed"),
    "is-joined": (["army 34", "jnim 60"], ["monitors 60"], None, "conflicting"),
    "stays": (["army 34", "jnim 60"], [], None, "conflicting"),
    "moves": (["army 34", "jnim 60"], ["army 44", "jnim 70"], ("moved", 26, 26), "conflicting"),
    "agrees": (["army 34"], ["jnim 34"], None, "agreed"),
    "is-vague": (["army 34"], ["jnim dozens"], None, "agreed"),
}


def figures_of(cases):
    """The claims on the events of the cases before and after."""
    before, after = [], []
    for case, (first, then, *_) in cases.items():
        latest = {}
        for at, words in enumerate([*first, *then]):
            by, _, number = words.partition(" ")
            told = said(f"{case}-{by}-{at}", number, by, event=case, stated=number)
            if by in latest:
                told |= {"supersedes": latest[by], "asserted_on": "2025-06-05"}
            latest[by] = told["claim"]
            after.append(told)
            if at < len(first):
                before.append(told)
    return before, after


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("versions")


@pytest.fixture(scope="module")
def old(home):
    """The base, the cases as they were before, and a claim that breaks a law."""
    events = [*base("events"), *map(event, CONFLICTS), event("gone")]
    figures = base("figures") + figures_of(CONFLICTS)[0]
    figures += [said("gone-1", 1, event="gone"), said("gone-2", 9, "jnim", event="gone")]
    figures += [claim("slipped", source="jnmi"), claim("broken", low=9, high=3)]
    return version(home / "old", events=events, figures=figures)


@pytest.fixture(scope="module")
def new(home):
    """The same with claims added, corrected, edited, removed, refused and mended."""
    events = [*base("events"), *map(event, CONFLICTS), event("gone")]
    figures = base("figures")
    figures[3] |= {"note": "Read again", "low": "29", "evidence": "video", "stated": "30"}
    figures[6]["source"] = "resident"
    del figures[11]
    figures += figures_of(CONFLICTS)[1]
    figures += [said("added", 34, "monitors", repeats="bridge--army--2")]
    figures += [said("third", 35, asserted_on=None, supersedes="bridge--army--2;bridge--army--3")]
    figures += [claim("slipped", source="jnim"), claim("broken", low=9, best=-9)]
    sources = base("sources")
    sources[4]["name"] = "Monitors of the United Nations"
    return version(
        home / "new",
        events=events,
        figures=figures,
        sources=[*sources[:-1], source("clinic", "local"), source("school", "local")],
        documents=[*base("documents"), document("new-paper")],
        attributions=base("attributions")[:-1],
    )


@pytest.fixture(scope="module")
def told(old, new):
    return difference(old, new)


def claims(told: Difference, kind: str):
    """The claims of a kind by id, but for those on the events of the cases."""
    return {one.said.claim: one for one in told.claims if one.kind == kind and one.event == BRIDGE}


def test_the_same_ledger_has_no_difference(old):
    told = difference(old, old)
    assert told == Difference((), (), (), (), {}) and not told


def test_neither_database_keeps_anything(old, new, told):
    for one in (old, new):
        tables = {name for (name,) in one.database.execute("SHOW TABLES").fetchall()}
        assert not [name for name in tables if name.startswith(("now", "before", "frame"))]
        assert "standing" in tables


def test_an_added_claim_says_whose_it_is_what_it_says_and_where_it_stands(told, new):
    one = claims(told, "added")["added"]
    assert (one.event_name, one.stated) == ("Attack on the bridge", "34 soldiers")
    assert (one.said.source, one.said.side, one.said.says.fr) == ("monitors", "observer", "34")
    assert one.said.source_name == "Monitors of the United Nations"
    assert (one.cell.en, one.cell.fr) == ("soldiers killed", "soldats tués")
    assert one.repeats == "bridge--army--2"
    file = (new.ledger.workspace / one.at.file).read_text("utf-8").splitlines()
    assert file[one.at.line - 1].startswith("added,")


def test_a_correction_names_all_that_it_corrects(told):
    (one,) = claims(told, "corrected").values()
    assert one.said.claim == "third"
    assert [(was.claim, was.says.en) for was in one.corrects] == [
        ("bridge--army--2", "34"),
        ("bridge--army--3", "vague"),
    ]


def test_an_edited_row_tells_its_cells_and_is_neither_added_nor_removed(told):
    (one,) = claims(told, "edited").values()
    assert one.said.claim == "bridge--jnim--2"
    assert [(edit.column, edit.before, edit.after) for edit in one.edits] == [
        ("stated", "at least 30 soldiers", "30"),
        ("low", "30", "29"),
        ("evidence", "", "video"),
        ("note", "", "Read again"),
    ]


def test_a_removed_row_is_told_from_one_that_a_law_refuses_and_both_from_a_mended_one(told):
    kinds = {one.said.claim: (one.kind, one.at.line) for one in told.claims if not one.edits}
    assert kinds["market--residents--1"] == ("refused", 8)
    assert kinds["june--army--1"] == ("removed", 13)
    assert kinds["gone-1"][0] == kinds["gone-2"][0] == "removed"
    assert kinds["slipped"][0] == "mended"
    assert "broken" not in kinds


def test_claims_stand_by_what_happened_to_them(told):
    order = ["added", "corrected", "edited", "mended", "refused", "removed"]
    kinds = [one.kind for one in told.claims]
    assert kinds == sorted(kinds, key=order.index) and set(kinds) == set(order)


@pytest.mark.parametrize("case", CONFLICTS)
def test_a_conflict_is_new_wider_narrower_elsewhere_or_settled(told, new, case):
    *_, wanted, status = CONFLICTS[case]
    found = [one for one in told.conflicts if one.event == case]
    assert [
        (one.kind, one.before and one.before.gap, one.after and one.after.gap) for one in found
    ] == ([wanted] if wanted else [])
    for one in found:
        assert one.status == status and one.between is None
    between = [one for one in told.gaps if one.event == case]
    assert [one.kind for one in between if one.between == ("government", "insurgent")] == [
        one.kind for one in found
    ]


def test_a_further_voice_opens_a_gap_between_its_side_and_another_only(told):
    (one,) = [one for one in told.gaps if one.event == "is-joined"]
    assert (one.kind, one.between, one.after.gap) == ("new", ("government", "observer"), 26)
    assert (one.after.low.says.en, one.after.high.claim) == ("34", "is-joined-monitors-2")


def test_a_cell_of_which_nobody_speaks_any_more_has_no_status(told):
    (one,) = [one for one in told.conflicts if one.event == "gone"]
    assert (one.kind, one.status, one.after) == ("settled", None, None)
    assert (one.before.low.source_name, one.before.high.says.en) == ("Malian army", "9")


def test_conflicts_stand_by_kind_and_width(told):
    assert [one.event for one in told.conflicts if one.event != "june-2025"] == [
        *("begins", "widens", "narrows", "moves"),
        *("settles", "gone"),
    ]


def test_the_other_tables_are_counted(told):
    assert told.rows == {
        "sources": RowChange(added=2, edited=1, removed=1),
        "documents": RowChange(added=1),
        "attributions": RowChange(removed=1),
    }


def test_a_finding_on_the_same_row_with_another_law_is_new(told):
    new = {(one.finding.rule.name, one.finding.key) for one in told.findings if one.kind == "new"}
    gone = {(one.finding.rule.name, one.finding.key) for one in told.findings if one.kind == "gone"}
    assert new == {
        ("negative-figure", ("broken", "best")),
        ("unknown-reference", ("market--residents--1", "source")),
    }
    assert gone == {("unknown-reference", ("slipped", "source"))}
    assert told.reach(Severity.ERROR)


@pytest.fixture(scope="module")
def shuffled(home, old):
    """The old version with its claims in other files and another order, a finding accepted, three
    rows alike, and a finding that is new and accepted at once."""
    waiver = {"rule": "reversed-interval", "relation": "figures", "key": "broken", "because": "so"}
    waiver |= {"accepted_by": "an analyst", "accepted_on": "2025-07-01"}
    party = {"party": "mali", "side": "government", "country": "ML", "name": "Mali"}
    header, *rows = (home / "old" / "claims" / "figures.csv").read_text("utf-8").splitlines(True)
    return version(
        home / "shuffled",
        events=(home / "old" / "claims" / "events.csv").read_text("utf-8"),
        figures={"2024": "".join([header, *rows[20:]]), "2025": "".join([header, *rows[:20]])},
        waivers=[waiver, waiver | {"relation": "parties", "rule": "unknown-word", "key": "x;side"}],
        parties=[*base("parties"), party, party, party | {"party": "x", "side": "none"}],
    )


def test_rows_that_only_move_are_no_change(old, shuffled):
    told = difference(old, shuffled)
    assert not told.claims and not told.conflicts and not told.gaps
    assert told.rows == {"waivers": RowChange(added=2)}


def test_a_finding_that_a_waiver_accepts_is_accepted_and_its_waiver_gone_it_is_new(old, shuffled):
    told = difference(old, shuffled)
    (one,) = [one for one in told.findings if one.kind == "accepted"]
    assert one.finding.rule.name == "reversed-interval"
    back = difference(shuffled, old)
    (one,) = [one for one in back.findings if one.kind == "new"]
    assert one.finding.rule.name == "reversed-interval" and back.reach(Severity.ERROR)


def test_rows_alike_word_for_word_are_counted_one_by_one(old, shuffled):
    told = difference(old, shuffled)
    alike = [one for one in told.findings if one.finding.rule.name == "duplicate-id"]
    assert [(one.kind, one.finding.at.line) for one in alike] == [("new", 5), ("new", 6)]
    assert len({one.finding.fingerprint for one in alike}) == 1
    back = [one.kind for one in difference(shuffled, old).findings]
    assert back == ["new", "gone", "gone"]


def test_only_a_new_finding_reaches_a_severity(old, shuffled):
    told = difference(old, shuffled)
    accepted = [one for one in told.findings if one.kind == "accepted"]
    assert not Difference((), (), (), tuple(accepted), {}).reach(Severity.NOTE)


def test_as_of_a_day_what_was_said_later_is_no_difference(tmp_path):
    late = said("late", 90, "jnim", asserted_on="2025-06-20")
    old = ledger_at(tmp_path / "old")
    new = ledger_at(tmp_path / "new", figures=[*base("figures"), late])
    day = dt.date(2025, 6, 19)
    versions = (Version.of(home, expectations=False, as_of=day) for home in (old, new))
    assert not difference(*versions)


# Forms

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("form", FORMS)
def test_a_difference_is_told_in_every_form(told, form, language):
    name = GOLDEN / f"difference-{language}.{form}"
    shown = FORMS[form](told, language, "main:", "ledger/")
    if "GOLDEN" in os.environ:
        name.write_text(shown, "utf-8")
    assert shown == name.read_text("utf-8")


def test_every_change_is_in_every_form(told):
    shown = json.loads(FORMS["json"](told, "en", "", ""))
    assert {name: len(changes) for name, changes in shown.items()} == {
        "claims": len(told.claims),
        "conflicts": len(told.conflicts),
        "gaps": len(told.gaps),
        "findings": len(told.findings),
        "rows": 3,
    }
    text = FORMS["text"](told, "en", "", "")
    page = FORMS["markdown"](told, "en", "", "")
    changes = [one for one in text.splitlines() if one.startswith("  ")]
    assert len(re.findall("^- ", page, re.M)) == len(changes)
    said = {(one.before, one.after) for one in told.conflicts}
    further = [one for one in told.gaps if (one.before, one.after) not in said]
    counted = (told.claims, told.conflicts, further, told.findings, told.rows)
    assert len(changes) == sum(map(len, counted)) and further


@pytest.mark.parametrize(("form", "shown"), [("text", "nothing changed"), ("json", "[]")])
def test_no_difference_is_told_too(form, shown):
    assert shown in FORMS[form](Difference((), (), (), (), {}), "en", "", "")


HOSTILE = "\n::error::x @everyone #1 <b> | `\x1b[2J"


def of_findings(*texts):
    """A difference of new findings with these messages."""
    value = Text("{value}", "{value}")
    rule = Rule("a-rule", Severity.ERROR, value, value, value, value)
    return Difference(
        (),
        (),
        (),
        tuple(
            FindingChange(
                "new", Finding(rule, "figures", (text,), Address("a.csv", 2), {"value": text})
            )
            for text in texts
        ),
        {},
    )


def test_hostile_words_stay_on_their_line_and_call_nobody():
    told = of_findings(HOSTILE)
    lines = FORMS["text"](told, "en", "", "").splitlines()
    assert lines[1].startswith("  new  a.csv:2: error: \\n::error::x @everyone")
    assert len(lines) == 2 and "\x1b" not in lines[1]
    page = FORMS["markdown"](told, "en", "", "")
    assert "\\@&#8203;everyone \\#&#8203;1 &lt;b&gt; \\| \\`\\\\x1b\\[2J" in page
    assert FORMS["json"](told, "en", "", "").isascii()


def test_a_comment_is_no_longer_than_a_forge_takes_and_counts_what_it_leaves_out(monkeypatch):
    told = of_findings(*(f"{'x' * 200}{at}" for at in range(400)))
    page = FORMS["markdown"](told, "en", "", "")
    shown = len(re.findall("^- ", page, re.M))
    assert 200 < shown < 400 and len(page.encode()) < 65_536
    assert page.endswith(
        f"{400 - shown} of 400 lines are left out here; `reconcile diff` tells all.\n"
    )
    monkeypatch.setattr(forms, "LARGEST", 700)
    assert "### " not in FORMS["markdown"](told, "en", "", "")
