"""Relations as a workbook of Excel: a sheet each, and a first one that explains them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from reconcile.escape import spreadsheet
from reconcile.exchange.relation import Relation
from reconcile.finding import ReconcileError

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""The lines of a sheet."""
LONGEST_CELL = 32_767
"""The characters of a cell."""
_EPOCH = dt.date(1900, 3, 1)
_WIDTHS = {"message": 80, "stated": 40, "from_stated": 40, "name": 32, "url": 40, "file": 26}


def workbook(relations: Iterable[Relation], dated: dt.date | None = None) -> bytes:
    """The bytes of an .xlsx file, the same for the same relations; `dated` is its day of making.

    No cell holds a formula: a text that a spreadsheet might take for one stands behind a quote, and
    a yes or no is a word, since an office suite would make it one.
    Raises ReconcileError where a relation has more rows than a sheet can hold.
    """
    out = BytesIO()
    with book_in(out, dated) as book:
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        date = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        about = book.add_worksheet("about")
        explained: list[tuple[str, str, str]] = []
        for relation in relations:
            explained.append((relation.name, "", f"one row is {relation.row_is}"))
            explained += [(relation.name, name, said) for name, said in relation.columns.items()]
            _fill(book.add_worksheet(relation.name[:31]), relation, head, date)
        _table(about, ("sheet", "column", "what it is"), explained, head, date)
        about.set_column(0, 1, 24)
        about.set_column(2, 2, 100)
    return out.getvalue()


def book_in(out: BytesIO, dated: dt.date | None = None) -> Any:
    """A workbook that is written to `out`, the same bytes for the same cells; texts stay texts."""
    options = {
        "in_memory": True,
        "constant_memory": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    day = dated or dt.date(1980, 1, 1)
    book.set_properties({"created": dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)})
    return book


def _fill(sheet: Worksheet, relation: Relation, head: Format, date: Format) -> None:
    written = _table(sheet, tuple(relation.columns), relation.rows, head, date)
    if written >= MOST_ROWS:
        raise ReconcileError(
            f"{relation.name} has more than {MOST_ROWS - 1} rows, the most that a sheet can hold;"
            " write .json, or select events with --country, --since or --until"
        )
    for at, name in enumerate(relation.columns):
        sheet.set_column(at, at, _WIDTHS.get(name, max(10, len(name) + 2)))


def _table(
    sheet: Worksheet,
    columns: tuple[str, ...],
    rows: Iterable[tuple[object, ...]],
    head: Format,
    date: Format,
) -> int:
    for at, name in enumerate(columns):
        sheet.write_string(0, at, name, head)
    line = 0
    for line, row in enumerate(rows, 1):
        if line == MOST_ROWS:
            break
        for at, value in enumerate(row):
            _write(sheet, line, at, value, date)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, min(line, MOST_ROWS - 1), len(columns) - 1)
    return line


def _write(sheet: Worksheet, line: int, at: int, value: Any, date: Format) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(line, at, "yes" if value else "no")
    elif isinstance(value, int | float):
        sheet.write_number(line, at, value)
    elif isinstance(value, dt.date) and value >= _EPOCH:
        sheet.write_datetime(line, at, value, date)
    else:
        told = spreadsheet("; ".join(value) if isinstance(value, list) else value)
        if len(told) > LONGEST_CELL:
            told = told[: LONGEST_CELL - 1] + "…"
        sheet.write_string(line, at, told)
