"""Suites of expectations, kept as files with the ledger and loaded strictly."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from reconcile.bundled import content
from reconcile.finding import ReconcileError, Rule, Severity
from reconcile.rules import TEXTS, rule_from, rules

SEVERITIES = {"critical": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.NOTE}
_KINDS = {"type": str, "severity": str, "kwargs": dict, "meta": dict}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_META = {"rule", *TEXTS, *(f"{text}_fr" for text in TEXTS)}


@dataclass(frozen=True)
class Suite:
    """One file of expectations: the relation it tests, the file as named to the user, its texts."""

    relation: str
    file: str
    bundled: bool
    told: Mapping[str, Any]

    def rules(self) -> dict[str, Rule]:
        """The rules of the suite by name. Raises ReconcileError for what a rule lacks."""
        return {rule.name: rule for rule in map(self._rule, self.told["expectations"])}

    def _rule(self, expectation: Mapping[str, Any]) -> Rule:
        meta = expectation["meta"]
        texts = {text: meta["message"] for text in TEXTS} | {
            "reason": "",
            "example": "",
            "answer": "",
            **meta,
        }
        return rule_from(meta["rule"], texts, SEVERITIES[expectation["severity"]], "expectation")


def suites(workspace: Path) -> list[Suite]:
    """The suites that serve a workspace: its own files, and the bundled ones it does not replace.

    Raises ReconcileError with the file's name for a file that is not TOML, an unknown or missing
    key, a severity that is not critical, warning or info, or a rule without a name or a message.
    """
    own = workspace / "expectations"
    shipped = content("expectations")
    paths = {path.stem: (path, True) for path in sorted(shipped.glob("*.toml"))}
    if own.is_dir() and own.resolve() != shipped.resolve():
        for path in sorted(own.iterdir()):
            if path.suffix not in (".toml", ".md") and not path.name.startswith("."):
                raise ReconcileError(f"expectations/{path.name}: a suite is a file *.toml")
        paths |= {path.stem: (path, False) for path in sorted(own.glob("*.toml"))}
    return [_load(path, bundled) for _, (path, bundled) in sorted(paths.items())]


def _load(path: Path, bundled: bool) -> Suite:
    file = f"expectations/{path.name}"

    def wrong(what: str) -> ReconcileError:
        return ReconcileError(f"{file}: {what}")

    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise wrong(f"not readable as TOML: {fault}") from None
    if set(told) != {"expectations"} or not isinstance(told["expectations"], list):
        found = ", ".join(sorted(told)) or "nothing"
        raise wrong(f"a suite holds [[expectations]] and nothing else; this file holds {found}")
    names: set[str] = set()
    for at, expectation in enumerate(told["expectations"], 1):
        if (what := _fault(f"expectation {at}", expectation)) is not None:
            raise wrong(what)
        name = expectation["meta"]["rule"]
        if name in names:
            raise wrong(f"{name}: the rule is there twice")
        names.add(name)
    return Suite(path.stem, file, bundled, told)


def _fault(where: str, expectation: Any) -> str | None:
    """What is wrong with one expectation of a suite, or None."""
    if not isinstance(expectation, dict):
        return f"{where} is no table"
    if set(expectation) != set(_KINDS):
        return _keys(where, set(expectation), set(_KINDS), set(_KINDS))
    for key, kind in _KINDS.items():
        if not isinstance(expectation[key], kind):
            return f"{where}: {key} is no {'text' if kind is str else 'table'}"
    meta = expectation["meta"]
    if (fault := _meta_fault(where, meta)) is not None:
        return fault
    if not _NAME.fullmatch(meta["rule"]) or meta["rule"] in rules():
        return (
            f"{meta['rule']!r} names no rule of yours: use words in small letters with hyphens,"
            " and not the name of a law"
        )
    if expectation["severity"] not in SEVERITIES:
        allowed = ", ".join(SEVERITIES)
        return f"{meta['rule']}: severity {expectation['severity']!r} is none of {allowed}"
    if "@" in str(expectation["kwargs"].get("row_condition", "")):
        return f"{meta['rule']}: a row_condition may name columns only, not variables (@)"
    return None


def _meta_fault(where: str, meta: dict[str, Any]) -> str | None:
    if not {"rule", "message"} <= set(meta) <= _META:
        return _keys(f"the meta of {where}", set(meta), {"rule", "message"}, _META)
    for key, text in meta.items():
        if not isinstance(text, str):
            return f"the meta of {where}: {key} is no text"
        if key.startswith("message") and placeholders(text) is None:
            return f"{meta['rule']}: {key} has a brace that is not closed; double it to print one"
    return None


def placeholders(message: str) -> set[str] | None:
    """The names in braces of a message, or None where its braces do not match."""
    try:
        return {name for _, name, _, _ in Formatter().parse(message) if name is not None}
    except ValueError:
        return None


def _keys(where: str, found: set[str], needed: set[str], allowed: set[str]) -> str:
    missing = ", ".join(sorted(needed - found))
    unknown = ", ".join(sorted(found - allowed))
    parts = [f"lacks {missing}"] if missing else []
    parts += [f"has the unknown key {unknown}"] if unknown else []
    return f"{where} {' and '.join(parts)}"
