"""What a page of its own shows: a few events, a source, or the whole ledger at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.finding import Finding, Findings
from reconcile.ledger import Ledger
from reconcile.naming import Names
from reconcile.pages.account import EventAccount, accounts
from reconcile.pages.atlas import Atlas, atlas
from reconcile.pages.changes import Changes
from reconcile.pages.discrepancies import Gap, by_event, totals_in_order
from reconcile.pages.evidence import Row, evidence
from reconcile.pages.source_account import SourceAccount, source_accounts
from reconcile.pages.speaking import Matrix, matrix
from reconcile.selection import Selection
from reconcile.totals.by_rule import RuleTotals

if TYPE_CHECKING:
    import duckdb

MANY = 4000
"""From so many events on, a page shows neither a map nor what counts every event."""

_WIDEST = 10
_COUNTS = """
SELECT COUNT(*) AS events, COUNT(CASE WHEN contested THEN 1 END) AS contested,
  COUNT(only_side) AS one_sided, COUNT(CASE WHEN unanswered > 0 THEN 1 END) AS unanswered
FROM event_overview
"""
_KNOWN = """
SELECT COUNT(*) AS claims, COUNT(*) - COUNT(known_on) AS undated,
  COUNT(CASE WHEN stance = 'vague' THEN 1 END) AS unnumbered, COUNT(repeats) AS repeats,
  COUNT(DISTINCT CASE WHEN claim IN (SELECT claim FROM standing) THEN source END) AS sources
FROM claim
"""
_GAPS = """
SELECT c.event, c.measure, c.victims FROM event_conflict AS c
INNER JOIN measures AS m ON m.measure = c.measure
WHERE c.status = 'conflicting' AND NOT m.stock
ORDER BY c.gap DESC, c.event, c.measure, c.victims LIMIT $most
"""
_LIGHT = """
SELECT o.*, e.ends_on, e.latitude, e.longitude, e.date_precision, e.place
FROM event_overview AS o INNER JOIN events AS e ON e.event = o.event
ORDER BY e.starts_on, e.event
"""


@dataclass(frozen=True)
class Leaf:
    """All that the page of an event tells of it: its account, and rows of the other views."""

    account: EventAccount
    evidence: Mapping[str, list[Row]]


@dataclass(frozen=True)
class Shown:
    """A few events, as a page of their own shows them; named as in `Discrepancies`.

    `often` are the sources, `events` the events that have a page.
    """

    asked: Mapping[str, Any]
    accounts: list[EventAccount]
    evidence: Mapping[str, Mapping[str, list[Row]]]
    findings: Mapping[str, list[Finding]]
    names: Names
    often: frozenset[str]
    events: frozenset[str]
    sources: list[SourceAccount] = field(default_factory=list)
    changes: Changes | None = None
    selection: Selection = field(default_factory=Selection)
    tail: Sequence[object] = ()

    @property
    def whole(self) -> list[EventAccount]:
        """The events, all of which are shown whole."""
        return self.accounts


@dataclass(frozen=True)
class Glance:
    """The whole ledger at a glance; named as in `Discrepancies`, what is only counted as a range.

    `matrix`, `totals` and `atlas` are left out where there are MANY events.
    """

    asked: Mapping[str, Any]
    accounts: range
    contested: range
    one_sided: range
    unanswered: range
    known: Mapping[str, int]
    sources: range
    widest: list[Gap]
    matrix: Matrix
    totals: list[RuleTotals]
    atlas: Atlas | None
    names: Names
    refused: int
    left_out: int
    withheld: int
    changes: Changes | None = None
    findings: Mapping[str, list[Finding]] = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)


def gathered(database: duckdb.DuckDBPyConnection, events: Sequence[str]) -> list[Leaf]:
    """The leaves of these events, by day and id; an event on which nobody speaks has none."""
    told = accounts(database, Selection(), events)
    held = evidence(database, [one.event for one in told])
    return [Leaf(one, held[one.event]) for one in told]


def show(
    leaves: Sequence[Leaf],
    findings: Findings,
    names: Names,
    asked: Mapping[str, Any],
    *,
    with_evidence: bool = True,
) -> Shown:
    """The accounts of these events, with what the other views hold of them where it is wanted."""
    told = [leaf.account for leaf in leaves]
    held = {leaf.account.event: leaf.evidence for leaf in leaves} if with_evidence else {}
    others = {row["other"] for by in held.values() for at in ("wholes", "parts") for row in by[at]}
    voices = {voice.source for one in told for cell in one.cells for voice in cell.voices}
    voices |= {voice.source for one in told for cell in one.cells for voice in cell.before}
    return Shown(
        asked,
        told,
        held,
        by_event(findings),
        names,
        frozenset(voices),
        frozenset(others) | {one.event for one in told},
    )


def show_source(shown: Shown, database: duckdb.DuckDBPyConnection, source: str) -> SourceAccount:
    """The account of a source on the events shown."""
    (told,) = (
        one for one in source_accounts(database, shown.accounts, source) if one.source == source
    )
    return told


def glance(ledger: Ledger, database: duckdb.DuckDBPyConnection, asked: Mapping[str, Any]) -> Glance:
    """The whole ledger at a glance."""
    (counts,) = rows_of(database, _COUNTS)
    (known,) = rows_of(database, _KNOWN)
    few = counts["events"] < MANY
    light = list(_light(database)) if few else []
    return Glance(
        asked,
        range(counts["events"]),
        range(counts["contested"]),
        range(counts["one_sided"]),
        range(counts["unanswered"]),
        known,
        range(known["sources"]),
        _widest(database),
        matrix(database, {one.event for one in light}) if few else Matrix([], [], 0),
        totals_in_order(database, Selection()) if few else [],
        atlas(light),
        Names(database),
        ledger.refused,
        sum(ledger.left_out.values()),
        len(ledger.withheld),
    )


def _light(database: duckdb.DuckDBPyConnection) -> list[EventAccount]:
    """The events without their cells, which a map does not need."""
    return [
        EventAccount(
            row["event"],
            row["name"],
            row["country"],
            row["starts_on"],
            row["ends_on"],
            row["latitude"],
            row["longitude"],
            row,
            (),
        )
        for row in rows_of(database, _LIGHT)
    ]


def _widest(database: duckdb.DuckDBPyConnection) -> list[Gap]:
    """The cells with the widest gaps, counts of a moment such as a strength left aside."""
    cells = list(rows_of(database, _GAPS, {"most": _WIDEST}))
    told = {
        one.event: one
        for one in accounts(database, Selection(), list({row["event"] for row in cells}))
    }
    return [
        Gap(told[row["event"]], cell)
        for row in cells
        for cell in told[row["event"]].cells
        if (cell.measure, cell.victims) == (row["measure"], row["victims"])
    ]
