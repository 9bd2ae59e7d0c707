"""One file of a table, read the fast way where it is large and plainly built."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from reconcile.finding import Text
from reconcile.reading.cache import found, keep_for_later, mark_of
from reconcile.reading.columns import frame_of, read_at_once
from reconcile.reading.kept import Kept, Store
from reconcile.reading.parquet import read_parquet
from reconcile.reading.table import FileReading, read_bytes
from reconcile.tables import Table

LARGE = 500_000
"""Bytes from which a file is read in columns; a smaller one is read before DuckDB has started."""

PARQUET = ".parquet"
ENDINGS = (".csv", PARQUET)
"""How the name of a file of a table ends."""

_NO_FILE = Text("it is no CSV file", "ce n'est pas un fichier CSV")


def read_file(
    path: Path, file: str, table: Table, store: Store
) -> tuple[FileReading, pd.DataFrame | Kept]:
    """What is told of one file of `table`, and its readable rows.

    They are a frame with the line as index, or where they are many kept in `store`. `file` is the
    name of the file in addresses. Never raises for what it holds.
    """
    reading = FileReading(file)
    try:
        if not path.is_file() or path.suffix.lower() not in ENDINGS:
            reading.refuse(0, "unreadable-file", why=_NO_FILE)
            return reading, frame_of(reading.rows, table)
        if path.suffix.lower() == PARQUET or path.stat().st_size >= LARGE:
            swift = FileReading(file)
            if (many := _read_many(path, table, swift, store)) is not None:
                return swift, many
        raw = path.read_bytes()
    except OSError as fault:
        reading.refuse(0, "unreadable-file", why=_why(fault))
        return reading, frame_of(reading.rows, table)
    read_bytes(raw, path.name, table, reading)
    return reading, frame_of(reading.rows, table)


def _read_many(
    path: Path, table: Table, reading: FileReading, store: Store
) -> pd.DataFrame | Kept | None:
    """The rows of a large file, from an earlier run where that read the same without a fault."""
    mark = mark_of(path, table)
    if (before := found(mark, table, store)) is not None:
        reading.records = len(before)
        return before
    rows: pd.DataFrame | Kept | None
    if path.suffix.lower() == PARQUET:
        rows = read_parquet(path, table, reading, store)
    else:
        rows = read_at_once(path, table, reading, store)
    if isinstance(rows, Kept) and not reading.faults and mark == mark_of(path, table):
        keep_for_later(mark, rows)
    return rows


def _why(fault: OSError) -> Text:
    if isinstance(fault, PermissionError):
        return Text("there is no permission to read it", "la permission de le lire manque")
    return Text(f"the system says {fault.strerror}", f"le système dit {fault.strerror}")
