"""A Parquet file of a table to typed columns, under the same rules as a file of text."""

from __future__ import annotations

import unicodedata
from glob import escape
from pathlib import Path

import pandas as pd

from reconcile.engine import PARQUET, Connection, OutOfMemory, opened, quoted
from reconcile.finding import ReconcileError, Text
from reconcile.reading.columns import TRIMMED_OF_ALL, frame_of, joined, measured, set_aside
from reconcile.reading.kept import Kept, Store
from reconcile.reading.records import LONGEST_CELL, too_long
from reconcile.reading.table import FileReading, know_columns, refuse_long
from reconcile.tables import Table

_DAMAGED = Text("the Parquet file is damaged", "le fichier Parquet est endommagé")
_ALWAYS = 64 << 20
_TIMES = 1000
_WHOLE = (
    "BIGINT",
    "INTEGER",
    "SMALLINT",
    "TINYINT",
    "UBIGINT",
    "UINTEGER",
    "USMALLINT",
    "UTINYINT",
)
_TYPES = {
    "whole": _WHOLE,
    "decimal": ("DOUBLE", "FLOAT", *_WHOLE),
    "date": ("DATE",),
    "yes": ("BOOLEAN",),
}
_UNLIKE_LINES = (
    "{cell} = NFC_NORMALIZE({cell})"
    " AND NOT REGEXP_MATCHES({cell}, '[\\x00-\\x1f\\x7f-\\x{{9f}}\\x{{2028}}\\x{{2029}}]')"
)


def read_parquet(
    path: Path, table: Table, reading: FileReading, store: Store
) -> pd.DataFrame | Kept:
    """The readable rows of the file at `path`, kept in `store`; a row's line is its number, from 1.

    A cell may be a text, as in a file of text, or be of the type of its column. `reading` gets what
    is told of the file. Raises OSError where the file cannot be opened.
    """
    with path.open("rb"):
        pass
    database = opened()
    try:
        if not _fetch(database, path, table, reading):
            return frame_of(reading.rows, table)
    except OutOfMemory:
        raise ReconcileError(f"{path} needs more memory than there is") from None
    except Exception:  # DuckDB breaks on what is no text in ways that are no error of its own
        reading.refuse(0, "unreadable-file", why=_DAMAGED)
        return frame_of(reading.rows, table)
    header = [name for name, *_ in database.execute("DESCRIBE cell").fetchall()]
    _, longest = measured(database, header)
    plain = f"{TRIMMED_OF_ALL} AND {_UNLIKE_LINES}"
    short = f"STRLEN({{cell}}) <= {LONGEST_CELL}" if longest > LONGEST_CELL else "TRUE"
    odd = []
    for place, cells in set_aside(database, header, table, plain, short):
        if too_long(cells):
            refuse_long(",".join(cells), place + 1, reading)
        else:
            odd.append((place, [unicodedata.normalize("NFC", cell) for cell in cells]))
    return joined(database, header, odd, table, reading, 1, store)


def _fetch(database: Connection, path: Path, table: Table, reading: FileReading) -> bool:
    """Leave the cells in the table `cell` as texts; False where the columns are not those asked."""
    file = {"path": escape(str(path))}
    told = database.execute(f"SELECT * FROM {PARQUET} LIMIT 0", file).description or []
    header = [name for name, *_ in told]
    know_columns(header, 0, table, reading)
    if not reading.whole:
        return False
    values = []
    kinds = {column.name: column.kind for column in table.columns}
    for name, kind, *_ in told:
        types, cell = _TYPES.get(kinds[name], ()), quoted(name)
        if str(kind) == "BOOLEAN" and kinds[name] == "yes":
            values.append(f"CASE WHEN {cell} THEN 'yes' END AS {cell}")
            continue
        values.append(f"NULLIF(CAST({cell} AS VARCHAR), '') AS {cell}")
        if str(kind) not in ("VARCHAR", *types) and not _is_empty(database, name, file):
            given = ", ".join(("VARCHAR", *types[:2]))
            reading.refuse(0, "mistyped-column", column=name, value=str(kind), types=given)
    if reading.whole and (size := _unpacked(database, header, file)) > _most(path):
        reading.refuse(0, "unreadable-file", why=_bomb(size))
    if reading.whole:
        database.execute(f"CREATE TABLE cell AS SELECT {', '.join(values)} FROM {PARQUET}", file)
    return reading.whole


def _unpacked(database: Connection, header: list[str], file: dict[str, str]) -> int:
    """The bytes of all cells as texts, which are counted without being held."""
    cells = ", ".join(f"STRLEN(CAST({one} AS VARCHAR))" for one in map(quoted, header))
    query = f"SELECT SUM(LIST_SUM([{cells}])) FROM {PARQUET}"
    (size,) = database.execute(query, file).fetchall()[0]
    return int(size or 0)


def _most(path: Path) -> int:
    """The most bytes that a file may unpack to: no honest table is so much smaller as a file."""
    return max(_ALWAYS, _TIMES * path.stat().st_size)


def _bomb(size: int) -> Text:
    return Text(
        f"it unpacks to {size >> 20} MB, which is over {_TIMES} times its size",
        f"il se déplie en {size >> 20} Mo, plus de {_TIMES} fois sa taille",
    )


def _is_empty(database: Connection, name: str, file: dict[str, str]) -> bool:
    """Whether a column holds nothing: whoever writes none may give it any type."""
    query = f"SELECT COUNT({quoted(name)}) FROM {PARQUET}"
    return database.execute(query, file).fetchall() == [(0,)]
