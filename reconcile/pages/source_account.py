"""The account of a source: who it is, and what it says on each event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.pages.account import EventAccount
from reconcile.pages.cell import Cell, Voice
from reconcile.pages.saying import SIDES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Statement:
    """One voice of a source, with the event and the cell on which it stands."""

    account: EventAccount
    cell: Cell
    voice: Voice


@dataclass(frozen=True)
class SourceAccount:
    """What one source says of the events shown; `told` is its row of the table sources.

    `corrections` counts its claims that it has corrected since; `record` are its rows of the view
    source_record, over the whole ledger.
    """

    source: str
    told: Mapping[str, Any]
    statements: tuple[Statement, ...]
    corrections: int
    record: tuple[Mapping[str, Any], ...]

    @property
    def events(self) -> int:
        """The events on which it speaks."""
        return len({one.account.event for one in self.statements})

    @property
    def by_event(self) -> list[list[Statement]]:
        """Its statements, those on one event together."""
        return [list(told) for _, told in groupby(self.statements, lambda one: one.account.event)]

    def count(self, *stances: str) -> int:
        """Its standing claims of these stances."""
        return sum(one.voice.stance in stances for one in self.statements)


def source_accounts(
    database: duckdb.DuckDBPyConnection, told: list[EventAccount], only: str | None = None
) -> list[SourceAccount]:
    """The sources that speak on these events, by side, then those of most events first.

    With `only` that source alone, also where it does not speak there.
    """
    statements: dict[str, list[Statement]] = defaultdict(list)
    corrections: dict[str, int] = defaultdict(int)
    for account in told:
        for cell in account.cells:
            for voice in cell.voices:
                statements[voice.source].append(Statement(account, cell, voice))
            for voice in cell.before:
                corrections[voice.source] += 1
    records: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows_of(
        database,
        "SELECT * FROM source_record WHERE $only IS NULL OR source = $only"
        " ORDER BY source, interest",
        {"only": only},
    ):
        records[row["source"]].append(row)
    rows = rows_of(
        database,
        "SELECT s.*, p.name AS party_name FROM sources AS s"
        " LEFT JOIN parties AS p ON p.party = s.party WHERE $only IS NULL OR s.source = $only"
        " ORDER BY s.source",
        {"only": only},
    )
    sources = [
        SourceAccount(
            row["source"],
            row,
            tuple(statements[row["source"]]),
            corrections[row["source"]],
            tuple(records[row["source"]]),
        )
        for row in rows
        if row["source"] in statements or only is not None
    ]
    return sorted(
        sources, key=lambda one: (list(SIDES).index(one.told["side"]), -one.events, one.source)
    )
