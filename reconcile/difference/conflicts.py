"""The conflicts of two databases set side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, get_args

from reconcile.database import execute, rows_of
from reconcile.difference.change import Apart, ConflictChange, ConflictKind, Said
from reconcile.finding import Text
from reconcile.model import Quantity
from reconcile.naming import Names

if TYPE_CHECKING:
    import duckdb

_VOICE = ("claim", "source", "source_name", "side", "low", "high")
_PROOF = ", ".join(f"c.{end}_{name}" for end in ("low", "high") for name in _VOICE)
CONFLICTS = f"""
SELECT c.event, e.name AS event_name, c.measure, c.victims, '' AS side, '' AS other_side, c.gap,
  {_PROOF}
FROM event_conflict AS c INNER JOIN events AS e ON e.event = c.event
WHERE c.low_claim IS NOT NULL
UNION ALL
SELECT c.event, e.name AS event_name, c.measure, c.victims, c.side, c.other_side, c.gap, {_PROOF}
FROM event_gap AS c INNER JOIN events AS e ON e.event = c.event
WHERE c.gap > 0
"""
"""The query for every conflict and every gap, with the two claims that prove it."""

_CELL = ("event", "measure", "victims", "side", "other_side")
_SUBSTANCE = ("gap", "low_source", "high_source", "low_low", "low_high", "high_low", "high_high")


def conflicts_between(
    old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection, events: Collection[str]
) -> tuple[ConflictChange, ...]:
    """How the conflicts on these events differ from one database to another, and the gaps."""
    cursor = new.cursor()
    there = "list_contains($events, event)"
    values = {"events": list(events)}
    try:
        execute(cursor, f"CREATE TEMP TABLE now_conflicts AS {CONFLICTS}")
        cursor.execute(f"DELETE FROM now_conflicts WHERE NOT {there}", values)
        cursor.execute("CREATE TEMP TABLE before_conflicts AS SELECT * FROM now_conflicts LIMIT 0")
        told = execute(old, f"SELECT * FROM ({CONFLICTS}) AS c WHERE {there}", values)
        cursor.register("frame", told.df())
        cursor.execute("INSERT INTO before_conflicts SELECT * FROM frame")
        return tuple(conflicts(Names(new), cursor))
    finally:
        cursor.close()


def conflicts(names: Names, cursor: duckdb.DuckDBPyConnection) -> Iterator[ConflictChange]:
    """The changes from the table before_conflicts to now_conflicts, in a database of the views."""
    same = " AND ".join(f"b.{name} = n.{name}" for name in _CELL)
    differs = " OR ".join(f"n.{name} IS DISTINCT FROM b.{name}" for name in _SUBSTANCE)
    rows = rows_of(
        cursor,
        f"SELECT {', '.join(f'COALESCE(n.{name}, b.{name}) AS {name}' for name in _CELL)},"
        " COALESCE(n.event_name, b.event_name) AS event_name, n AS now, b AS before, c.status"
        f" FROM now_conflicts AS n FULL JOIN before_conflicts AS b ON {same}"
        " LEFT JOIN event_conflict AS c ON c.event = COALESCE(n.event, b.event)"
        "  AND c.measure = COALESCE(n.measure, b.measure)"
        "  AND c.victims = COALESCE(n.victims, b.victims)"
        f" WHERE {differs} ORDER BY COALESCE(n.gap, b.gap) DESC, {', '.join(_CELL)}",
    )
    changes = [_conflict(row, names) for row in rows]
    yield from sorted(changes, key=lambda one: get_args(ConflictKind).index(one.kind))


def _conflict(row: Mapping[str, Any], names: Names) -> ConflictChange:
    before, after = _apart(row["before"]), _apart(row["now"])
    kind: ConflictKind = "moved"
    if before is None:
        kind = "new"
    elif after is None:
        kind = "settled"
    elif after.gap != before.gap:
        kind = "widened" if after.gap > before.gap else "narrowed"
    return ConflictChange(
        kind,
        row["event"],
        row["event_name"],
        row["measure"],
        row["victims"],
        names.cell(row["measure"], row["victims"]),
        (row["side"], row["other_side"]) if row["side"] else None,
        before,
        after,
        row["status"],
    )


def _apart(pair: Mapping[str, Any] | None) -> Apart | None:
    if pair is None or pair["gap"] is None:
        return None
    return Apart(_end(pair, "low"), _end(pair, "high"), pair["gap"])


def _end(pair: Mapping[str, Any], end: str) -> Said:
    claim, source, name, side, low, high = (pair[f"{end}_{column}"] for column in _VOICE)
    quantity = Quantity(low, high)
    return Said(claim, source, name, side, interval(quantity), quantity)


def interval(told: Quantity) -> Text:
    """An interval in the words of both languages."""
    return Text(told.text("en"), told.text("fr"))
