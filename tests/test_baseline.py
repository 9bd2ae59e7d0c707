"""What is found today is accepted, what is new fails, and the list of what is accepted shrinks."""

import datetime as dt

import pytest
from ledgers import BASE, base, claim, ledger_at
from test_rules import FOUND, RULES
from typer.testing import CliRunner

import reconcile
from reconcile.baseline import accept, matching, prune
from reconcile.cli import app
from reconcile.finding import Address, Finding, ReconcileError
from reconcile.suite import suites

DAY = dt.date(2025, 7, 1)
BROKEN = [claim("a", low=9, high=3), claim("b", source="amry"), claim("c", low="few")]
ARMY = claim("army-1", stated="34 soldiers")
JNIM = claim("jnim-1", source="jnim", stated="60 soldiers")
APART = {"rule": "figures-apart", "relation": "event_gap", "because": "so", "accepted_by": "me"}
APART |= {"accepted_on": "2025-07-01", "key": "army-1;jnim-1"}


def found(home, today=DAY):
    ledger = reconcile.read(home)
    return ledger, reconcile.check(ledger, expectations=False, today=today)


def accepted(home, today=DAY, **more):
    ledger, findings = found(home, today)
    return accept(ledger, findings, by="A desk", because="Known", on=today, **more)


def lines(home, name="waivers"):
    return (home / "claims" / f"{name}.csv").read_text("utf-8").splitlines()


def test_a_baseline_is_sorted_one_line_each_with_who_why_and_until_when(tmp_path):
    home = ledger_at(tmp_path, figures=BROKEN)
    written = accepted(home, until=dt.date(2025, 12, 31))

    assert [str(one) for one in written] == [f"claims/waivers.csv:{at}" for at in (2, 3, 4)]
    rows = lines(home)[1:]
    assert rows == sorted(rows)
    assert [row.split(",")[0] for row in rows] == [
        "not-a-whole-number",
        "reversed-interval",
        "unknown-reference",
    ]
    for row in rows:
        assert row.endswith(",Known,A desk,2025-07-01,2025-12-31")


def test_after_a_baseline_only_what_is_new_is_open(tmp_path):
    home = ledger_at(tmp_path, figures=BROKEN)
    accepted(home)
    assert found(home)[1].open == ()

    new = claim("d", low=-1, best=-1)
    (home / "claims" / "figures.csv").unlink()
    again = ledger_at(tmp_path / "again", figures=[new, *BROKEN])
    (again / "claims" / "waivers.csv").write_text("\n".join(lines(home)) + "\n", "utf-8")
    assert {one.key for one in found(again)[1].open} == {("d", "low"), ("d", "best")}


def test_a_second_baseline_writes_nothing(tmp_path):
    home = ledger_at(tmp_path, figures=BROKEN)
    accepted(home)
    before = lines(home)
    assert accepted(home) == ()
    assert lines(home) == before


def test_waiving_a_law_by_a_baseline_admits_no_row(tmp_path):
    home = ledger_at(tmp_path, figures=BROKEN)
    accepted(home)
    assert reconcile.read(home).tables["figures"].empty


def test_rows_alike_share_one_waiver(tmp_path):
    party = {"party": "mali", "side": "government", "country": "ML", "name": "Mali"}
    home = ledger_at(tmp_path, parties=[*base("parties"), party, party])
    assert len(found(home)[1].open) == 2
    assert len(accepted(home)) == 1
    assert found(home)[1].open == ()


def test_what_every_rule_finds_can_be_named_in_a_waiver(tmp_path):
    at = Address("claims/figures.csv", 2)
    told = [
        Finding(RULES[name], one["relation"], tuple(one["key"]), at)
        for name, one in FOUND.items()
        if RULES[name].room != "waiver"
    ]
    ledger = reconcile.read(ledger_at(tmp_path))
    accept(ledger, told, by="A desk", because="Known", on=DAY)
    again = reconcile.read(tmp_path)
    assert not again.findings and len(told) > 60
    written = again.tables["waivers"][["rule", "relation", "key"]].itertuples(index=False)
    assert {tuple(one) for one in written} == {
        (one.rule.name, one.relation, one.waiver_key) for one in told
    }


def test_a_faulty_waiver_is_never_accepted_but_pruned(tmp_path):
    waiver = APART | {"rule": "reversed-interval", "relation": "figures", "key": "a"}
    waivers = [waiver, waiver | {"key": "gone"}, APART, waiver | {"expires_on": "2025-06-01"}]
    home = ledger_at(tmp_path, figures=BROKEN[:1], waivers=waivers)
    before = lines(home)
    ledger, findings = found(home)
    assert sorted(one.rule.name for one in findings.open) == ["expired-waiver", "idle-waiver"]
    assert accepted(home) == ()

    gone = prune(ledger, findings)
    assert [str(one) for one in gone] == ["claims/waivers.csv:3", "claims/waivers.csv:5"]
    assert lines(home) == [before[0], before[1], before[3]]
    assert prune(*found(home)) == ()


