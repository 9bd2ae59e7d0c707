"""Lines to records: comma-separated cells, one record a line, every line accounted for."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST_CELL = 131_072
"""Characters of the longest cell that is read, whatever limit another library sets for its own."""

_LONGEST_BREAK = 50
SPACES = " \t" + "".join(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
"""The white space that may stand around a cell and is no part of it."""


@dataclass(frozen=True)
class Record:
    """The cells of one line."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Broken:
    """Lines that make no record, why (the name of a rule), and their text."""

    line: int
    span: int
    rule: str
    text: str


def stripped(cell: str) -> str:
    """A cell without the white space around it; control characters are not white space."""
    return cell.strip(SPACES)


def holds_something(line: str) -> bool:
    """Whether a line holds anything but commas and white space."""
    return bool(line.replace(",", "").strip())


def split(line: str) -> list[str]:
    """The cells of one line; raises csv.Error where its quotes are broken."""
    return next(csv.reader([line], strict=True))


def too_long(cells: Sequence[str]) -> bool:
    """Whether one of the cells is longer than a cell may be."""
    return max(map(len, cells), default=0) > LONGEST_CELL


def rule_of(fault: csv.Error) -> str:
    """The rule that the csv module found broken."""
    told = str(fault)
    if "limit" in told:
        return "cell-too-long"
    return "unterminated-quote" if "end of data" in told else "stray-quote"


def records(lines: Sequence[str], first: int, width: int) -> Iterator[Record | Broken]:
    """Every record from line `first` on; `width` tells a broken cell from a lost quote.

    A line whose quote stays open belongs to a cell broken over lines if the following lines close
    it into a record of the right width; otherwise its quote was never closed and it stands alone.
    """
    at = first
    while at <= len(lines):
        line = lines[at - 1]
        if not holds_something(line):
            at += 1
            continue
        try:
            cells = split(line) if '"' in line else line.split(",")
            long = len(line) > LONGEST_CELL and too_long(cells)
            yield Broken(at, 1, "cell-too-long", line) if long else Record(at, cells)
            at += 1
        except csv.Error as fault:
            broken = _broken(lines, at, width, rule_of(fault))
            yield broken
            at += broken.span


def _broken(lines: Sequence[str], at: int, width: int, rule: str) -> Broken:
    line = lines[at - 1]
    if rule == "cell-too-long" or too_long(line.split('"')):
        return Broken(at, 1, "cell-too-long", line)
    if rule == "stray-quote":
        return Broken(at, 1, "stray-quote", line)
    joined = line
    for span in range(2, min(_LONGEST_BREAK, len(lines) - at + 1) + 1):
        joined += "\n" + lines[at + span - 2]
        if '"' not in lines[at + span - 2]:
            continue
        try:
            closed = list(csv.reader(joined.split("\n"), strict=True))
        except csv.Error as again:
            if rule_of(again) == "unterminated-quote":
                continue
            break
        if len(closed) == 1 and len(closed[0]) == width:
            return Broken(at, span, "line-break-in-cell", joined)
        break
    return Broken(at, 1, "unterminated-quote", line)
