"""Findings as lines that an editor jumps to: `file:line: severity: message [rule]`."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.escape import log
from reconcile.finding import Severity
from reconcile.formats.run import Checked, Item, Run


def render(run: Run) -> str:
    """Every finding on a line of its own, what it rests on below it, a summary at the end."""
    lines = [line for one in run.items for line in lines_of(one, run.language)]
    return "\n".join([*lines, *summary(run)]) + "\n"


def lines_of(item: Item, language: str) -> list[str]:
    """The lines of one finding."""
    finding = item.finding
    message = finding.message_in(language)
    lines = [log(f"{item.here(finding.at)}: {item.severity}: {message} [{finding.rule.name}]")]
    rests = {"en": "rests on", "fr": "repose sur"}[language]
    return lines + [f"    {rests} {log(item.here(one))}" for one in finding.also]


def summary(run: Run) -> list[str]:
    """How much was found, waived, left out and read, workspace by workspace."""
    if len(run.checked) == 1:
        return list(_summary(run.checked[0], run.language))
    lines = []
    for one in run.checked:
        lines += [log(one.name), *(f"  {line}" for line in _summary(one, run.language))]
    told = _WORDS[run.language]["total"]
    return [*lines, told.format(count=len(run.checked), counts=counts(run))]


def counts(run: Run) -> str:
    """The counts of a run in words, as "1 error, 0 warnings, 3 notes"."""
    return _counts({severity: run.count(severity) for severity in Severity}, run.language)


def _counts(told: dict[Severity, int], language: str) -> str:
    ordered = sorted(Severity, reverse=True)
    return ", ".join(_count(told[severity], str(severity), language) for severity in ordered)


def _summary(one: Checked, language: str) -> Iterator[str]:
    say = _WORDS[language]
    waived = _count(one.waived, "finding", language)
    accepted = say["waived"].format(waived) if one.waived else ""
    found = {severity: one.findings.count(severity) for severity in Severity}
    yield _counts(found, language) + accepted
    yield say["read"].format(
        records=_count(one.ledger.records, "record", language),
        files=_count(len(one.ledger.counts), "file", language),
        refused=one.ledger.refused,
    )
    if left_out := one.findings.left_out:
        told = ", ".join(f"{count} ({table})" for table, count in left_out.items())
        yield say["left_out"].format(told)
    if withheld := one.withheld:
        told = ", ".join(f"{count} {say[state]}" for state, count in withheld.items())
        yield say["withheld"].format(told)
    if one.suites is None:
        yield say["not_put"]
    else:
        own = sum(not bundled for bundled in one.suites.values())
        relations = _count(len(one.suites), "relation", language)
        yield say["put"].format(relations=relations, bundled=len(one.suites) - own, own=own)


_WORDS = {
    "en": {
        **{name: name for name in ("error", "warning", "note", "finding")},
        **{name: name for name in ("record", "file", "relation")},
        "waived": "; {} waived",
        "read": "{records} in {files}, {refused} refused",
        "left_out": "left out because what they refer to was refused: {}",
        "withheld": "claims that do not count: {}",
        "waiting": "to be reviewed",
        "retracted": "retracted",
        "in-doubt": "whose journal is broken",
        "repeating": "repeating one of these",
        "not_put": "expectations were not put",
        "put": "expectations put to {relations}: {bundled} bundled, {own} of this workspace",
        "total": "{count} workspaces: {counts}",
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
        "read": "{records} dans {files}, refus : {refused}",
        "left_out": "laissés de côté, ce à quoi ils renvoient ayant été refusé : {}",
        "withheld": "affirmations qui ne comptent pas : {}",
        "waiting": "à examiner",
        "retracted": "rétractées",
        "in-doubt": "au journal rompu",
        "repeating": "reprenant l'une d'elles",
        "not_put": "les attentes n'ont pas été appliquées",
        "put": "attentes appliquées à {relations} : {bundled} d'origine, {own} de cet espace de"
        " travail",
        "total": "{count} espaces de travail : {counts}",
    },
}


def _count(number: int, noun: str, language: str) -> str:
    alone = (0, 1) if language == "fr" else (1,)
    return f"{number} {_WORDS[language][noun]}{'' if number in alone else 's'}"
