"""Accepted findings, and the fingerprints by which a finding is known again."""

import datetime as dt
from collections import Counter

import pytest
from ledgers import Connected, base, claim, ledger_at

import reconcile
from reconcile.bundled import content
from reconcile.finding import Severity

pytestmark = pytest.mark.untraced

WRONG = claim("a", low=9, high=3)
WAIVER = {
    "rule": "reversed-interval",
    "relation": "figures",
    "key": "a",
    "because": "The page has it so",
    "accepted_by": "An analyst",
    "accepted_on": "2025-07-01",
}
FIRST, LAST, AFTER = dt.date(2025, 7, 1), dt.date(2025, 12, 31), dt.date(2026, 1, 1)


def told(home, today=None, **options):
    findings = reconcile.check(reconcile.read(home), expectations=False, today=today, **options)
    return {
        one.rule.name: None if one.waived_by is None else str(one.waived_by) for one in findings
    }


def test_an_accepted_finding_is_kept_and_marked_with_its_waiver(tmp_path):
    home = ledger_at(tmp_path, figures=[WRONG], waivers=[WAIVER])

    assert told(home) == {"reversed-interval": "claims/waivers.csv:2"}
    findings = reconcile.check(reconcile.read(home), expectations=False)
    assert len(findings) == 1
    assert findings.open == ()
    assert findings.count(Severity.ERROR) == 0
    assert not findings.reach(Severity.NOTE)


def test_waiving_a_law_admits_no_row(tmp_path):
    ledger = reconcile.read(ledger_at(tmp_path, figures=[WRONG], waivers=[WAIVER]))

    assert ledger.tables["figures"].empty
    reconcile.check(ledger, expectations=False)
    assert ledger.tables["figures"].empty


def test_waiving_a_law_admits_no_row_to_the_views(tmp_path):
    ledger = reconcile.read(ledger_at(tmp_path, figures=[WRONG], waivers=[WAIVER]))

    assert Connected(ledger).execute("SELECT COUNT(*) FROM claim").fetchone() == (0,)


@pytest.mark.parametrize(
    "other",
    [{"rule": "claim-twice"}, {"relation": "claim"}, {"key": "b"}, {"key": "a;low"}, {"key": "A"}],
)
def test_a_waiver_of_another_finding_accepts_nothing(tmp_path, other):
    home = ledger_at(tmp_path, figures=[WRONG], waivers=[WAIVER | other])

    assert told(home) == {"reversed-interval": None, "idle-waiver": None}


def test_a_waiver_of_a_finding_that_is_gone_is_idle(tmp_path):
    home = ledger_at(tmp_path, figures=[claim("a", low=3, high=9)], waivers=[WAIVER])

    assert told(home) == {"idle-waiver": None}


@pytest.mark.parametrize("today", [None, FIRST, LAST])
def test_a_waiver_holds_to_its_last_day_and_for_ever_without_a_clock(tmp_path, today):
    home = ledger_at(tmp_path, figures=[WRONG], waivers=[WAIVER | {"expires_on": LAST}])

    assert told(home, today) == {"reversed-interval": "claims/waivers.csv:2"}


def test_a_waiver_past_its_last_day_opens_the_finding_again(tmp_path):
    home = ledger_at(tmp_path, figures=[WRONG], waivers=[WAIVER | {"expires_on": LAST}])

    assert told(home, AFTER) == {"reversed-interval": None, "expired-waiver": None}
    findings = reconcile.check(reconcile.read(home), expectations=False, today=AFTER)
    assert findings.reach(Severity.ERROR)
    (expired,) = [one for one in findings if one.rule.name == "expired-waiver"]
    assert str(expired.at) == "claims/waivers.csv:2"
    assert expired.severity is Severity.WARNING
    assert "2025-12-31" in expired.message


def test_a_waiver_without_a_last_day_does_not_expire(tmp_path):
    home = ledger_at(tmp_path, figures=[WRONG], waivers=[WAIVER])

    assert told(home, dt.date(9999, 12, 31)) == {"reversed-interval": "claims/waivers.csv:2"}


def test_a_renewed_waiver_stands_beside_the_expired_one(tmp_path):
    waivers = [WAIVER | {"expires_on": LAST}, WAIVER | {"accepted_on": AFTER}]

    home = ledger_at(tmp_path, figures=[WRONG], waivers=waivers)

    assert told(home, AFTER)["reversed-interval"] == "claims/waivers.csv:3"


