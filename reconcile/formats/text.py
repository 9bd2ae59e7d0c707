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
    say = _WORDS[run.language]
    counts = [
        _count(findings.count(severity), say[str(severity)])
        for severity in sorted(Severity, reverse=True)
    ]
    waived = len(findings) - len(findings.open)
    accepted = _count(waived, say["finding"])
    tested = run.suites or {}
    own = sum(not bundled for bundled in tested.values())
    lines = [
        ", ".join(counts) + (say["waived"].format(accepted) if waived else ""),
        say["read"].format(
            records=_count(run.ledger.records, say["record"]),
            files=_count(len(run.ledger.counts), say["file"]),
            refused=run.ledger.refused,
        ),
    ]
    if findings.left_out:
        told = ", ".join(f"{count} ({table})" for table, count in findings.left_out.items())
        lines.append(say["left_out"].format(told))
    if run.suites is None:
        lines.append(say["not_put"])
    else:
        relations = _count(len(tested), say["relation"])
        lines.append(say["put"].format(relations=relations, bundled=len(tested) - own, own=own))
    return lines


_WORDS = {
    "en": {
        **{name: name for name in ("error", "warning", "note", "finding")},
        **{name: name for name in ("record", "file", "relation")},
        "waived": "; {} waived",
        "read": "{records} in {files}, {refused} refused",
        "left_out": "left out because what they refer to was refused: {}",
        "not_put": "expectations were not put",
        "put": "expectations put to {relations}: {bundled} bundled, {own} of this workspace",
    },
    "fr": {
        "error": "erreur",
        "warning": "avertissement",
        "note": "remarque",
        "finding": "constat",
        "record": "enregistrement",
        "file": "fichier",
        "relation": "relation",
        "waived": " ; {} sous dispense",
        "read": "{records} dans {files}, {refused} refusés",
        "left_out": "laissés de côté, ce à quoi ils renvoient ayant été refusé : {}",
        "not_put": "les attentes n'ont pas été posées",
        "put": "attentes posées à {relations} : {bundled} livrées, {own} de cet espace de travail",
    },
}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
