"""Parquet, read and written by DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from reconcile.engine import PARQUET, opened
from reconcile.exchange import archive
from reconcile.exchange.relation import Relation
from reconcile.exchange.sheet import Record, Sheet, text_of
from reconcile.finding import Text
from reconcile.scratch import scratch_folder

if TYPE_CHECKING:
    import duckdb

_LARGEST = 64 << 20
_SMALL: dict[str, str | int] = {"memory_limit": "192MB", "threads": 1}
_AT_ONCE = 2_000
_PLACES = {"line": "BIGINT", "rests_on": "VARCHAR[]"}
_DTYPES = {
    **dict.fromkeys(("BIGINT", "INTEGER", "HUGEINT"), "Int64"),
    "DOUBLE": "float64",
    "BOOLEAN": "boolean",
    "DATE": "datetime64[s]",
    "VARCHAR": "str",
}
_DAMAGED = Text("the Parquet file is damaged", "le fichier Parquet est endommagé")


def sheet_of(path: Path, file: str) -> Sheet:
    """The table in a Parquet file, every value as text; a line is the number of its row.

    Raises OSError.
    """
    sheet = Sheet(file)
    path.stat()
    try:
        if (why := _too_large(path)) is not None:
            sheet.refuse(0, "unreadable-file", why=why)
            return sheet
        told = opened(**_SMALL).execute(
            f"SELECT * FROM {PARQUET} LIMIT 0", {"path": escape(str(path))}
        )
        sheet.header = tuple(column[0] for column in told.description or ())
    except Exception:  # DuckDB breaks on what is no text in ways that are no error of its own
        sheet.refuse(0, "unreadable-file", why=_DAMAGED)
        return sheet
    sheet.records = _records(path, sheet)
    return sheet


def _too_large(path: Path) -> Text | None:
    query = "SELECT SUM(total_uncompressed_size), SUM(num_values) FROM parquet_metadata($path)"
    found = opened(**_SMALL).execute(query, {"path": escape(str(path))}).fetchone()
    size, cells = (int(one or 0) for one in found or (0, 0))
    if cells > archive.MOST_CELLS:
        return archive.TOO_MANY_CELLS
    if size <= _LARGEST:
        return None
    return Text(
        f"it unpacks to {size >> 20} MB, more than the {_LARGEST >> 20} MB that are opened",
        f"il se déplie en {size >> 20} Mo, plus que les {_LARGEST >> 20} Mo qui sont ouverts",
    )


def _records(path: Path, sheet: Sheet) -> Iterator[Record]:
    line = 0
    try:
        told = opened(**_SMALL).execute(f"SELECT * FROM {PARQUET}", {"path": escape(str(path))})
        while rows := told.fetchmany(_AT_ONCE):
            for row in rows:
                line += 1
                cells = dict(zip(sheet.header, map(text_of, row), strict=True))
                if any(cells.values()):
                    yield Record(sheet, line, cells)
    except Exception:  # as above; what was read until here stands, and the fault refuses it
        sheet.refuse(line, "unreadable-file", why=_DAMAGED)


def written(database: duckdb.DuckDBPyConnection, relation: Relation) -> bytes:
    """A relation as a Parquet file, with the types that its columns have in `database`."""
    cursor = database.cursor()
    kinds = cursor.execute(f"DESCRIBE {relation.name}").fetchall()
    types = {name: kind for name, kind, *_ in kinds}
    listed = [(name, types.get(name, _PLACES.get(name, "VARCHAR"))) for name in relation.columns]
    rows = list(relation.rows)
    frame = pd.DataFrame(
        {
            name: pd.Series([row[at] for row in rows], dtype=_DTYPES.get(kind, "object"))
            for at, (name, kind) in enumerate(listed)
        }
    )
    typed = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in listed)
    cursor.register("frame", frame)
    try:
        with scratch_folder() as folder:
            file = folder / "written.parquet"
            cursor.execute(f"COPY (SELECT {typed} FROM frame) TO '{file}' (FORMAT parquet)")
            return file.read_bytes()
    finally:
        cursor.unregister("frame")
