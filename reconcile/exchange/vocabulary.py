"""The measures and victim groups that come with the program, for a ledger that lacks them."""

from __future__ import annotations

import csv
from functools import cache

from reconcile.bundled import content
from reconcile.exchange.proposal import Proposal
from reconcile.finding import Address
from reconcile.tables import TABLES


@cache
def _rows(table: str) -> dict[str, dict[str, str]]:
    with (content("claims") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {row[str(TABLES[table].identity)]: row for row in csv.DictReader(file)}


def propose(proposal: Proposal, table: str, identity: str, at: Address) -> None:
    """Propose a measure or a victim group of the shipped trees, after the wholes it lies within."""
    row = _rows(table).get(identity)
    if row is None or proposal.has(table, identity):
        return
    propose(proposal, table, row["within"], at)
    proposal.add(table, at, **row)
    proposal.spare.add((table, identity))
