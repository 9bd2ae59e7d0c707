"""Delimited text: read in any encoding with any separator, written as CSV without a formula."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from reconcile.escape import spreadsheet
from reconcile.exchange.relation import Relation
from reconcile.exchange.sheet import Record, Sheet
from reconcile.finding import Text
from reconcile.reading import text
from reconcile.reading.records import LONGEST_CELL, rule_of, stripped, too_long
from reconcile.reading.table import shown

SEPARATORS = (",", ";", "\t", "|")
_CHUNK = 1 << 20
_MOST_COLUMNS = 2_000
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def sheet_of(path: Path, file: str, encoding: str = "", separator: str = "") -> Sheet:
    """The table in a delimited text file; what is not told of it is found out.

    The encoding is UTF-8 where the bytes are that, else the one that they seem to be. The separator
    is the one that cuts the header into most columns. Records are read while they are asked for.
    Raises OSError.
    """
    sheet = Sheet(file, encoding=encoding or _encoding(path), separator=separator)
    sheet.told = bool(encoding)
    if not sheet.encoding:
        sheet.refuse(0, "unreadable-file", why=_NO_TEXT)
        return sheet
    header = _header(path, sheet)
    if sheet.faults or header is None:
        return sheet
    sheet.header = tuple(header[1])
    for name, times in Counter(filter(None, sheet.header)).items():
        if times > 1:
            sheet.refuse(header[0], "repeated-column", name, column=name)
    sheet.records = _records(path, sheet, header[0])
    return sheet


_NO_TEXT = Text("it is no text", "ce n'est pas du texte")
_WIDE = Text(
    f"its header has more than {_MOST_COLUMNS} columns",
    f"son en-tête a plus de {_MOST_COLUMNS} colonnes",
)


def _encoding(path: Path) -> str:
    """The encoding of a file, empty where it is no text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        first = file.read(_CHUNK)
        if first[:2] in _MARKS:
            return _MARKS[first[:2]]
        try:
            chunk = first
            while chunk:
                if b"\x00" in chunk:
                    return text.seems(first) or "" if chunk is first else ""
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return text.seems(chunk) or ""
    return "utf-8-sig"


def _header(path: Path, sheet: Sheet) -> tuple[int, list[str]] | None:
    """The number of the header's last line and its cells."""
    if sheet.separator:
        return _first_record(path, sheet, sheet.separator)
    told = [(_first_record(path, sheet, one), one) for one in SEPARATORS]
    found = [(header, one) for header, one in told if header is not None]
    if not found:
        sheet.faults[:] = sheet.faults[:1]
        return None
    header, sheet.separator = max(found, key=lambda pair: len(pair[0][1]))
    sheet.faults.clear()
    if len(header[1]) > _MOST_COLUMNS:
        sheet.refuse(1, "unreadable-file", why=_WIDE)
    return header


def _first_record(path: Path, sheet: Sheet, separator: str) -> tuple[int, list[str]] | None:
    try:
        with path.open(encoding=sheet.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=separator, strict=True)
            for cells in reader:
                if any(map(stripped, cells)):
                    return reader.line_num, [stripped(cell) for cell in cells]
        sheet.refuse(1, "missing-header", header="…")
    except UnicodeError:
        sheet.refuse(0, "unreadable-file", why=_NO_TEXT)
    except csv.Error:
        sheet.refuse(1, "broken-header")
    return None


class _Lines:
    """The lines of a file, the last one kept for a message."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.last = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.last = next(self._file)
        return self.last


def _records(path: Path, sheet: Sheet, after: int) -> Iterator[Record]:
    with path.open(encoding=sheet.encoding, newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=sheet.separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                if line > after:
                    _refuse(sheet, line, fault, lines.last.strip())
                continue
            except UnicodeError:
                sheet.refuse(line, "unreadable-file", why=_NO_TEXT)
                return
            if line <= after or not any(map(stripped, cells)):
                continue
            if too_long(cells):
                sheet.refuse(line, "cell-too-long", str(line), limit=LONGEST_CELL)
                continue
            if len(cells) != len(sheet.header):
                found, expected = len(cells), len(sheet.header)
                sheet.refuse(line, "wrong-width", str(line), found=found, expected=expected)
                continue
            told = zip(sheet.header, map(stripped, cells), strict=True)
            yield Record(sheet, line, dict(told))


def _refuse(sheet: Sheet, line: int, fault: csv.Error, last: str) -> None:
    rule = rule_of(fault)
    told = {"limit": LONGEST_CELL} if rule == "cell-too-long" else {"value": shown(last)}
    sheet.refuse(line, rule, str(line), **told)


def written(relation: Relation) -> str:
    """A relation as CSV; a quote stands before a text that would be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(relation.columns)
    writer.writerows([spreadsheet(_flat(cell)) for cell in row] for row in relation.rows)
    return out.getvalue()


def _flat(cell: object) -> object:
    if cell is None or cell is False:
        return ""
    if cell is True:
        return "yes"
    return ";".join(map(str, cell)) if isinstance(cell, list) else cell
