"""Workbooks from outside (.xlsx): every sheet as texts, no formula, no bomb."""

from __future__ import annotations

import itertools
import zipfile
from collections import Counter
from collections.abc import Collection, Generator, Iterator
from pathlib import Path
from typing import Any

from reconcile.exchange import archive
from reconcile.exchange.sheet import Record, Sheet, text_of
from reconcile.finding import ReconcileError, Text
from reconcile.reading.table import shown

_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 200
_BEYOND = 5
_LARGEST_PART = {"xl/sharedStrings.xml": 48 << 20, "xl/styles.xml": 4 << 20}
_LARGEST_OTHER = 16 << 20
_DAMAGED = Text("the workbook is damaged", "le classeur est endommagé")


def sheets_of(path: Path, file: str, also: Collection[str] = ()) -> list[Sheet]:
    """The visible sheets of a workbook whose first line with something in it is a header.

    Those whose name is one of `also` are read even where they are hidden. A number is the text of
    its digits, a date YYYY-MM-DD. A cell with a formula is a fault of its sheet. Where the workbook
    cannot be opened the only sheet holds the reason. Raises OSError.
    """
    why = archive.fault(path) or _oversized(path)
    if why is None:
        try:
            left = itertools.count(archive.MOST_CELLS, -1)
            return [_sheet(one, file, left) for one in _worksheets(path, also)]
        except OSError:
            raise
        except (
            Exception
        ):  # a damaged workbook breaks its reader in ways that no list is long enough for
            why = _DAMAGED
    refused = Sheet(file)
    refused.refuse(0, "unreadable-file", why=why)
    return [refused]


def _oversized(path: Path) -> Text | None:
    with zipfile.ZipFile(path) as opened:
        for entry in opened.infolist():
            largest = _LARGEST_PART.get(entry.filename, _LARGEST_OTHER)
            if entry.filename.startswith("xl/worksheets/"):
                largest = archive.LARGEST_ENTRY
            if entry.file_size > largest:
                size = entry.file_size >> 20
                return Text(
                    f"{entry.filename} in it unpacks to {size} MB, more than is opened",
                    f"{entry.filename} s'y déplie en {size} Mo, plus qu'il n'en est ouvert",
                )
    return None


def _book(path: Path) -> Any:
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise ReconcileError("defusedxml is missing: no workbook is opened without it")
    return openpyxl.load_workbook(path.open("rb"), read_only=True, keep_links=False)


def _worksheets(path: Path, also: Collection[str]) -> list[Any]:
    """The visible worksheets and those named in `also`; while they live their file is open."""
    return [
        sheet
        for sheet in _book(path).worksheets
        if sheet.sheet_state == "visible" or sheet.title in also
    ]


def _sheet(told: Any, file: str, left: Iterator[int]) -> Sheet:
    """One sheet; `left` counts down the cells that its workbook may still hold."""
    sheet = Sheet(f"{file}#{told.title}", letters=True)
    rows = _rows(told, sheet, left)
    for line, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            sheet.header = tuple(cells)
            for one, times in Counter(filter(None, cells)).items():
                if times > 1:
                    sheet.refuse(line, "repeated-column", one, column=one)
            rows.close()
            sheet.records = _records(_rows(told, sheet, left, line), sheet)
            return sheet
    return sheet


def _records(rows: Iterator[tuple[int, list[str]]], sheet: Sheet) -> Iterator[Record]:
    width = len(sheet.header)
    for line, cells in rows:
        if any(cells[width:]):
            found = max(at for at, cell in enumerate(cells, 1) if cell)
            sheet.refuse(line, "wrong-width", str(line), found=found, expected=width)
        elif any(cells):
            told = zip(sheet.header, (cells + [""] * width)[:width], strict=True)
            yield Record(sheet, line, dict(told))


def _rows(
    told: Any, sheet: Sheet, left: Iterator[int], line: int = 0
) -> Generator[tuple[int, list[str]]]:
    """The lines of a sheet after `line` as texts, to a little beyond the header once it is known.

    What breaks in the midst of a sheet is a fault of it.
    """
    columns = len(sheet.header) + _BEYOND if sheet.header else _MOST_COLUMNS
    try:
        told.reset_dimensions()
        for row in told.iter_rows(line + 1, _MOST_ROWS, None, columns):
            line += 1
            if row:
                filled = sum(cell.value is not None for cell in row)
                if next(itertools.islice(left, filled, None)) < 0:
                    sheet.refuse(line, "unreadable-file", why=archive.TOO_MANY_CELLS)
                    return
                line = next((cell.row for cell in row if cell.value is not None), line)
                yield line, [_text(cell, sheet) for cell in row]
    except Exception:  # as above; what was read until here stands, and the fault refuses it
        sheet.refuse(line, "unreadable-file", why=_DAMAGED)


def _text(cell: Any, sheet: Sheet) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        at = f"{cell.column_letter}{cell.row}"
        sheet.refuse(cell.row, "formula-in-cell", at, cell=at, value=shown(str(value)))
        return ""
    return text_of(value)
