"""The views of a database: laid down as tables, or left to be worked out where one asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from itertools import chain

from reconcile.containment import fill_cell_parts, force_bounds
from reconcile.engine import Connection, OutOfMemory, Refused
from reconcile.finding import ReconcileError
from reconcile.view import Filled, View, in_order, needed, views

_FILLED = [
    Filled("cell_part", frozenset({"standing"}), fill_cell_parts),
    Filled("forced_bound", frozenset({"standing", "cell_part"}), force_bounds),
]


def fillable() -> dict[str, View | Filled]:
    """What is made of the tables of a ledger, by name: the views, and what no SELECT can make."""
    return {**views(), **{one.name: one for one in _FILLED}}


def tables_of(database: Connection) -> set[str]:
    """The names of the tables that a database holds, filled views included."""
    return {n for (n,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def fill(database: Connection, wanted: Iterable[str] | None = None) -> None:
    """Materialise the views `wanted`, and those that they read, where they are not there yet.

    Without `wanted`, all of them. A name that is no view is passed over.
    """
    known = fillable()
    if waiting := known.keys() if wanted is None else known.keys() & set(wanted):
        missing = {name: known[name] for name in known.keys() - tables_of(database)}
        materialise(database, needed(missing, waiting))


def make_ready(database: Connection, wanted: Collection[str]) -> None:
    """Have each of the views `wanted` ready to be read once, in a database without views.

    What is read at more than one place is materialised. What is read at one alone is left a view
    of DuckDB, which works out no more columns of it than that place asks for; `fill` materialises
    it later.
    """
    told = needed(fillable(), wanted)
    readings = Counter(chain(wanted, *(one.readings for one in told)))
    for one in told:
        if isinstance(one, View) and readings[one.name] == 1:
            _made(one, one.leave, database)
        else:
            _made(one, one.make, database)


def materialise(database: Connection, waiting: Iterable[View | Filled]) -> None:
    """Create each view as a table, those that others read first.

    Raises ReconcileError with DuckDB's own words where a view is broken.
    """
    for one in in_order(waiting):
        _made(one, one.make, database)


def _made(
    view: View | Filled,
    make: Callable[[Connection], None],
    database: Connection,
) -> None:
    try:
        make(database)
    except OutOfMemory:
        raise
    except Refused as fault:
        raise ReconcileError(f"the view {view.name} is broken: {fault}") from fault
