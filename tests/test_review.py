"""Recording and review: an act is written whole, in its turn, by one at a time, or not at all."""

import datetime as dt
import multiprocessing
import os
import random
import signal
import time

import pytest
from conftest import SOAKING
from ledgers import base, claim, document, ledger_at

import reconcile
from reconcile.database import connect_unfilled
from reconcile.finding import ReconcileError
from reconcile.journal import history
from reconcile.record import append
from reconcile.review import (
    OutOfTurn,
    Overtaken,
    Unlawful,
    accept,
    act_on,
    draft,
    record,
    retract,
    return_,
    submit,
)
from reconcile.trial import acceptance, preview, preview_acceptance

pytestmark = pytest.mark.untraced

NOW = dt.datetime(2026, 6, 1, 11, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
AWA = {"by": "Awa", "because": "Read in the Gazette", "on": NOW}
IBRAHIM = {"by": "Ibrahim", "because": "As the Gazette has it", "on": NOW}
FORK = multiprocessing.get_context("fork")


def everything(home):
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def refused(home, kind, do, /, *arguments, **values):
    """What an act says that is refused; nothing may have changed."""
    before = everything(home)
    with pytest.raises(ReconcileError) as fault:
        do(home, *arguments, **values)
    assert type(fault.value) is kind, fault.value
    assert everything(home) == before
    return str(fault.value)


def lines(home):
    return (home / "claims" / "journal.csv").read_text("utf-8").splitlines()


def counted(home):
    return set(reconcile.read(home).tables["figures"]["claim"])


def state(home, name):
    return history(reconcile.read(home), name)[-1].act


def test_a_claim_goes_from_draft_by_return_to_accepted_and_is_retracted(tmp_path):
    home = ledger_at(tmp_path)
    rows = {"documents": [document("new-2025")], "figures": [claim("a", document="new-2025")]}
    written = draft(home, rows, **AWA)
    assert {key: [str(one) for one in told] for key, told in written.items()} == {
        "documents": ["claims/documents.csv:7"],
        "figures": ["claims/figures.csv:14"],
        "journal": ["claims/journal.csv:2"],
    }
    told = [submit(home, "a", **AWA), return_(home, "a", **IBRAHIM), submit(home, "a", **AWA)]
    assert "a" not in counted(home)
    told.append(accept(home, "a", **IBRAHIM))
    assert "a" in counted(home)
    told.append(retract(home, "a", **AWA))
    assert "a" not in counted(home)
    assert [str(one) for one in told] == [f"claims/journal.csv:{line}" for line in range(3, 8)]
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    assert [one.act for one in history(ledger, "a")] == [
        *("draft", "submitted", "returned", "submitted", "accepted", "retracted")
    ]
    assert lines(home)[1].startswith("a,draft,Awa,2026-06-01T09:30:00Z,Read in the Gazette,")
    assert "a," in (home / "claims" / "figures.csv").read_text("utf-8")


def test_several_claims_of_one_document_are_recorded_at_once(tmp_path):
    home = ledger_at(tmp_path)
    rows = {"figures": [claim("a", low=3), claim("b", measure="wounded", low="2")]}
    assert len(record(home, rows, **AWA)["journal"]) == 2
    ledger = reconcile.read(home)
    assert ledger.findings == () and set(ledger.withheld["claim"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ({"figures": [claim("a"), claim("b", event="nowhere")]}, "unknown-reference"),
        ({"figures": [claim("bridge--army--1")]}, "duplicate-id"),
        ({"figures": [claim("a", low=60, high=40)]}, "reversed-interval"),
        ({"figures": [claim("a", low="about 40")]}, "not-a-whole-number"),
        ({"figures": [claim("a", supersedes="bridge--jnim--1")]}, "supersedes-another-source"),
        ({"figures": [claim("", stated="40")]}, "empty-required-cell"),
        ({"figures": [claim("a")], "events": [{"event": "e", "name": "E"}]}, "empty-required-cell"),
    ],
)
def test_what_would_break_a_law_is_refused_and_named(tmp_path, rows, rule):
    home = ledger_at(tmp_path)
    assert f"[{rule}]" in refused(home, Unlawful, record, rows, **AWA)
    with pytest.raises(Unlawful) as fault:
        record(home, rows, **AWA)
    assert rule in {one.rule.name for one in fault.value.findings}


def test_a_law_that_is_broken_already_keeps_no_other_claim_out(tmp_path):
    home = ledger_at(tmp_path, figures=[*base("figures"), claim("old", low=60, high=40)])
    record(home, {"figures": [claim("a")]}, **AWA)
    assert [one.rule.name for one in reconcile.read(home).findings] == ["reversed-interval"]
    told = refused(home, Unlawful, record, {"figures": [claim("b", repeats="old")]}, **AWA)
    assert "refers to one that breaks a law" in told


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({"documents": [document("new")]}, "no claim"),
        ({"figures": [claim("a")], "journal": [{"claim": "a"}]}, "no rows with a claim"),
        ({"figures": [claim("a", note="two\nlines")]}, "holds U+000A"),
        ({"figures": [claim("a", colour="red")]}, "no column 'colour'"),
    ],
)
def test_what_is_no_record_of_a_claim_is_refused(tmp_path, rows, told):
    assert told in refused(ledger_at(tmp_path), ReconcileError, record, rows, **AWA)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"because": " "}, "because is empty"),
        ({"by": ""}, "by is empty"),
        ({"because": "two\nlines"}, "because holds"),
        ({"by": "Аwa"}, "looks like another letter"),
        ({"on": dt.datetime(2026, 6, 1)}, "time zone"),
        ({"act": "accepted"}, "a draft or submitted"),
    ],
)
def test_an_act_says_who_acts_and_why_and_when(tmp_path, change, told):
    home = ledger_at(tmp_path)
    rows = {"figures": [claim("a")]}
    assert told in refused(home, ReconcileError, record, rows, **(AWA | change))


