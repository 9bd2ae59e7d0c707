"""The views as other programs take them: every row with its file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconcile.filling import fill
from reconcile.finding import ReconcileError
from reconcile.reading.table import near
from reconcile.tables import TABLES
from reconcile.view import View, views

if TYPE_CHECKING:
    import duckdb

_WHERE = {
    "file": "the file of the newest row it rests on",
    "line": "the line in that file",
    "rests_on": "the places of all rows it rests on",
}
_FINDING = {
    "rule": "the name of the fault",
    "severity": "error, warning or note",
    "message": "what is wrong, with the values",
    "file": "the file of the row",
    "line": "the line in that file; 0 where the whole file is meant",
    "relation": "the table or view it was found in",
    "key": "the ids of the rows or claims that prove it",
    "fingerprint": "the same wherever the row moves",
    "checked_by": "the engine that found it",
    "waived_by": "the place of the waiver that accepts it; empty where none does",
}
_AT_ONCE = 10_000


@dataclass(frozen=True)
class Relation:
    """A view, or the table of findings: what one row is, its columns with their meaning, its rows.

    `rows` can be gone through once. A value is None, a text, a number, a yes or no, a date, or a
    list of texts.
    """

    name: str
    row_is: str
    columns: dict[str, str]
    rows: Iterator[tuple[object, ...]]


def relation(database: duckdb.DuckDBPyConnection, name: str) -> Relation:
    """A table of the ledger, a view, or `finding`, of a database made by `connect`, by its name.

    Raises ReconcileError where there is none of that name.
    """
    if name in TABLES:
        table = TABLES[name]
        columns = {column.name: column.meaning for column in table.columns}
        listed = ", ".join(f'"{one}"' for one in columns)
        rows = _rows(database, f"SELECT {listed} FROM {name} ORDER BY row")
        return Relation(name, table.row_is, columns, rows)
    if name in views():
        fill(database, [name])
        return _of_view(database, views()[name], _places(database), None)
    if name == "finding" and (found := _findings(database)) is not None:
        return found
    known = [*TABLES, *views(), "finding"]
    raise ReconcileError(f"no table or view is called {name!r}{near(name, known).en}")


def relations(
    database: duckdb.DuckDBPyConnection, events: Collection[str] | None = None
) -> Iterator[Relation]:
    """Every view of a database made by `connect`, by name, then the findings if it holds them.

    Instead of its rows in the database each row names file and line. With `events` only rows on
    these, of the views that are by event. The order is that of the key of the view.
    """
    fill(database)
    places = _places(database)
    for view in views().values():
        yield _of_view(database, view, places, events)
    if (found := _findings(database)) is not None:
        yield found


def _places(database: duckdb.DuckDBPyConnection) -> dict[int, str]:
    told = database.execute("SELECT row, file, line FROM address").fetchall()
    return {row: f"{file}:{line}" for row, file, line in told}


def _of_view(
    database: duckdb.DuckDBPyConnection,
    view: View,
    places: Mapping[int, str],
    events: Collection[str] | None,
) -> Relation:
    held = _columns(database, view.name)
    told = [name for name in held if name not in ("row", "rows")]
    meanings = view.columns()
    columns = {name: meanings.get(name, "") for name in told}
    if "row" in held:
        columns = {**{name: _WHERE[name] for name in ("file", "line")}, **columns}
    if "rows" in held:
        columns["rests_on"] = _WHERE["rests_on"]
    query = f"SELECT {_selected(held, told)} FROM {view.name} AS v"
    if "row" in held:
        query += " LEFT JOIN address AS a ON a.row = v.row"
    if events is not None and "event" in held:
        query += " WHERE v.event IN (SELECT UNNEST($events))"
    order = [*view.key, *(["row"] if "row" in held else [])]
    query += f" ORDER BY {', '.join(f'v.{name} NULLS LAST' for name in order)}"
    values = {"events": list(events or ())} if "$events" in query else None
    rows = _rows(database, query, values)
    if "rows" in held:
        rows = ((*row[:-1], [places[at] for at in _list(row[-1])]) for row in rows)
    return Relation(view.name, view.row_is, columns, rows)


def _findings(database: duckdb.DuckDBPyConnection) -> Relation | None:
    """The findings, where a check left them in the database."""
    held = database.execute(
        "SELECT COUNT(*) FROM duckdb_tables() WHERE table_name = 'finding'"
    ).fetchone()
    if not held or not held[0]:
        return None
    query = f"SELECT {', '.join(_FINDING)} FROM finding ORDER BY file, line, rule, fingerprint"
    return Relation("finding", "a fault that the checks found", _FINDING, _rows(database, query))


def _selected(held: list[str], told: list[str]) -> str:
    where = ["a.file", "a.line"] if "row" in held else []
    rests = ["v.rows"] if "rows" in held else []
    return ", ".join([*where, *(f"v.{name}" for name in told), *rests])


def _list(value: object) -> list[int]:
    return value if isinstance(value, list) else []


def _columns(database: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return [told[0] for told in database.execute(f"DESCRIBE {name}").fetchall()]


def _rows(
    database: duckdb.DuckDBPyConnection, query: str, values: dict[str, list[str]] | None = None
) -> Iterator[tuple[object, ...]]:
    told = database.cursor().execute(query, values)
    while rows := told.fetchmany(_AT_ONCE):
        yield from rows
