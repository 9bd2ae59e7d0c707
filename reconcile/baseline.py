"""Findings accepted and waivers taken back: the rows of `claims/waivers.csv`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from reconcile.finding import Address, Finding, Findings
from reconcile.ledger import FOLDER, Ledger, files_of
from reconcile.record import append, remove
from reconcile.tables import TABLES

_SPENT = ("expired-waiver", "idle-waiver")


def accept(
    ledger: Ledger,
    found: Iterable[Finding],
    *,
    by: str,
    because: str,
    on: dt.date,
    until: dt.date | None = None,
) -> tuple[Address, ...]:
    """Write a waiver for each open finding of `found`, sorted; where each was written.

    `by` accepts them `because` of something, from the day `on` to the day `until` (None: without a
    term). What is wrong with a waiver itself is never accepted: it is to be mended or pruned.
    Raises ReconcileError, and writes nothing, where a row cannot be written.
    """
    asked = {
        (one.rule.name, one.relation, one.waiver_key)
        for one in found
        if one.is_open and one.rule.name not in _SPENT
    }
    rows = [
        {
            "rule": rule,
            "relation": relation,
            "key": key,
            "because": because,
            "accepted_by": by,
            "accepted_on": on,
            "expires_on": until,
        }
        for rule, relation, key in sorted(asked)
    ]
    if not rows:
        return ()
    several = len(files_of(ledger.workspace / FOLDER, TABLES["waivers"])) > 1
    table = "waivers/baseline" if several else "waivers"
    return append(ledger.workspace, {table: rows})[table]


def prune(ledger: Ledger, findings: Findings) -> tuple[Address, ...]:
    """Take out the waivers that are found idle or expired; where they stood."""
    spent = {
        one.at: dict(zip(("rule", "relation", "key"), one.key, strict=True))
        for one in findings
        if one.rule.name in _SPENT
    }
    if spent:
        remove(ledger.workspace, spent)
    return tuple(sorted(spent))


def matching(findings: Findings, asked: str, rule: str | None = None) -> list[Finding]:
    """The open findings that `asked` names: by fingerprint, or by `file:line` and maybe `rule`.

    An address is taken as the ledger has it (`claims/figures.csv:12`) or with folders before it.
    """
    by_mark = findings.by_fingerprint()
    if asked in by_mark and by_mark[asked].is_open:
        return [by_mark[asked]]
    return [
        one
        for one in findings.open
        if (asked == str(one.at) or asked.endswith(f"/{one.at}"))
        and (rule is None or rule == one.rule.name)
    ]
