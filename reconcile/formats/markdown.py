"""Findings as Markdown, for the summary of a step or a comment on a forge."""

from __future__ import annotations

from collections import Counter

from reconcile.escape import forge
from reconcile.formats import text
from reconcile.formats.run import Item, Run

LARGEST = 1_000_000
"""Bytes of a summary; GitHub drops one above 1 MiB whole."""

_WORDS = {
    "en": {
        "title": "Check of the ledger",
        "rule": "rule",
        "severity": "severity",
        "count": "found",
        "where": "where",
        "what": "what is said",
        "rests": "; rests on",
        "says": ": ",
        "left": "{left} of {all} findings are left out here, the least severe: the page would be"
        " too large. `reconcile check` tells all.",
        "error": "error",
        "warning": "warning",
        "note": "note",
    },
    "fr": {
        "title": "Vérification du registre",
        "rule": "règle",
        "severity": "gravité",
        "count": "trouvés",
        "where": "où",
        "what": "ce qui est dit",
        "rests": " ; repose sur",
        "says": " : ",
        "left": "{left} constats sur {all} sont laissés de côté ici, les moins graves : la page"
        " serait trop grande. `reconcile check` les dit tous.",
        "error": "erreur",
        "warning": "avertissement",
        "note": "remarque",
    },
}


def render(run: Run) -> str:
    """The counts, the rules that found something, then every finding, the severest first."""
    say = _WORDS[run.language]
    lines = [f"## {say['title']}", "", f"**{text.counts(run)}**", ""]
    if run.items:
        lines += [*_rules(run, say), "", f"| {say['where']} | {say['what']} |", "| --- | --- |"]
    size = sum(len(line.encode()) + 1 for line in lines)
    rows: list[str] = []
    # The summary and the line that says what was left out come last and have room.
    room = LARGEST - size - 10_000
    for item in run.severest():
        row = _row(item, run.language)
        room -= len(row.encode()) + 1
        if room < 0:
            break
        rows.append(row)
    lines += rows
    if left := len(run.items) - len(rows):
        lines += ["", say["left"].format(left=left, all=len(run.items))]
    lines += ["", *(f"{forge(line.strip())}  " for line in text.summary(run))]
    return "\n".join(lines) + "\n"


def _rules(run: Run, say: dict[str, str]) -> list[str]:
    counted = Counter((one.severity, one.finding.rule.name) for one in run.items)
    ordered = sorted(counted.items(), key=lambda one: (-one[0][0], -one[1], one[0][1]))
    return [
        f"| {say['rule']} | {say['severity']} | {say['count']} |",
        "| --- | --- | ---: |",
        *(f"| `{rule}` | {say[str(severity)]} | {count} |" for (severity, rule), count in ordered),
    ]


def _row(item: Item, language: str) -> str:
    finding, say = item.finding, _WORDS[language]
    rests = ", ".join(forge(item.here(one)) for one in finding.also)
    message = forge(finding.message_in(language)) + (f"{say['rests']} {rests}" if rests else "")
    told = f"{say[str(item.severity)]}{say['says']}{message} `{finding.rule.name}`"
    return f"| {forge(item.here(finding.at))} | {told} |"