def test_no_act_is_written_out_of_turn(tmp_path):
    home = ledger_at(tmp_path)
    draft(home, {"figures": [claim("a")]}, **AWA)
    told = refused(home, OutOfTurn, accept, "a", **IBRAHIM)
    assert told == "a is recorded as a draft and cannot be accepted; it can be submitted"
    refused(home, OutOfTurn, retract, "a", **AWA)
    told = refused(home, OutOfTurn, submit, "bridge--army--1", **AWA)
    assert told == "bridge--army--1 is accepted and cannot be submitted; it can be retracted"
    retract(home, "bridge--army--1", **AWA)
    for act in (submit, accept, return_, retract):
        refused(home, OutOfTurn, act, "bridge--army--1", **IBRAHIM)
    assert "did you mean" in refused(home, ReconcileError, submit, "bridge--armi--1", **AWA)
    assert "no act" in refused(home, ReconcileError, act_on, "a", "loved", **AWA)


def test_whoever_submitted_does_not_accept_once_a_second_is_known(tmp_path):
    home = ledger_at(tmp_path)
    record(home, {"figures": [claim("a")]}, **AWA)
    accept(home, "a", **AWA)
    record(home, {"figures": [claim("b", measure="wounded")]}, **IBRAHIM)
    told = refused(home, OutOfTurn, accept, "b", **(IBRAHIM | {"by": "IBRAHIM"}))
    assert told == "b was submitted by Ibrahim; somebody else accepts it"
    accept(home, "b", **AWA)
    assert reconcile.read(home).findings == ()


def test_an_act_on_what_was_seen_is_refused_when_another_came_between(tmp_path):
    home = ledger_at(tmp_path)
    record(home, {"figures": [claim("a")]}, **AWA)
    seen = history(reconcile.read(home), "a")[-1].chain
    return_(home, "a", **IBRAHIM, seen=seen)
    told = refused(home, Overtaken, submit, "a", **AWA, seen=seen)
    assert told.startswith("a was returned by Ibrahim on 2026-06-01T09:30:00Z in the meantime")
    retract(home, "bridge--army--1", **AWA, seen="")


def test_a_row_that_changed_since_it_was_submitted_is_not_accepted(tmp_path):
    home = ledger_at(tmp_path)
    record(home, {"figures": [claim("a", low=3)]}, **AWA)
    file = home / "claims" / "figures.csv"
    file.write_text(file.read_text("utf-8").replace(",wa,,3,", ",wa,,4,"), "utf-8")
    assert "not the one that was submitted" in refused(home, OutOfTurn, accept, "a", **IBRAHIM)
    return_(home, "a", **IBRAHIM)
    submit(home, "a", **AWA)
    accept(home, "a", **IBRAHIM)
    ledger = reconcile.read(home)
    assert ledger.findings == () and "a" in counted(home)


