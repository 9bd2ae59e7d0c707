"""What claims would change if they were there and counted, as a page shows it before they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.difference import ConflictChange, conflicts_between
from reconcile.finding import Findings
from reconcile.naming import Names
from reconcile.pages.cell import Cell
from reconcile.pages.parts import Contradiction
from reconcile.pages.shown import Shown, gathered, show
from reconcile.record import Rows
from reconcile.serve.reviewing import spoken
from reconcile.trial import with_rows

if TYPE_CHECKING:
    from reconcile.serve.drawn import Reader

_CLAIMS = """
SELECT c.*, e.name AS event_name FROM claim AS c INNER JOIN events AS e ON e.event = c.event
WHERE c.claim IN (SELECT UNNEST($claims)) ORDER BY c.row
"""


@dataclass(frozen=True)
class ForeseenClaim:
    """A claim as it would be read: its row of the view claim, and the cell in which it would speak.

    `cell` is None where it would stand in none, as a further reading of what was said. `broken` are
    the wholes and parts that could not all hold with it.
    """

    told: Mapping[str, Any]
    cell: Cell | None
    broken: list[Contradiction]


@dataclass(frozen=True)
class Foreseen:
    """What a page shows of claims before they are saved: each with its cell, and all conflicts."""

    shown: Shown
    claims: list[ForeseenClaim]
    conflicts: tuple[ConflictChange, ...]


def foreseen(before: Reader, workspace: Path, rows: Rows, claims: Iterable[str]) -> Foreseen:
    """What `rows`, given as to `reconcile.record.append`, would change, with these new claims.

    `before` is a cursor of the database that is served. Raises ReconcileError where a row cannot be
    written.
    """
    after = with_rows(workspace, rows, expectations=False).database
    told = [spoken(row) for row in rows_of(after, _CLAIMS, {"claims": list(claims)})]
    events = list(dict.fromkeys(row["event"] for row in told))
    leaves = gathered(after, events)
    shown = show(leaves, Findings.of(()), Names(after), {}, with_evidence=False)
    changed = conflicts_between(before, after, events)  # type: ignore[arg-type]
    conflicts = tuple(one for one in changed if one.between is None)
    return Foreseen(shown, [_claim(row, shown) for row in told], conflicts)


def _claim(told: Mapping[str, Any], shown: Shown) -> ForeseenClaim:
    account = next((one for one in shown.accounts if one.event == told["event"]), None)
    cells = account.cells if account else ()
    wanted = told["measure"], told["victims"]
    cell = next((one for one in cells if (one.measure, one.victims) == wanted), None)
    broken = [
        one for one in (account.contradictions if account else ()) if told["claim"] in one.claims
    ]
    return ForeseenClaim(told, cell, broken)
