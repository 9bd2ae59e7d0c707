"""An outside table as it is read: a header, and records whose every cell has an address."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reconcile.finding import Address, Finding
from reconcile.reading import cells
from reconcile.reading.cells import Fault
from reconcile.reading.records import stripped
from reconcile.reading.table import near, shown
from reconcile.rules import rules

_WHOLE = re.compile(r"([0-9]{1,18})(?:\.0+)?")
_COMMA = re.compile(r"(-?[0-9]+),([0-9]+)")
_BREAKS = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass
class Sheet:
    """One table of an outside file.

    `file` names it in addresses. `letters`: it is a grid, so that an address names the cell.
    `separator` and `encoding` say how a text was read, `told` that its encoding was given and not
    found out. `faults` grows while the records are read.
    """

    file: str
    header: tuple[str, ...] = ()
    records: Iterable[Record] = ()
    letters: bool = False
    separator: str = ""
    encoding: str = ""
    told: bool = False
    faults: list[Finding] = field(default_factory=list)

    def address(self, line: int, column: str = "") -> Address:
        """Where a record stands, or its cell in `column`."""
        if not self.letters:
            return Address(self.file, line)
        at = self.header.index(column) if column in self.header else 0
        return Address(f"{self.file}!{letter(at)}{line}")

    def refuse(self, line: int, rule: str, *key: str, cell: str = "", **values: object) -> None:
        """Keep a fault of the file (line 0), of one of its lines, or of one cell of a grid."""
        at = self.address(line) if line else Address(self.file)
        if cell:
            at = Address(f"{self.file}!{cell}")
        given = {"file": self.file, **values}
        self.faults.append(Finding(rules()[rule], "file", (self.file, *key), at, given))


@dataclass(frozen=True)
class Record:
    """The cells of one record; a column that is not there is empty."""

    sheet: Sheet
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def at(self, column: str = "") -> Address:
        """Where the record stands, or its cell in `column`."""
        return self.sheet.address(self.line, column)

    def line_of(self, column: str) -> str:
        """The cell in `column` on one line, without control characters."""
        return one_line(self[column])

    def day(self, column: str, day_first: bool | None = None) -> dt.date | None:
        """The day in `column`, however it is written; None where it is empty or no day."""
        if not self[column]:
            return None
        day: dt.date | None = self._known(column, cells.any_date(self[column], day_first))
        return day

    def count(self, column: str) -> int | None:
        """The number of people in `column`; None where it is empty or no whole number."""
        if not (cell := self[column]):
            return None
        if (written := _WHOLE.fullmatch(cell)) is not None:
            return int(written[1])
        number: int | None = self._known(column, cells.whole(cell))
        return number

    def degrees(self, column: str) -> float | None:
        """The degrees in `column`; None where it is empty or no number.

        A decimal comma is taken for one where commas do not separate the columns.
        """
        if not (cell := self[column]):
            return None
        comma = self.sheet.separator != "," and _COMMA.fullmatch(cell)
        pointed = f"{comma[1]}.{comma[2]}" if comma else cell
        degrees: float | None = self._known(column, cells.decimal(pointed))
        return degrees

    def filled(self, column: str) -> bool:
        """Whether the cell in `column` holds something; a fault of the sheet if it does not."""
        if not self[column]:
            self._known(column, Fault("empty-required-cell"))
        return bool(self[column])

    def unknown_word(self, column: str, words: Iterable[str]) -> None:
        """Keep as a fault of the sheet that the cell in `column` is none of `words`."""
        told = list(words)
        values = {"words": ", ".join(told), "near": near(self[column], told)}
        self._known(column, Fault("unknown-word", values))

    def _known(self, column: str, told: Any) -> Any:
        if not isinstance(told, Fault):
            return told
        values = {"column": column, "value": shown(self[column]), **told.values}
        key = (self.sheet.file, *list(self.cells.values())[:2], column)
        at = self.at(column)
        self.sheet.faults.append(Finding(rules()[told.rule], "file", key, at, values))
        return None


def letter(at: int) -> str:
    """The letters of a column of a grid: 0 is A, 26 is AA."""
    told = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        told = chr(ord("A") + rest) + told
    return told


def one_line(text: str) -> str:
    """A text on one line: line breaks, tabs and control characters become one space."""
    return stripped(_BREAKS.sub(" ", text))


def text_of(value: Any) -> str:
    """A typed value of a workbook or a Parquet file as a text file would have it.

    A whole number has no point, a day no time, and "no" is empty.
    """
    if value is None or value is False or value != value:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return stripped(str(value))
