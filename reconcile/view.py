"""The views of the product: one SELECT a file, in the order in which they read each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from typing import TYPE_CHECKING

from reconcile.finding import ReconcileError

if TYPE_CHECKING:
    import duckdb

_READ = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")
_COMMENTED = re.compile(r"(?P<expression>.*?)(?:,\s*)?--\s*(?P<meaning>.+)$")


@dataclass(frozen=True)
class View:
    """One view: its name, what one row is, the columns that make its key, its SELECT."""

    name: str
    row_is: str
    key: tuple[str, ...]
    select: str

    def columns(self) -> dict[str, str]:
        """The meaning of each column, from the comments of the last SELECT."""
        meanings: dict[str, str] = {}
        for line in self.select.rpartition("\nSELECT\n")[2].splitlines():
            if (told := _COMMENTED.match(line.strip())) is not None:
                name = re.split(r"\s+|\.", told["expression"].strip())[-1]
                meanings[name] = told["meaning"]
        return meanings

    @cached_property
    def readings(self) -> Sequence[str]:
        """The tables and views that it reads, its own steps included, as often as it reads each."""
        return _READ.findall(self.select)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names of the tables and views that it reads, its own steps included."""
        return frozenset(self.readings)

    def make(self, database: duckdb.DuckDBPyConnection) -> None:
        """Create the view as a table, in the place of a view of DuckDB if it is one so far."""
        database.execute(f"DROP VIEW IF EXISTS {self.name}")
        database.execute(f"CREATE TABLE {self.name} AS {self.select}")

    def define(self, database: duckdb.DuckDBPyConnection) -> None:
        """Create it as a view of DuckDB, which works it out anew for every query."""
        database.execute(f"CREATE VIEW {self.name} AS {self.select}")


@dataclass(frozen=True)
class Filled:
    """Tables that stand among the views and that no single SELECT can make, the first its name."""

    name: str
    reads: frozenset[str]
    make: Callable[[duckdb.DuckDBPyConnection], None]


def reads(query: str) -> frozenset[str]:
    """The names that stand behind FROM and JOIN in a query."""
    return frozenset(_READ.findall(query))


@cache
def views() -> dict[str, View]:
    """The views of the product by name."""
    folder = files("reconcile").joinpath("views")
    told = (
        (one.name.removesuffix(".sql"), one.read_text("utf-8"))
        for one in folder.iterdir()
        if one.name.endswith(".sql")
    )
    return {name: _view(name, text) for name, text in sorted(told)}


def _view(name: str, text: str) -> View:
    first, second, select = text.split("\n", 2)
    key = tuple(part.strip() for part in second.removeprefix("-- key:").split(","))
    return View(name, first.removeprefix("--").strip(), key, select)


def needed(known: Mapping[str, View | Filled], wanted: Iterable[str]) -> list[View | Filled]:
    """Those of the `known` that are `wanted` or read by one that is, those that others read first.

    A name that is none of them is passed over.
    """
    lacking: set[str] = set()
    waiting = set(wanted)
    while fresh := waiting & known.keys() - lacking:
        lacking |= fresh
        waiting = {name for one in fresh for name in known[one].reads}
    return in_order(known[name] for name in lacking)


def in_order(waiting: Iterable[View | Filled]) -> list[View | Filled]:
    """Those that others read first. Raises ReconcileError for views that read each other."""
    told = {view.name: view for view in waiting}
    reading = {name: view.reads & told.keys() - {name} for name, view in sorted(told.items())}
    try:
        return [told[name] for name in TopologicalSorter(reading).static_order()]
    except CycleError as fault:
        raise ReconcileError(f"these views read each other: {', '.join(fault.args[1])}") from None