def test_a_broken_journal_is_mended_before_more_is_written_on_that_claim(tmp_path):
    home = ledger_at(tmp_path)
    record(home, {"figures": [claim("a"), claim("b", measure="wounded")]}, **AWA)
    file = home / "claims" / "journal.csv"
    told = file.read_text("utf-8")
    file.write_text(told.replace("a,submitted,Awa", "a,submitted,Bâ"), "utf-8")
    assert "mend the journal first" in refused(home, ReconcileError, accept, "a", **IBRAHIM)
    accept(home, "b", **IBRAHIM)
    with open(file, "a", encoding="utf-8") as opened:
        opened.write("b,retracted,Awa,yesterday,Because,x\n")
    assert "mend the journal first" in refused(home, ReconcileError, retract, "b", **AWA)


def test_a_journal_of_several_files_grows_at_the_end_of_the_last(tmp_path):
    home = ledger_at(tmp_path)
    record(home, {"figures": [claim("a")]}, **AWA)
    claims = home / "claims"
    (claims / "journal").mkdir()
    (claims / "journal.csv").rename(claims / "journal" / "2025.csv")
    header = (claims / "journal" / "2025.csv").read_text("utf-8").splitlines()[0]
    (claims / "journal" / "2026.csv").write_text(f"{header}\n", "utf-8")
    assert str(accept(home, "a", **IBRAHIM)) == "claims/journal/2026.csv:2"
    assert reconcile.read(home).findings == () and "a" in counted(home)


def test_what_rows_would_change_is_told_before_they_are_written(tmp_path):
    home = ledger_at(tmp_path)
    before = everything(home)
    rows = {"figures": [claim("a", source="jnim", stated="99 soldiers")]}
    told = preview(home, rows, expectations=False)
    assert everything(home) == before
    assert [one.said.claim for one in told.claims] == ["a"]
    (conflict,) = told.conflicts
    assert (conflict.kind, conflict.after.gap, conflict.after.high.claim) == ("new", 65, "a")
    found = {one.finding.rule.name for one in preview(home, rows).findings}
    assert "figures-apart" in found
    lawless = preview(home, {"figures": [claim("a", low=60, high=40)]}, expectations=False)
    assert [one.finding.rule.name for one in lawless.findings] == ["reversed-interval"]


def test_what_an_acceptance_would_change_is_told_before_it_is_written(tmp_path):
    home = ledger_at(tmp_path)
    rows = [claim("a", source="jnim", stated="99 soldiers")]
    rows += [claim("b", source="jnim", document="wire-2025-06-03", stated="99", repeats="a")]
    record(home, {"figures": rows[:1]}, **AWA)
    append(home, {"figures": rows[1:]})
    assert set(reconcile.read(home).withheld["claim"]) == {"a", "b"}
    told = preview_acceptance(home, "a", expectations=False)
    assert [one.said.claim for one in told.claims] == ["a", "b"]
    assert [(one.kind, one.after.gap) for one in told.conflicts] == [("new", 65)]
    accept(home, "a", **IBRAHIM)
    with pytest.raises(ReconcileError, match="no claim that waits"):
        preview_acceptance(home, "a")


def test_a_look_at_the_events_of_a_claim_tells_the_conflicts_of_the_whole_ledger(tmp_path):
    strayed = claim("strayed", source="residents", repeats="market--residents--1", low=300)
    home = ledger_at(tmp_path, figures=[*base("figures"), strayed])
    rows = [
        claim("opens", source="jnim", stated="90 dead", low=90, high=90),
        claim("again", source="jnim", stated="90 killed", repeats="opens", low=90, high=90),
        claim("mends", source="jnim", stated="34 dead", supersedes="opens", low=34, high=34),
    ]
    record(home, {"figures": rows}, **AWA)
    accept(home, "again", **IBRAHIM)
    kinds = []
    for name in ("opens", "mends"):
        whole = preview_acceptance(home, name, expectations=False)
        ledger = reconcile.read(home)
        told = acceptance(ledger, connect_unfilled(ledger), name)
        assert [one for one in told if one.between is None] == list(whole.conflicts)
        assert [one for one in told if one.between] == list(whole.gaps)
        kinds.append({one.kind for one in told})
        accept(home, name, **IBRAHIM)
    assert kinds == [{"new"}, {"settled"}]


