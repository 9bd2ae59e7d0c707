"""Findings as one JSON document, for programs."""

from __future__ import annotations

import json

from reconcile.finding import Address, Finding, Findings, Severity
from reconcile.formats.run import Run


def render(findings: Findings, run: Run) -> str:
    """`summary` and `findings`; ASCII only, so that no text can leave its string."""
    told = {
        "summary": {
            **{str(severity): findings.count(severity) for severity in Severity},
            "waived": len(findings) - len(findings.open),
            "records": run.ledger.records,
            "refused": run.ledger.refused,
            "left_out": dict(findings.left_out),
            "suites": run.suites,
        },
        "findings": [_finding(one, run) for one in findings],
    }
    return json.dumps(told, indent=2) + "\n"


def _finding(finding: Finding, run: Run) -> dict[str, object]:
    return {
        "rule": finding.rule.name,
        "severity": str(finding.severity),
        "message": finding.message_in(run.language),
        "at": _address(finding.at, run),
        "also": [_address(one, run) for one in finding.also],
        "relation": finding.relation,
        "key": list(finding.key),
        "waiver_key": ";".join(finding.key),
        "fingerprint": finding.fingerprint,
        "checked_by": finding.checked_by,
        "waived_by": None if finding.waived_by is None else _address(finding.waived_by, run),
    }


def _address(address: Address, run: Run) -> dict[str, object]:
    return {"file": run.prefix + address.file, "line": address.line or None}
