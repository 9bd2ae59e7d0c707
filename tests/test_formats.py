"""Findings in every format: the bytes are kept in golden/.

`GOLDEN=write make test` writes them anew; read the difference before you keep it.
"""

import datetime as dt
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from ledgers import BASE, base, claim, document, ledger_at

import reconcile
from reconcile.finding import Address, Finding, Findings, Rule, Severity, Text
from reconcile.formats import FORMATS, render
from reconcile.formats.run import Checked, Run
from reconcile.formats.text import summary
from reconcile.suite import suites

pytestmark = pytest.mark.untraced

GOLDEN = Path(__file__).parent / "golden"
TODAY = dt.date(2025, 7, 1)


def run_on(home, language="en", prefix="", expectations=True):
    ledger = reconcile.read(home)
    findings = reconcile.check(ledger, expectations=expectations, today=TODAY)
    served = {suite.relation: suite.bundled for suite in suites(home)} if expectations else None
    return Run((Checked(ledger, findings, prefix, served),), language)


@pytest.fixture(scope="module")
def found(wrong):
    """What is found in that ledger, once."""
    return run_on(wrong)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory):
    """A ledger with a fault in each room: reading, law, expectation, waivers, left out."""
    figures = [
        claim("gov", low=54, best=54, high=54),
        claim("rebels", source="jnim", low=70, best=70, high=70),
        claim("nobody", source="jmim", low=3),
        claim("backwards", low=9, high=3),
        claim("half", low="12.5"),
        claim("copy", low=54, repeats="half", document="wire-2025-06-03"),
        claim("elsewhere", event="[nowhere](x)|<b>", low=1),
        claim("bare", document="bare", source="residents", low=60),
        claim("lost", document="lost", low=61),
    ]
    waivers = [
        {
            "rule": "document-without-address",
            "relation": "documents",
            "key": "bare",
            "because": "A radio broadcast",
            "accepted_by": "Desk",
            "accepted_on": "2025-06-10",
        },
        {
            "rule": "figures-apart",
            "relation": "event_gap",
            "key": "gov;rebels",
            "because": "Both were asked",
            "accepted_by": "Desk",
            "accepted_on": "2025-06-10",
            "expires_on": "2025-06-30",
        },
    ]
    documents = [*base("documents"), document("bare", url=""), document("lost", published_on="2/6")]
    home = tmp_path_factory.mktemp("wrong")
    return ledger_at(home, figures=figures, documents=documents, waivers=waivers)


def same_as(name, told):
    """Whether `told` is what golden/`name` holds."""
    if "GOLDEN" in os.environ:
        (GOLDEN / name).write_text(told, "utf-8")
    assert told == (GOLDEN / name).read_text("utf-8")


def test_a_ledger_without_faults_is_told_so():
    run = run_on(BASE)
    for name in FORMATS:
        same_as(f"base.{name}", render(name, run))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_fault_is_told(name, language, found):
    told = render(name, replace(found, language=language))
    same_as(f"wrong-{language}.{name}", told)


def test_the_same_ledger_gives_the_same_bytes(found, wrong):
    again = run_on(wrong)
    for name in FORMATS:
        assert render(name, again) == render(name, found)


def test_the_findings_stand_in_the_order_of_the_files(found):
    places = [one.finding.at for one in found.items]
    assert places == sorted(places)


def test_an_address_can_be_clicked_from_where_the_user_is(found):
    (checked,) = found.checked
    there = replace(found, checked=(replace(checked, prefix="my/ledger/"),))
    closing = len(summary(there))
    lines = render("text", there).splitlines()
    for line in lines[:-closing]:
        assert re.match(r"(    rests on )?my/ledger/claims/\S+\.csv", line)
    for one in json.loads(render("json", there))["findings"]:
        assert one["at"]["file"].startswith("my/ledger/claims/")


def test_rows_are_conserved_in_the_summary(found, wrong):
    ledger = found.checked[0].ledger
    told = json.loads(render("json", found))["summary"]
    files = [*(wrong / "claims").glob("*.csv")]
    records = sum(len(file.read_text("utf-8").splitlines()) - 1 for file in files)
    lawful = sum(len(frame) for frame in ledger.tables.values())
    assert told["records"] == records
    assert told["refused"] + sum(told["left_out"].values()) + lawful == records
    assert told["waived"] == 1


def test_without_expectations_the_summary_says_so(wrong):
    run = run_on(wrong, expectations=False)
    assert "expectations were not put" in render("text", run)
    assert json.loads(render("json", run))["summary"]["suites"] is None


HOSTILE = "\x1b[31m red \u202e |<b>`\n::error::\u2028 {x} 'é'"


@pytest.fixture(scope="module")
def hostile():
    """A run with one finding whose every text is hostile."""
    text = Text("{value}", "{value}")
    rule = Rule("a-rule", Severity.ERROR, text, text, text, text)
    at = Address(f"claims/{HOSTILE}.csv", 3)
    finding = Finding(rule, "figures", (HOSTILE,), at, {"value": HOSTILE}, (at,))
    return Run((Checked(reconcile.read(BASE), Findings.of([finding])),))


def test_hostile_text_stays_on_its_line(hostile):
    told = render("text", hostile)
    finding, rests, *_ = told.splitlines()
    assert finding.startswith(
        "claims/\\x1b[31m red \\u202e |<b>`\\n::error::\\u2028 {x} 'é'.csv:3:"
    )
    assert finding.endswith("[a-rule]")
    assert rests.startswith("    rests on claims/\\x1b")
    assert not {"\x1b", "\u202e", "\u2028"} & set(told)


def test_hostile_text_stays_in_its_string(hostile):
    told = render("json", hostile)
    assert told.isascii()
    (finding,) = json.loads(told)["findings"]
    assert finding["message"] == HOSTILE
    assert finding["key"] == [HOSTILE]
    assert finding["at"] == {"file": f"claims/{HOSTILE}.csv", "line": 3}


def test_a_format_that_is_not_there_is_a_key_error(hostile):
    with pytest.raises(KeyError):
        render("sarif?", hostile)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "0 errors, 0 warnings, 0 notes"), ("fr", "0 erreur, 0 avertissement, 0 remarque")],
)
def test_nothing_found_is_counted_as_each_language_counts(language, told):
    assert summary(run_on(BASE, language, expectations=False))[0] == told
