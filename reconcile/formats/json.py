"""Findings as one JSON document, for programs."""

from __future__ import annotations

import json
from collections import Counter

from reconcile.finding import Address, Finding, Severity
from reconcile.formats.run import Checked, Run


def render(run: Run) -> str:
    """`summary`, `workspaces` and `findings`; ASCII only, so that no text can leave its string."""
    summaries = [_summary(one) for one in run.checked]
    told = {
        "summary": summaries[0] if len(summaries) == 1 else _total(run),
        "workspaces": [
            {"workspace": one.name, **summary}
            for one, summary in zip(run.checked, summaries, strict=True)
        ],
        "findings": [
            _finding(finding, one, run.language) for one in run.checked for finding in one.findings
        ],
    }
    return json.dumps(told, indent=2) + "\n"


def _summary(one: Checked) -> dict[str, object]:
    return {
        **{str(severity): one.findings.count(severity) for severity in Severity},
        "waived": one.waived,
        "records": one.ledger.records,
        "refused": one.ledger.refused,
        "left_out": dict(one.findings.left_out),
        "withheld": one.withheld,
        "suites": None if one.suites is None else dict(one.suites),
    }


def _total(run: Run) -> dict[str, object]:
    left_out: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    for one in run.checked:
        left_out.update(one.findings.left_out)
        withheld.update(one.withheld)
    return {
        **{str(severity): run.count(severity) for severity in Severity},
        "waived": sum(one.waived for one in run.checked),
        "records": sum(one.ledger.records for one in run.checked),
        "refused": sum(one.ledger.refused for one in run.checked),
        "left_out": dict(left_out),
        "withheld": dict(withheld),
    }


def _finding(finding: Finding, one: Checked, language: str) -> dict[str, object]:
    return {
        "rule": finding.rule.name,
        "severity": str(finding.severity),
        "message": finding.message_in(language),
        "at": _address(finding.at, one),
        "also": [_address(address, one) for address in finding.also],
        "relation": finding.relation,
        "key": list(finding.key),
        "waiver_key": finding.waiver_key,
        "fingerprint": finding.fingerprint,
        "checked_by": finding.checked_by,
        "waived_by": None if finding.waived_by is None else _address(finding.waived_by, one),
    }


def _address(address: Address, one: Checked) -> dict[str, object]:
    return {"file": one.prefix + address.file, "line": address.line or None}