def _accept_all(home, names, by, won):
    for name in names:
        try:
            accept(home, name, **(IBRAHIM | {"by": by}))
        except OutOfTurn:
            continue
        won.put((name, by))


def test_of_several_who_act_at_once_each_claim_has_one(tmp_path):
    names = [f"c{at}" for at in range(5)]
    home = ledger_at(tmp_path)
    record(home, {"figures": [claim(name, stated=f"w{name}") for name in names]}, **AWA)
    won = FORK.Queue()
    people = ("Ibrahim", "Moussa", "Fatou")
    writers = [FORK.Process(target=_accept_all, args=(home, names, by, won)) for by in people]
    for writer in writers:
        writer.start()
    told = sorted(won.get(timeout=60) for _ in names)
    for writer in writers:
        writer.join()
    assert won.empty() and [name for name, _ in told] == names
    ledger = reconcile.read(home)
    assert ledger.findings == () and len(ledger.tables["journal"]) == 10
    assert [(name, history(ledger, name)[-1].by) for name in names] == told


def _record_until_killed(home, first, acknowledged):
    at = first
    while True:
        record(home, {"figures": [claim(f"k{at}", stated=f"word {at}")]}, **AWA)
        os.write(acknowledged, f"k{at}\n".encode())
        at += 1


def test_a_writer_killed_at_any_time_loses_nothing_and_leaves_nothing_half(tmp_path):
    home = ledger_at(tmp_path)
    chance = random.Random(8)
    acknowledged = set()
    for at in range(200 if SOAKING else 10):
        reading, writing = os.pipe()
        writer = FORK.Process(target=_record_until_killed, args=(home, at * 1000, writing))
        writer.start()
        os.close(writing)
        if chance.random() < 0.5:
            acknowledged.add(os.read(reading, 100).decode().strip())
        time.sleep(chance.uniform(0, 0.5))
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        with os.fdopen(reading) as told:
            acknowledged |= set(told.read().split())
        claims = set(reconcile.read(home).tables["figures"]["claim"])
        assert not {one for one in claims if one.startswith("k")}
    record(home, {"figures": [claim("last")]}, **AWA)
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    assert len(acknowledged) > 3 and acknowledged <= set(ledger.withheld["claim"])
    left = [path.name for path in (home / "claims").iterdir() if path.name.startswith(".")]
    assert left == []


STEPS = ["journal.csv", "figures.csv", "documents.csv"]


def _die_at(home, step, after):
    """Record, and be killed at the rename of a file, before it or after."""
    renamed, last = os.replace, (home / "claims" / step).resolve()

    def dying(old, new):
        if not after and new == last:
            os.kill(os.getpid(), signal.SIGKILL)
        renamed(old, new)
        if new == last:
            os.kill(os.getpid(), signal.SIGKILL)

    os.replace = dying
    rows = {"documents": [document("new-2025")], "figures": [claim("a", document="new-2025")]}
    record(home, rows, **AWA)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_what_a_dead_writer_began_is_finished_by_the_next(tmp_path, step, after):
    home = ledger_at(tmp_path)
    writer = FORK.Process(target=_die_at, args=(home, step, after))
    writer.start()
    writer.join()
    assert writer.exitcode == -signal.SIGKILL
    assert "a" not in counted(home)
    assert (home / "claims" / ".unfinished.json").is_file()
    accept(home, "a", **AWA)
    assert "a" in counted(home)
    assert reconcile.read(home).findings == ()
    assert [path.name for path in (home / "claims").iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "note",
    [
        '{"figures.csv": ".figures.csv.x.ne',
        "[1]",
        '{"../victim.csv": ".victim.csv.x.new"}',
        '{"figures.csv": "../victim.csv"}',
        '{"figures.csv": ".parties.csv.x.new"}',
    ],
)
def test_a_note_that_breaks_off_or_leads_elsewhere_moves_nothing(tmp_path, note):
    home = ledger_at(tmp_path)
    for name in ("victim.csv", ".victim.csv.x.new", "claims/.parties.csv.x.new"):
        (home / name).write_text("mine", "utf-8")
    (home / "claims" / ".unfinished.json").write_text(note, "utf-8")
    before = (home / "claims" / "figures.csv").read_bytes()
    retract(home, "bridge--army--1", **AWA)
    assert (home / "claims" / "figures.csv").read_bytes() == before
    assert (home / "victim.csv").read_text("utf-8") == "mine"
    assert not (home / "claims" / ".unfinished.json").exists()
