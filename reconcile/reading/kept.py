"""The readable rows of a large file, kept outside of memory."""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reconcile.engine import Connection, Refused, aside, quoted
from reconcile.finding import ReconcileError
from reconcile.scratch import remove, scratch
from reconcile.tables import Column, Table

TYPES: dict[str, Any] = {
    "whole": "Int64",
    "decimal": "float64",
    "date": "datetime64[s]",
    "yes": "bool",
}
"""The type of a column in a frame by its kind; any other is a text."""

SQL_TYPES = {"whole": "BIGINT", "decimal": "DOUBLE", "date": "DATE", "yes": "BOOLEAN"}
"""The type of a column in a database by its kind; any other is a `VARCHAR`."""

_FEW = 10  # a word that stands in more rows than this is kept once


class Store:
    """A folder for rows that are kept, which is there for as long as somebody holds it."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._files = 0

    def place(self) -> Path:
        """Where the next file may be written. Raises ReconcileError where none can be."""
        if self._folder is None:
            self._folder = scratch()
            self._folder.mkdir()
            weakref.finalize(self, remove, self._folder, os.getpid())
        self._files += 1
        return self._folder / f"{self._files}.parquet"


@dataclass(frozen=True, eq=False)
class Kept:
    """Rows of `table` in the Parquet file at `path`, typed, and the line of each.

    The `store` of the file is held as long as they are.
    """

    path: Path
    table: Table
    lines: Sequence[int] | np.ndarray
    store: Store

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def source(self) -> str:
        """What is to stand behind FROM: `nth`, from 0, and the columns of the table."""
        names = ", ".join(quoted(column.name) for column in self.table.columns)
        file = literal(Path(escape(str(self.path))))
        return (
            f"(SELECT file_row_number AS nth, {names} FROM read_parquet({file},"
            " file_row_number = true, hive_partitioning = false))"
        )

    def frame(self) -> pd.DataFrame:
        """All of the rows, numbered from 0."""
        return fetched(aside(), self.source, self.table, "nth")


def fetched(database: Connection, source: str, table: Table, number: str) -> pd.DataFrame:
    """The rows of `source`, with its whole numbers in the column `number` as index, in their order.

    A word that is repeated is kept once, which halves what a million claims take.
    """
    texts = [quoted(one.name) for one in table.columns if one.kind not in TYPES]
    asked = "".join(f", APPROX_COUNT_DISTINCT({one})" for one in texts)
    rows, *counts = database.execute(f"SELECT COUNT(*){asked} FROM {source}").fetchall()[0]
    values = [quoted(one.name) for one in table.columns if one.kind in TYPES]
    for name, different in zip(texts, counts, strict=True):
        if 0 < different < rows // _FEW:
            word = quoted(f"{name[1:-1]}_word")
            database.execute(
                f"CREATE OR REPLACE TEMP TYPE {word} AS ENUM"
                f" (SELECT DISTINCT {name} FROM {source} WHERE {name} IS NOT NULL)"
            )
            name = f"CAST({name} AS {word}) AS {name}"
        values.append(name)
    told = database.execute(
        f"SELECT {number}, {', '.join(values)} FROM {source} ORDER BY {number}"
    ).df()
    columns = {column.name: _series(told[column.name], column) for column in table.columns}
    index = pd.Index(told[number].to_numpy(dtype="int64"))
    return pd.DataFrame(columns, index=told.index).set_axis(index)


def keep(query: str, database: Connection, table: Table, store: Store) -> Kept:
    """Write what `query` selects, `line` and the columns of `table`, in the order of their lines.

    Raises ReconcileError where there is no room.
    """
    path = store.place()
    try:
        database.execute(f"COPY ({query}) TO {literal(path)} (FORMAT parquet)")
    except Refused as fault:
        raise ReconcileError(f"the rows of a large file cannot be kept: {fault}") from None
    return Kept(path, table, lines_in(path, database), store)


def lines_in(path: Path, database: Connection) -> Sequence[int] | np.ndarray:
    """The lines of the rows in a Parquet file that `keep` wrote."""
    file = literal(Path(escape(str(path))))
    query = f"SELECT MIN(line), MAX(line), COUNT(*) FROM read_parquet({file})"
    first, last, count = database.execute(query).fetchall()[0]
    if count == 0 or last - first + 1 == count:
        return range(first or 0, (first or 0) + count)
    told = database.execute(f"SELECT line FROM read_parquet({file}) ORDER BY line").fetchnumpy()
    return np.asarray(told["line"])


def literal(path: Path) -> str:
    """A path in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def sql_type(column: Column) -> str:
    """The type of a column in a database."""
    return SQL_TYPES.get(column.kind, "VARCHAR")


def _series(told: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if isinstance(told.dtype, pd.CategoricalDtype):
        known = np.array([*told.cat.categories, None], dtype="object")
        told = pd.Series(known.take(told.cat.codes), index=told.index)
    return told.astype(TYPES.get(column.kind, "str"))
