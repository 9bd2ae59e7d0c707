"""How far the choice of codebook moves a cell, and a total."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconcile.database import execute
from reconcile.model import Range
from reconcile.naming import Names
from reconcile.selection import Selection

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class CodebookRange:
    """The range of figures of one cell, or of a total over cells, under each codebook."""

    group: str
    title: str
    ranges: dict[str, Range]


def cells(
    database: duckdb.DuckDBPyConnection, wanted: Selection
) -> tuple[list[CodebookRange], int]:
    """The cells that some codebook moves, by event, and how many none moves."""
    told = execute(
        database,
        "SELECT c.event, c.measure, c.victims, c.codebook, c.low,"
        " c.highest_low, c.high FROM event_codebook AS c"
        " WHERE ($measure IS NULL OR c.measure = $measure)"
        " AND c.event IN (SELECT UNNEST($events)) ORDER BY ALL",
        {"measure": wanted.measure, "events": wanted.events(database)},
    ).fetchall()
    ranges = _ranges(database, told)
    moved = [one for one in ranges if len(set(one.ranges.values())) > 1]
    return moved, len(ranges) - len(moved)


def sums(database: duckdb.DuckDBPyConnection, wanted: Selection) -> list[CodebookRange]:
    """The totals over the events of each measure and victim group."""
    told = execute(
        database,
        "SELECT COUNT(*) || CASE WHEN COUNT(*) = 1 THEN ' event' ELSE ' events' END,"
        " c.measure, c.victims, c.codebook, SUM(c.low), SUM(c.highest_low),"
        " CASE WHEN COUNT_IF(c.high IS NULL) = 0 THEN SUM(c.high) END"
        " FROM event_codebook AS c INNER JOIN summand AS s ON s.event = c.event"
        " AND s.measure = c.measure AND s.victims = c.victims AND s.voices = 'anyone' AND s.adds"
        " WHERE ($measure IS NULL OR c.measure = $measure)"
        " AND c.event IN (SELECT UNNEST($events))"
        " GROUP BY c.measure, c.victims, c.codebook ORDER BY ALL",
        {"measure": wanted.measure, "events": wanted.events(database)},
    ).fetchall()
    return sorted(_ranges(database, told), key=lambda one: -one.ranges["literal"].low)


def _ranges(
    database: duckdb.DuckDBPyConnection, told: list[tuple[str, str, str, str, int, int, int | None]]
) -> list[CodebookRange]:
    names = Names(database)
    found: dict[tuple[str, str, str], dict[str, Range]] = defaultdict(dict)
    for group, measure, victims, codebook, low, top, high in told:
        found[group, measure, victims][codebook] = Range(
            int(low), int(top), None if high is None else int(high)
        )
    return [
        CodebookRange(group, names.cell(measure, victims).en, ranges)
        for (group, measure, victims), ranges in found.items()
    ]