def test_one_finding_is_waived_and_its_neighbour_is_not(tmp_path):
    figures = [claim("a", low=-1, best=-1), claim("b")]
    waiver = WAIVER | {"rule": "negative-figure", "key": "a;low"}

    findings = reconcile.check(
        reconcile.read(ledger_at(tmp_path, figures=figures, waivers=[waiver])), expectations=False
    )

    assert [(one.key, one.waived_by is not None) for one in findings] == [
        (("a", "best"), False),
        (("a", "low"), True),
    ]


def test_every_finding_can_be_waived_by_what_it_prints(tmp_path):
    figures = [
        claim("a", low=9, high=3),
        claim("b", source="amry"),
        claim("c", low="few"),
        claim("d"),
        claim("d"),
    ]
    waivers = [
        WAIVER | {"rule": one.rule.name, "relation": one.relation, "key": ";".join(one.key)}
        for one in reconcile.check(
            reconcile.read(ledger_at(tmp_path, figures=figures)), expectations=False
        )
    ]

    home = ledger_at(tmp_path, figures=figures, waivers=waivers)

    assert len(waivers) == 4
    assert reconcile.check(reconcile.read(home), expectations=False).open == ()


def test_an_expectation_is_waived_by_the_claims_that_prove_it(tmp_path):
    figures = [
        claim("army-1", stated="34 soldiers", low=34, best=34, high=34),
        claim("jnim-1", source="jnim", stated="40 soldiers", low=40, best=40, high=40),
    ]
    waiver = WAIVER | {"rule": "figures-apart", "relation": "event_gap", "key": "army-1;jnim-1"}

    findings = reconcile.check(
        reconcile.read(ledger_at(tmp_path, figures=figures, waivers=[waiver]))
    )

    assert {one.rule.name: str(one.waived_by) for one in findings} == {
        "figures-apart": "claims/waivers.csv:2"
    }


def test_a_new_contradiction_in_a_waived_cell_is_new(tmp_path):
    figures = [
        claim("army-1", stated="34 soldiers", low=34, best=34, high=34),
        claim("jnim-1", source="jnim", stated="40 soldiers", low=40, best=40, high=40),
        claim(
            "jnim-2",
            source="jnim",
            stated="45 soldiers",
            low=45,
            best=45,
            high=45,
            supersedes="jnim-1",
        ),
    ]
    waiver = WAIVER | {"rule": "figures-apart", "relation": "event_gap", "key": "army-1;jnim-1"}

    findings = reconcile.check(
        reconcile.read(ledger_at(tmp_path, figures=figures, waivers=[waiver]))
    )

    assert {one.rule.name: one.waived_by for one in findings} == {
        "figures-apart": None,
        "idle-waiver": None,
    }


def test_a_waiver_is_held_to_the_laws_too(tmp_path):
    waivers = [WAIVER | {"because": "", "expires_on": "31/12/2025"}]

    home = ledger_at(tmp_path, figures=[WRONG], waivers=waivers)

    assert told(home) == {
        "reversed-interval": None,
        "empty-required-cell": None,
        "date-not-iso": None,
    }


# Fingerprints

BROKEN = [
    claim("a", low=9, high=3),
    claim("b", source="amry"),
    claim("c", low="few"),
    claim("d"),
    claim("d", low=4),
]


def fingerprints(home):
    findings = reconcile.check(reconcile.read(home), expectations=False)
    return {one.fingerprint for one in findings}


@pytest.mark.parametrize("above", [1, 5, 12])
def test_rows_inserted_above_change_no_fingerprint(tmp_path, above):
    before = fingerprints(ledger_at(tmp_path, figures=BROKEN))
    after = fingerprints(ledger_at(tmp_path, figures=base("figures")[:above] + BROKEN))

    assert len(before) == 4
    assert after == before


def test_a_finding_keeps_its_fingerprint_in_another_file(tmp_path):
    assert fingerprints(ledger_at(tmp_path, figures=BROKEN)) == fingerprints(
        ledger_at(tmp_path, figures={"2024": BROKEN[:2], "2025": BROKEN[2:]})
    )


def test_empty_lines_and_another_order_of_columns_change_no_fingerprint_of_a_law(tmp_path):
    text = "claim,event,source,document,asserted_on,measure,victims,stated,high,low\n"
    text += "\n\na,bridge-2025-06-01,army,gazette-2025-06-02,2025-06-02,killed,soldiers,wa,3,9\n"

    assert fingerprints(ledger_at(tmp_path, figures=text)) == fingerprints(
        ledger_at(tmp_path, figures=[WRONG])
    )


def test_no_two_findings_of_the_shipped_ledger_share_a_fingerprint():
    findings = reconcile.check(reconcile.read(content("claims").parent))

    counted = Counter(one.fingerprint for one in findings)
    assert [one for one, times in counted.items() if times > 1] == []
    assert all(len(one) == 16 for one in counted)
