"""What changed since a day, or against another version of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.database import asked, connect_unfilled, execute
from reconcile.difference import ClaimChange, ConflictChange, Version, difference
from reconcile.finding import Findings, ReconcileError

if TYPE_CHECKING:
    import duckdb

    from reconcile.ledger import Ledger

_NOTHING = Findings.of(())


@dataclass(frozen=True)
class Changes:
    """What is said now and was not before: `since` a day, or `against` the ledger of that name."""

    since: dt.date | None
    against: str | None
    claims: Sequence[ClaimChange]
    conflicts: Sequence[ConflictChange]

    def on(self, events: Collection[str]) -> Changes:
        """The changes on these events alone."""
        return replace(
            self,
            claims=[one for one in self.claims if one.event in events],
            conflicts=[one for one in self.conflicts if one.event in events],
        )

    @property
    def added(self) -> list[ClaimChange]:
        """The claims that are new and correct nobody."""
        return [one for one in self.claims if one.kind in ("added", "mended") and not one.corrects]

    @property
    def corrected(self) -> list[ClaimChange]:
        """The claims that are new and correct an earlier one of their source."""
        return [one for one in self.claims if one.kind in ("corrected", "mended") and one.corrects]

    @property
    def edited(self) -> list[ClaimChange]:
        """The claims whose row has other cells."""
        return [one for one in self.claims if one.kind == "edited"]

    @property
    def retracted(self) -> list[ClaimChange]:
        """The claims that are there no more."""
        return [one for one in self.claims if one.kind in ("removed", "refused")]

    def count(self, kind: str) -> int:
        """How many conflicts changed in this way: new, widened, narrowed, moved or settled."""
        return sum(one.kind == kind for one in self.conflicts)


def changed_since(ledger: Ledger, database: duckdb.DuckDBPyConnection, day: dt.date) -> Changes:
    """What has been said since `day`, of all that has a day.

    `database` is that of the report. Raises ReconcileError where `day` is not before the day as of
    which the report is.
    """
    told = asked(database)
    newest = told["as_of"]
    if newest is None:
        (newest,) = execute(database, "SELECT MAX(known_on) FROM claim").fetchone() or (None,)
        if newest is None:
            return Changes(day, None, (), ())
    elif day >= newest:
        raise ReconcileError(f"the report is as of {newest}, which is not after {day}")
    then, now = (
        Version(ledger, connect_unfilled(ledger, as_of, told["codebook"]), _NOTHING)
        for as_of in (day, newest)
    )
    changed = difference(then, now)
    return Changes(day, None, changed.claims, changed.conflicts)


def changed_between(
    ledger: Ledger, then: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, day: dt.date
) -> Changes:
    """What has been said since `day`, of two databases as of that day and of a later one."""
    changed = difference(Version(ledger, then, _NOTHING), Version(ledger, now, _NOTHING))
    return Changes(day, None, changed.claims, changed.conflicts)


def changed_against(
    ledger: Ledger, database: duckdb.DuckDBPyConnection, workspace: Path
) -> Changes:
    """What changed from the ledger in `workspace`, asked as the report is."""
    told = asked(database)
    old = Version.of(workspace, expectations=False, as_of=told["as_of"], codebook=told["codebook"])
    changed = difference(replace(old, findings=_NOTHING), Version(ledger, database, _NOTHING))
    return Changes(None, workspace.name or str(workspace), changed.claims, changed.conflicts)
