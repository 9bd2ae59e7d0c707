"""Findings as lines that an editor jumps to: `file:line: severity: message [rule]`."""

from __future__ import annotations

from reconcile.escape import terminal
from reconcile.finding import Finding, Findings, Severity
from reconcile.formats.run import Run


def render(findings: Findings, run: Run) -> str:
    """Every finding on a line of its own, what it rests on below it, a summary at the end."""
    lines = [line for one in findings.open for line in lines_of(one, run)]
    return "\n".join([*lines, *summary(findings, run)]) + "\n"


def lines_of(finding: Finding, run: Run) -> list[str]:
    """The lines of one finding."""
    told = terminal(finding.message_in(run.language))
    where = terminal(f"{run.prefix}{finding.at}")
    lines = [f"{where}: {finding.severity}: {told} [{finding.rule.name}]"]
    rests = {"en": "rests on", "fr": "repose sur"}[run.language]
    return lines + [f"    {rests} {terminal(run.prefix + str(one))}" for one in finding.also]


def summary(findings: Findings, run: Run) -> list[str]:
    """How much was found, waived, left out and read."""
    counts = [
        _count(findings.count(severity), str(severity))
        for severity in sorted(Severity, reverse=True)
    ]
    waived = len(findings) - len(findings.open)
    tested = run.suites or {}
    own = sum(not bundled for bundled in tested.values())
    lines = [
        f"{', '.join(counts)}" + (f"; {_count(waived, 'finding')} waived" if waived else ""),
        f"{_count(run.records, 'record')} in {_count(len(run.ledger.counts), 'file')}, "
        f"{run.refused} refused",
    ]
    if findings.left_out:
        told = ", ".join(f"{count} of {table}" for table, count in findings.left_out.items())
        lines.append(f"left out because what they refer to was refused: {told}")
    if run.suites is None:
        lines.append("expectations were not put")
    else:
        lines.append(
            f"expectations put to {_count(len(tested), 'relation')}: "
            f"{len(tested) - own} bundled, {own} of this workspace"
        )
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
