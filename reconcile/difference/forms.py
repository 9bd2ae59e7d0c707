"""A difference as text, as JSON and as the Markdown of a comment on a change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from reconcile.difference.change import Difference
from reconcile.difference.telling import Line, Telling
from reconcile.escape import forge, log
from reconcile.finding import Address, Finding, Text

LARGEST = 60_000
"""Bytes of a comment; GitHub refuses one of more than 65,536 characters."""

_TITLE = Text("What this change says", "Ce que dit cette modification")
_LEFT_OUT = Text(
    "{left} of {all} lines are left out here; `reconcile diff` tells all.",
    "{left} lignes sur {all} sont laissées de côté ici ; `reconcile diff` les dit toutes.",
)


def text(told: Difference, language: str = "en", old: str = "", new: str = "") -> str:
    """Each change on a line, under its section; `old` and `new` go before the addresses."""
    telling = Telling(told, language, old, new)
    lines: list[str] = []
    for section in telling.sections():
        head = f"{section.title}{telling.colon}{section.counts}"
        lines.append(head if section.counts else section.title)
        width = max(len(one.kind) for one in section.lines)
        lines += (f"  {one.kind:<{width}}  {log(_told(one))}" for one in section.lines)
    return "\n".join(lines or [telling.nothing]) + "\n"


def _told(line: Line) -> str:
    told = f"{line.where}: {line.told}" if line.where else line.told
    return f"{told} [{line.rule}]" if line.rule else told


def markdown(told: Difference, language: str = "en", old: str = "", new: str = "") -> str:
    """A comment on a change; what does not fit into one is counted."""
    telling = Telling(told, language, old, new)
    lines = [f"## {_TITLE.in_language(language)}", ""]
    sections = telling.sections()
    lines += [f"**{one.title}** {one.counts}  " for one in sections if one.counts]
    if not sections:
        lines.append(telling.nothing)
    room = LARGEST - sum(len(line.encode()) + 1 for line in lines) - 500
    everything = shown = 0
    for section in sections:
        heading = ["", f"### {section.title}", ""]
        room -= sum(len(line.encode()) + 1 for line in heading)
        rows = []
        everything += len(section.lines)
        for row in map(_bullet, section.lines):
            room -= len(row.encode()) + 1
            if room > 0:
                rows.append(row)
        shown += len(rows)
        lines += [*heading, *rows] if rows else []
    if shown < everything:
        left_out = _LEFT_OUT.in_language(language)
        lines += ["", left_out.format(left=everything - shown, all=everything)]
    return "\n".join(lines) + "\n"


def _bullet(line: Line) -> str:
    where = f" {forge(line.where)}:" if line.where else ""
    rule = f" `{line.rule}`" if line.rule else ""
    return f"- **{line.kind}**{where} {forge(line.told)}{rule}"


def as_json(told: Difference, language: str = "en", old: str = "", new: str = "") -> str:
    """The whole difference as one document, in ASCII."""
    document = {
        name: [
            _plain(one, language, old if one.kind in ("removed", "refused", "gone") else new)
            for one in changes
        ]
        for name, changes in (
            ("claims", told.claims),
            ("conflicts", told.conflicts),
            ("gaps", told.gaps),
            ("findings", told.findings),
        )
    }
    rows = {table: asdict(change) for table, change in told.rows.items()}
    return json.dumps({**document, "rows": rows}, indent=2) + "\n"


def _plain(value: Any, language: str, prefix: str) -> Any:
    """A change as JSON has it; `prefix` goes before the file of an address."""
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, Address):
        return {"file": prefix + value.file, "line": value.line or None}
    if isinstance(value, Finding):
        return {
            "rule": value.rule.name,
            "severity": str(value.severity),
            "message": value.message_in(language),
            "at": _plain(value.at, language, prefix),
            "fingerprint": value.fingerprint,
        }
    if isinstance(value, tuple):
        return [_plain(one, language, prefix) for one in value]
    if is_dataclass(value):
        names = (one.name for one in fields(value))
        return {name: _plain(getattr(value, name), language, prefix) for name in names}
    return value


FORMS: dict[str, Callable[[Difference, str, str, str], str]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
}
"""The forms by name."""