def test_a_check_of_the_laws_alone_finds_no_waiver_of_an_expectation_idle(tmp_path):
    stale = APART | {"rule": "reversed-interval", "relation": "figures", "key": "gone"}
    home = ledger_at(tmp_path, figures=[ARMY, JNIM], waivers=[APART, stale])
    assert [str(one.at) for one in found(home)[1].open] == ["claims/waivers.csv:3"]


@pytest.mark.parametrize(
    ("asked", "idle"), [({}, 1), ({"as_of": "2025-06-01"}, 0), ({"codebook": "isaf"}, 0)]
)
def test_only_all_that_is_said_in_its_plain_meaning_finds_a_waiver_idle(
    tmp_path, monkeypatch, asked, idle
):
    monkeypatch.setattr("reconcile.suite.suites", lambda home: [])
    home = ledger_at(tmp_path, figures=[ARMY], waivers=[APART])
    ledger = reconcile.read(home)
    findings = reconcile.check(ledger, reconcile.connect(ledger, **asked))
    assert sum(one.rule.name == "idle-waiver" for one in findings) == idle


def test_a_folder_of_waivers_gets_a_file_of_its_own_for_the_baseline(tmp_path):
    waiver = APART | {"rule": "reversed-interval", "relation": "figures", "key": "a"}
    home = ledger_at(
        tmp_path, figures=BROKEN, waivers={"desk": [waiver], "field": [waiver | {"key": "z"}]}
    )
    assert {one.file for one in accepted(home)} == {"claims/waivers/baseline.csv"}
    assert [one.rule.name for one in found(home)[1].open] == ["idle-waiver"]


def test_a_finding_is_named_by_its_fingerprint_or_its_place(tmp_path):
    home = ledger_at(tmp_path, figures=[*BROKEN, claim("e", low=-1, best=-1)])
    _, findings = found(home)
    one = findings.open[0]
    assert matching(findings, one.fingerprint) == [one]
    assert matching(findings, str(one.at)) == [one]
    assert matching(findings, f"my/ledger/{one.at}") == [one]
    assert matching(findings, f"my{one.at}") == []
    assert len(matching(findings, "claims/figures.csv:5")) == 2
    assert matching(findings, "claims/figures.csv:5", "reversed-interval") == []
    accepted(home)
    assert matching(found(home)[1], one.fingerprint) == []


def test_what_cannot_be_written_leaves_the_waivers_as_they_are(tmp_path):
    home = ledger_at(tmp_path, figures=BROKEN)
    ledger, findings = found(home)
    with pytest.raises(ReconcileError, match="because holds U\\+000A"):
        accept(ledger, findings, by="me", because="two\nlines", on=DAY)
    assert not (home / "claims" / "waivers.csv").exists()


# The commands


@pytest.fixture
def of_gaps(monkeypatch):
    """Expectations of the gaps alone, which is quicker than all."""
    few = [one for one in suites(BASE) if one.relation == "event_gap"]
    monkeypatch.setattr("reconcile.suite.suites", lambda home: few)


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_commands_waive_one_then_all_and_prune_what_is_gone(tmp_path, of_gaps):
    figures = [ARMY, JNIM, claim("x", source="amry")]
    home = ledger_at(tmp_path, figures=figures)
    why = ("-w", home, "--who", "A desk", "--why", "Both printed")
    told = run("waive", f"{home}/claims/figures.csv:3", "figures-apart", *why)
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr == f"waived 1 finding, from {home}/claims/waivers.csv:2 on\n"
    assert lines(home)[1].startswith("figures-apart,event_gap,army-1;jnim-1,Both printed,A desk,")

    told = run("baseline", *why, "--until", "2999-01-01")
    assert told.stderr == f"waived 1 finding, from {home}/claims/waivers.csv:3 on\n"
    assert lines(home)[2].endswith(",2999-01-01")

    ledger_at(tmp_path / "other", figures=figures[:2])
    (home / "claims" / "figures.csv").write_bytes(
        (tmp_path / "other" / "claims" / "figures.csv").read_bytes()
    )
    told = run("baseline", "--prune", "-w", home)
    assert told.stderr == f"took out 1 waiver, the first from {home}/claims/waivers.csv:3\n"
    assert len(lines(home)) == 2
    told = run("check", home, "--fail-on", "note")
    assert told.exit_code == 0
    assert told.stdout.startswith("0 errors, 0 warnings, 0 notes; 1 finding waived\n")
    assert run("baseline", *why).stderr == "waived nothing: there is nothing to do\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["baseline"], "says who"),
        (["baseline", "--who", "me"], "says who accepts it and why"),
        (["waive", "x", "--who", " ", "--why", "y"], "says who"),
        (["waive", "x", "--who", "me", "--why", "y"], "no open finding is x"),
        (["waive", "claims/figures.csv:2", "--who", "me", "--why", "y"], "2 findings are claims/"),
        (["baseline", "--who", "me", "--why", "y", "--until", "1/2/2026"], "--until"),
    ],
)
def test_a_waiver_without_who_why_or_one_finding_is_refused(tmp_path, of_gaps, arguments, why):
    home = ledger_at(tmp_path, figures=[claim("a", low=-1, best=-1)])
    told = run(*arguments, "-w", home)
    said = told.stderr + str(told.exception)
    assert told.exit_code and why in said
    assert not (home / "claims" / "waivers.csv").exists()
