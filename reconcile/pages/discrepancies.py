"""All that the pages show of a ledger, gathered once; templates only lay it out."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from reconcile.database import asked, execute
from reconcile.finding import Finding, Findings, Severity
from reconcile.ledger import Ledger
from reconcile.naming import Names
from reconcile.pages.account import EventAccount, accounts
from reconcile.pages.atlas import Atlas, atlas
from reconcile.pages.cell import Cell
from reconcile.pages.changes import Changes
from reconcile.pages.evidence import Row, evidence
from reconcile.pages.parties import losses
from reconcile.pages.source_account import SourceAccount, source_accounts
from reconcile.pages.speaking import Matrix, matrix
from reconcile.selection import Selection
from reconcile.totals.by_rule import RuleTotals, rule_totals

if TYPE_CHECKING:
    import duckdb

_WIDEST = 10
_SHOWN_WHOLE = 400
_WHOLE_OF_MANY = 150


@dataclass(frozen=True)
class Gap:
    """A cell of an event on which two sources share no number."""

    account: EventAccount
    cell: Cell


@dataclass(frozen=True)
class Discrepancies:
    """What is said on the events of a ledger, and how far it agrees.

    `asked` is what the database was asked (as_of, codebook, without_day). `whole` are the events
    that are shown whole: all, or of a long ledger those with the widest gaps; `evidence` is by each
    of these, `findings` by every event. `rules` counts the findings; `known` counts claims,
    repeats, and what is missing of them; `totals` are those over events, under every rule of
    aggregation; `losses` count who speaks of whose dead; `refused` and `left_out` count the rows of
    the ledger that are not in it, `withheld` the claims that do not count by the journal.
    """

    asked: Mapping[str, Any]
    selection: Selection
    accounts: list[EventAccount]
    whole: list[EventAccount]
    evidence: Mapping[str, Mapping[str, list[Row]]]
    findings: Mapping[str, list[Finding]]
    rules: list[tuple[str, Severity, int]]
    known: Mapping[str, int]
    widest: list[Gap]
    matrix: Matrix
    totals: list[RuleTotals]
    losses: list[tuple[str, str, Mapping[str, int]]]
    sources: list[SourceAccount]
    atlas: Atlas | None
    changes: Changes | None
    names: Names
    refused: int
    left_out: int
    withheld: int

    @cached_property
    def events(self) -> set[str]:
        """The ids of the events."""
        return {one.event for one in self.accounts}

    @cached_property
    def tail(self) -> list[tuple[dt.date, list[EventAccount]]]:
        """The other events by the month in which they began, told in brief."""
        shown = {one.event for one in self.whole}
        others = [one for one in self.accounts if one.event not in shown]
        months = groupby(others, lambda one: one.starts_on.replace(day=1))
        return [(month, list(told)) for month, told in months]

    @cached_property
    def often(self) -> set[str]:
        """The sources that speak of more than one event."""
        return {one.source for one in self.sources if one.events > 1}

    @property
    def recorded(self) -> list[SourceAccount]:
        """The sources that speak of more than one event and have a record."""
        return [one for one in self.sources if one.record and one.events > 1]

    @property
    def contested(self) -> list[EventAccount]:
        """The events on which two sources share no number, or one denies the figure of another."""
        return [one for one in self.accounts if one.told["contested"]]

    @property
    def one_sided(self) -> list[EventAccount]:
        """The events on which one side alone gives a figure."""
        return [one for one in self.accounts if one.told["only_side"]]

    @property
    def unanswered(self) -> list[EventAccount]:
        """The events with an insurgent figure that the government concerned does not answer."""
        return [one for one in self.accounts if one.told["unanswered"]]


def gather(
    ledger: Ledger,
    findings: Findings,
    database: duckdb.DuckDBPyConnection,
    wanted: Selection,
    changes: Changes | None = None,
) -> Discrepancies:
    """What the pages show of the events selected."""
    told = accounts(database, wanted)
    chosen = {account.event for account in told}
    whole = _whole(told)
    return Discrepancies(
        asked=asked(database),
        selection=wanted,
        accounts=told,
        whole=whole,
        evidence=evidence(database, [account.event for account in whole]),
        findings=by_event(findings),
        rules=rules_found(findings, chosen if wanted.narrows else None),
        known=_known(database, chosen),
        widest=_widest(told),
        matrix=matrix(database, chosen),
        totals=totals_in_order(database, wanted),
        losses=losses(database, chosen),
        sources=source_accounts(database, told),
        atlas=atlas(told),
        changes=None if changes is None else changes.on(chosen),
        names=Names(database),
        refused=ledger.refused,
        left_out=sum(ledger.left_out.values()),
        withheld=len(ledger.withheld),
    )


def _whole(told: list[EventAccount]) -> list[EventAccount]:
    if len(told) <= _SHOWN_WHOLE:
        return told
    widest = sorted(told, key=lambda one: -one.widest)[:_WHOLE_OF_MANY]
    chosen = {one.event for one in widest if one.told["contested"]}
    return [one for one in told if one.event in chosen]


def _widest(told: list[EventAccount]) -> list[Gap]:
    """The widest gaps, counts of a moment such as a strength left aside."""
    gaps = [
        Gap(account, cell)
        for account in told
        for cell in account.cells
        if cell.status == "conflicting" and not cell.stock
    ]
    gaps.sort(key=lambda one: (-(one.cell.gap or 0), one.account.event, one.cell.title.en))
    return gaps[:_WIDEST]


def totals_in_order(database: duckdb.DuckDBPyConnection, wanted: Selection) -> list[RuleTotals]:
    """The totals over two events or more, the killed first, then those over most events."""
    told = [one for one in rule_totals(database, wanted, "victims") if one.spoken - one.aside > 1]
    return sorted(
        told, key=lambda one: (one.measure != "killed", one.measure, one.aside - one.spoken)
    )


def _known(database: duckdb.DuckDBPyConnection, chosen: Collection[str]) -> dict[str, int]:
    told = execute(
        database,
        "SELECT event, COUNT(*), COUNT_IF(known_on IS NULL),"
        " COUNT_IF(stance = 'vague'), COUNT_IF(repeats IS NOT NULL) FROM claim GROUP BY event",
    ).fetchall()
    fitting = [row for row in told if row[0] in chosen]
    names = ("claims", "undated", "unnumbered", "repeats")
    return {name: int(sum(row[at] for row in fitting)) for at, name in enumerate(names, 1)}


def rules_found(
    findings: Findings, chosen: Collection[str] | None
) -> list[tuple[str, Severity, int]]:
    """The rules that found something, in the whole ledger or on the events chosen."""
    counted = Counter(
        (one.rule.name, one.severity)
        for one in findings.open
        if chosen is None or one.values.get("event") in chosen
    )
    return sorted(
        ((name, severity, count) for (name, severity), count in counted.items()),
        key=lambda one: (-one[1], -one[2], one[0]),
    )


def by_event(findings: Findings) -> dict[str, list[Finding]]:
    """The open warnings and errors by the event they are on."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in findings.open:
        if one.severity > Severity.NOTE and "event" in one.values:
            found[str(one.values["event"])].append(one)
    return found
