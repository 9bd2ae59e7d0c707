"""This project: a ledger is read, then all its laws are held, on every table of it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.laws.law import Named
from reconcile.contract import hold
from reconcile.ledger import Ledger, load

__all__ = ["check", "load"]

_FILE = Path("claims", "figures.csv").as_posix()


def check(ledger: Ledger) -> Named:
    """The findings on the claims by law and line; those on empty cells were made in reading."""
    named: dict[str, list[int]] = {}
    for finding in hold(ledger).findings:
        if finding.at.file == _FILE:
            named.setdefault(finding.rule.name, []).append(finding.at.line)
    return named
