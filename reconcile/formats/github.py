"""Findings as workflow commands of GitHub Actions: annotations on the lines of a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconcile.escape import log
from reconcile.finding import Address, Severity
from reconcile.formats import text
from reconcile.formats.run import Item, Run

SHOWN = 10
"""How many annotations of one kind GitHub shows a step; it drops the rest without a word."""

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_WORDS = {
    "en": {
        "rests": "rests on",
        "all": "all findings",
        "left": "{left} of {all} findings are not annotated: {why}. All of them stand in the log.",
        "many": "{count} because GitHub shows {shown} of a kind",
        "elsewhere": "{count} because the change did not touch their lines",
    },
    "fr": {
        "rests": "repose sur",
        "all": "tous les constats",
        "left": "{left} constats sur {all} ne sont pas annotés : {why}. Tous figurent au journal.",
        "many": "{count} parce que GitHub en montre {shown} par sorte",
        "elsewhere": "{count} parce que la modification n'a pas touché leurs lignes",
    },
}


def render(run: Run) -> str:
    """Annotations as many as GitHub shows, how many were left out, then every finding as text."""
    say = _WORDS[run.language]
    touched = [(one, at) for one in run.severest() if (at := one.touched) is not None]
    shown: Counter[Severity] = Counter()
    lines = []
    for one, at in touched:
        shown[one.severity] += 1
        # One notice is kept for what is left out.
        if shown[one.severity] <= SHOWN - (one.severity is Severity.NOTE):
            lines.append(_annotation(one, at, run.language))
    left_out = {"many": len(touched) - len(lines), "elsewhere": len(run.items) - len(touched)}
    if any(left_out.values()):
        why = ", ".join(
            say[reason].format(count=count, shown=SHOWN)
            for reason, count in left_out.items()
            if count
        )
        told = say["left"].format(left=sum(left_out.values()), all=len(run.items), why=why)
        lines.append(_command("notice", {}, told))
    if run.items:
        findings = (line for one in run.items for line in text.lines_of(one, run.language))
        lines += [_command("group", {}, say["all"]), *findings, _command("endgroup", {}, "")]
    return "\n".join([*lines, *text.summary(run)]) + "\n"


def _annotation(item: Item, at: Address, language: str) -> str:
    finding = item.finding
    place = {"file": item.file(at), "line": str(at.line or 1), "title": finding.rule.name}
    return _command(_KINDS[item.severity], place, "\n".join(_told(item, at, language)))


def _told(item: Item, at: Address, language: str) -> Iterator[str]:
    """The message, and the other lines that the finding rests on."""
    finding = item.finding
    yield log(finding.message_in(language))
    for other in (finding.at, *finding.also):
        if other != at:
            yield f"{_WORDS[language]['rests']} {log(item.here(other))}"


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """A workflow command that nothing in its texts can end or begin anew."""
    told = ",".join(f"{key}={_property(log(value))}" for key, value in properties.items())
    return f"::{name}{' ' if told else ''}{told}::{_data(message)}"


def _data(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
