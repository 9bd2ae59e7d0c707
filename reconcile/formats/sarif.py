"""Findings as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import gzip
import json
import re
from importlib.metadata import version

from reconcile.escape import terminal, uri
from reconcile.finding import Address, Rule, Severity
from reconcile.formats.run import Item, Run

MOST = 25_000
"""Results of one run that code scanning takes; it refuses a file with more."""

LARGEST = 10_000_000
"""Bytes, compressed, that code scanning takes."""

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_MARKUP = re.compile(r"([\\\[\]])")
_LEFT_OUT = {
    "en": "{count} of {all} findings are left out, the least severe first: code scanning takes no"
    " more",
    "fr": "{count} constats sur {all} sont laissés de côté, les moins graves d'abord : l'analyse de"
    " code n'en prend pas plus",
}


def render(run: Run) -> str:
    """The open findings, the severest first where there are too many; a notification says how many
    were left out. What a waiver accepts is not in it, for code scanning would open it anew."""
    most = MOST
    told = _log(run, run.severest(most))
    while len(gzip.compress(told.encode())) > LARGEST:
        most = min(most, len(run.items)) * 9 // 10
        told = _log(run, run.severest(most))
    return told


def _log(run: Run, items: tuple[Item, ...]) -> str:
    rules = sorted({one.finding.rule for one in items}, key=lambda one: (one.name, one.message.en))
    index = {rule: at for at, rule in enumerate(rules)}
    notifications = []
    if left_out := len(run.items) - len(items):
        told = _LEFT_OUT[run.language].format(count=left_out, all=len(run.items))
        notifications.append({"level": "warning", "message": {"text": told}})
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "reconcile",
                        "version": version("claims-reconcile"),
                        "rules": [_rule(rule, run.language) for rule in rules],
                    }
                },
                "language": run.language,
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {"executionSuccessful": True, "toolExecutionNotifications": notifications}
                ],
                "results": [_result(one, index, run.language) for one in items],
                "properties": {
                    "waived": sum(one.waived for one in run.checked),
                    "leftOut": left_out,
                },
            }
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _rule(rule: Rule, language: str) -> dict[str, object]:
    reason, example, answer = (
        _message(text.in_language(language)) for text in (rule.reason, rule.example, rule.answer)
    )
    help_ = "\n\n".join(told for told in (reason, example, answer) if told)
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": reason or rule.name},
        "help": {"text": help_ or rule.name},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.room], "problem.severity": _problem(rule.severity)},
    }


def _problem(severity: Severity) -> str:
    """The word of code scanning for a severity."""
    return "recommendation" if severity is Severity.NOTE else str(severity)


def _result(item: Item, index: dict[Rule, int], language: str) -> dict[str, object]:
    finding = item.finding
    at = item.touched or finding.at
    others = [one for one in (finding.at, *finding.also) if one != at]
    return {
        "ruleId": finding.rule.name,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[item.severity],
        "message": {"text": _message(finding.message_in(language))},
        "locations": [_location(item, at)],
        "relatedLocations": [
            {"id": number, **_location(item, one)} for number, one in enumerate(others, 1)
        ],
        # Code scanning knows an alert again by the second; others read the first.
        "partialFingerprints": {
            "reconcile/v1": finding.fingerprint,
            "primaryLocationLineHash": item.mark,
        },
        "properties": {
            "relation": finding.relation,
            "key": list(finding.key),
            "checkedBy": finding.checked_by,
        },
    }


def _location(item: Item, address: Address) -> dict[str, object]:
    place = {"uri": uri(item.file(address)), "uriBaseId": "%SRCROOT%"}
    return {
        "physicalLocation": {
            "artifactLocation": place,
            "region": {"startLine": address.line or 1},
        }
    }


def _message(text: str) -> str:
    """A message without links and placeholders, as SARIF has it: brackets and braces are marked."""
    marked = _MARKUP.sub(r"\\\1", terminal(text))
    return marked.replace("{", "{{").replace("}", "}}")
