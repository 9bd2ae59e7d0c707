"""A table or view as Great Expectations sees it: the columns asked of, the rows that fail."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.database import execute
from reconcile.engine import quoted
from reconcile.finding import ReconcileError
from reconcile.suite import Suite
from reconcile.tables import TABLES
from reconcile.view import views

if TYPE_CHECKING:
    import duckdb

_NUMBERS = ("BIGINT", "HUGEINT", "DOUBLE", "INTEGER")


@dataclass(frozen=True)
class Relation:
    """A table or view of the database: the types of its columns by name."""

    name: str
    types: Mapping[str, str]

    @classmethod
    def of(cls, database: duckdb.DuckDBPyConnection, suite: Suite) -> Relation:
        """The one that a suite tests. Raises ReconcileError where it cannot be tested."""
        if suite.relation not in views() and suite.relation not in TABLES:
            raise ReconcileError(f"{suite.file}: there is no table or view {suite.relation}")
        told = execute(database, f"SELECT * FROM {suite.relation} LIMIT 0").description or []
        if "row" not in [column[0] for column in told]:
            raise ReconcileError(
                f"{suite.file}: the rows of {suite.relation} rest on no row of a file"
            )
        return cls(suite.relation, {column[0]: str(column[1]) for column in told})

    def judged(
        self, database: duckdb.DuckDBPyConnection, suite: Suite
    ) -> tuple[pd.DataFrame, pd.Series[int]]:
        """The columns that a suite speaks of, in a lasting order, and where each row lies.

        Great Expectations hashes whatever it is given, which takes longer than to judge it.
        """
        words = set(re.findall(r"\w+", str([one["kwargs"] for one in suite.told["expectations"]])))
        wanted = [name for name in self.types if name in words]
        order = ["row", *(views()[self.name].key if self.name in views() else ())]
        told = database.execute(
            f"SELECT {', '.join(['rowid AS place', *map(quoted, wanted)])} FROM {self.name}"
            f" ORDER BY {', '.join(map(quoted, order))}"
        ).df()
        columns = {name: _column(told[name], self.types[name]) for name in wanted}
        return pd.DataFrame(columns, index=told.index), told["place"]

    def rows(
        self, database: duckdb.DuckDBPyConnection, places: Iterable[int], columns: Iterable[str]
    ) -> dict[int, dict[str, Any]]:
        """These columns of the rows that lie at these places: numbers as floats, NaN for none."""
        names = [name for name in self.types if name in set(columns)]
        database.register(
            "place_frame", pd.DataFrame({"place": sorted(set(places))}, dtype="int64")
        )
        told = database.execute(
            f"SELECT {', '.join(['r.rowid', *(f'r.{quoted(name)}' for name in names)])}"
            f" FROM {self.name} AS r"
            " INNER JOIN place_frame AS p ON p.place = r.rowid"
        ).fetchall()
        database.unregister("place_frame")
        numbers = [self.types[name] in _NUMBERS for name in names]
        return {
            place: {
                name: math.nan if cell is None else float(cell) if number else cell
                for name, cell, number in zip(names, cells, numbers, strict=True)
            }
            for place, *cells in told
        }


def _column(told: pd.Series[Any], kind: str) -> pd.Series[Any]:
    """A column with numbers as floats and days as days: integers that lack some crash pairs."""
    if kind in _NUMBERS:
        return told.astype("float64")
    if kind == "DATE":
        codes, days = pd.factorize(told)
        known = pd.Series([*(one.date() for one in days), None], dtype="object")
        return known.take(codes).set_axis(told.index)
    return told.astype("str") if kind == "VARCHAR" else told
