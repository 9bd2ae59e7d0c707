"""Waivers: findings that somebody accepted, with a reason and for a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from reconcile.finding import Address, Finding, Text
from reconcile.ledger import Ledger
from reconcile.rules import rules


def waive(
    found: Iterable[Finding], ledger: Ledger, today: dt.date | None, *, all_put: bool = True
) -> list[Finding]:
    """The findings, those that `claims/waivers.csv` accepts marked so, and the waivers' own faults.

    A waiver names the rule, the relation and the key of a finding (the ids joined by `;`). One past
    its last day accepts nothing and is a finding; so is one that accepts nothing any more. Without
    `today` no waiver expires. Unless `all_put`, expectations were not put to all that is said, and
    only the waiver of a law can be found idle. Waiving a broken law admits no row.
    """
    waivers = ledger.tables["waivers"]
    if waivers.empty:
        return list(found)
    standing: dict[tuple[str, str, str], Address] = {}
    told: list[Finding] = []
    for row, waiver in waivers.iterrows():
        asked = (str(waiver["rule"]), str(waiver["relation"]), str(waiver["key"]))
        at = ledger.address(int(str(row)))
        last = waiver["expires_on"]
        if today is not None and not pd.isna(last) and last.date() < today:
            told.append(_about("expired-waiver", asked, at, date=last.date().isoformat()))
        else:
            standing[asked] = at
    used: set[tuple[str, str, str]] = set()
    for finding in found:
        asked = (finding.rule.name, finding.relation, finding.waiver_key)
        if asked in standing:
            used.add(asked)
            told.append(finding.waived(standing[asked]))
        else:
            told.append(finding)
    told += (
        _about("idle-waiver", one, at)
        for one, at in standing.items()
        if one not in used and (all_put or one[0] in rules())
    )
    return told


def _about(rule: str, asked: tuple[str, str, str], at: Address, **values: object) -> Finding:
    about = Text(f"{asked[0]} on {asked[2]}", f"{asked[0]} sur {asked[2]}")
    told = {"value": about, **values}
    return Finding(rules()[rule], "waivers", asked, at, told)
