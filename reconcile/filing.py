"""Which of a table's files a new row goes to, and which columns that file has."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reconcile.finding import Address
from reconcile.ledger import FOLDER
from reconcile.reading import text
from reconcile.reading.records import holds_something, split, stripped
from reconcile.record import Row, cell_text, newest_file
from reconcile.tables import TABLES


def filed(
    workspace: str | os.PathLike[str],
    rows: Mapping[str, Sequence[Row]],
    year_of: Callable[[str], str],
) -> dict[str, list[Row]]:
    """Rows by the table that they are of, as rows by the key of `reconcile.record.append`.

    A claim goes to the file of the figures that is named by the year in which its event began,
    where there is one, else to that which is read last, as any other row does. `year_of` tells the
    year of an event of the ledger, empty where it is not known; an event among `rows` tells its
    own.
    """
    begun = {
        cell_text(row.get("event")): cell_text(row.get("starts_on"))[:4]
        for row in rows.get("events", ())
    }
    told: dict[str, list[Row]] = {}
    for table, those in rows.items():
        newest = newest_file(workspace, table) if those else ""
        for row in those:
            key = newest
            if table == "figures":
                event = cell_text(row.get("event"))
                year = begun.get(event) or year_of(event)
                key = _of_year(Path(workspace), year) or newest
            told.setdefault(key, []).append(row)
    return told


def _of_year(workspace: Path, year: str) -> str:
    there = year.isdecimal() and (workspace / FOLDER / "figures" / f"{year}.csv").is_file()
    return f"figures/{year}" if there else ""


def claims_placed(
    rows: Mapping[str, Sequence[Row]], places: Mapping[str, Sequence[Address]]
) -> dict[str, Address]:
    """Where each claim of `rows` stands, of what `append` tells of them."""
    return {
        cell_text(row["claim"]): at
        for key in rows
        if key.partition("/")[0] == "figures"
        for row, at in zip(rows[key], places[key], strict=True)
    }


def columns_of(workspace: str | os.PathLike[str], table: str) -> frozenset[str]:
    """The columns of the file that a new row of `table` goes to where no year decides.

    Those of the format where there is no file yet, or none that can be read.
    """
    known = frozenset(column.name for column in TABLES[table].columns)
    path = Path(workspace) / FOLDER / f"{newest_file(workspace, table)}.csv"
    try:
        lines = text.lines(path.read_bytes())
        header = next(line for line in lines if holds_something(line))
        return known & {stripped(cell) for cell in split(header)}
    except (OSError, text.NotUtf8, StopIteration, csv.Error):
        return known
