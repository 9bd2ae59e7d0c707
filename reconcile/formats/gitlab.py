"""Findings as a Code Quality report of GitLab."""

from __future__ import annotations

import json

from reconcile.escape import terminal
from reconcile.finding import Severity
from reconcile.formats.run import Item, Run

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(run: Run) -> str:
    """A list of all open findings, each with a fingerprint of its own."""
    return json.dumps([_violation(one, run.language) for one in run.items], indent=1) + "\n"


def _violation(item: Item, language: str) -> dict[str, object]:
    finding = item.finding
    return {
        "description": terminal(finding.message_in(language)),
        "check_name": finding.rule.name,
        "fingerprint": item.mark,
        "severity": _SEVERITIES[item.severity],
        "location": {
            "path": terminal(item.file(finding.at)),
            "lines": {"begin": finding.at.line or 1},
        },
    }
