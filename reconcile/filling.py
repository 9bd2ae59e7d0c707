"""The views of a database: which are tables there, and which are worked out where one asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
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


def prepare(database: Connection, wanted: Collection[str]) -> None:
    """Have each of the views `wanted` ready to be read once, in a database without views.

    A view that is read at several places is materialised, and so is what is made by more than one
    SELECT. One that is read at a single place becomes a view of DuckDB, which works out no more
    columns of it than that place asks for; `fill` materialises it later. A name that is no view is
    passed over. Raises ReconcileError with DuckDB's own words where a view is broken.
    """
    told = needed(fillable(), wanted)
    selects = [one for one in told if isinstance(one, View)]
    readings = Counter(chain(wanted, *(one.readings for one in selects)))
    several = {name for name, count in readings.items() if count > 1}
    several.update(*(one.reads for one in told if isinstance(one, Filled)))
    for one in told:
        with naming(one.name):
            if isinstance(one, Filled) or one.name in several:
                one.make(database)
            else:
                one.define(database)


def materialise(database: Connection, waiting: Iterable[View | Filled]) -> None:
    """Create each view as a table, those that others read first.

    Raises ReconcileError with DuckDB's own words where a view is broken.
    """
    for one in in_order(waiting):
        with naming(one.name):
            one.make(database)


@contextmanager
def naming(view: str) -> Iterator[None]:
    """Within this block, what DuckDB refuses is raised as ReconcileError that names the view."""
    try:
        yield
    except OutOfMemory:
        raise
    except Refused as fault:
        raise ReconcileError(f"the view {view} is broken: {fault}") from fault
