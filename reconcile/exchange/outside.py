"""An outside file as sheets, whatever it is: delimited text, a workbook, Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reconcile.exchange import delimited, grid, parquet
from reconcile.exchange.proposal import Proposal
from reconcile.exchange.sheet import Record, Sheet
from reconcile.finding import Address, Finding, ReconcileError
from reconcile.reading.table import near
from reconcile.rules import rules

_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"


def sheets(path: Path, encoding: str = "", separator: str = "") -> list[Sheet]:
    """The sheets of a file: one of a text or a Parquet file, the visible ones of a workbook.

    What the file is shows in its first bytes, not in its name. What is wrong with it stands in
    `faults` of its sheets. Raises ReconcileError where there is no such file to read.
    """
    file = path.as_posix()
    try:
        with path.open("rb") as opened:
            first = opened.read(4)
        if first == _ZIP:
            return grid.sheets_of(path, file)
        if first == _PARQUET:
            return [parquet.sheet_of(path, file)]
        return [delimited.sheet_of(path, file, encoding, separator)]
    except OSError as fault:
        raise ReconcileError(f"{file} cannot be read: {fault.strerror}") from None


def records(
    files: Sequence[Path], name: str, columns: Sequence[str], proposal: Proposal
) -> Iterator[Record]:
    """The records of files of the format `name`; their faults are kept in the proposal."""
    for path in files:
        sheet = _sheet_with(path, name, columns)
        yield from sheet.records
        proposal.findings += sheet.faults
        proposal.findings += encoding_of(sheet)


def encoding_of(sheet: Sheet) -> list[Finding]:
    """A note where the encoding of a text was not UTF-8 and nobody said which it is."""
    if sheet.encoding in ("", "utf-8-sig") or sheet.told:
        return []
    at, values = Address(sheet.file, 1), {"encoding": sheet.encoding}
    return [Finding(rules()["encoding-guessed"], "file", (sheet.file,), at, values)]


def _sheet_with(path: Path, name: str, columns: Sequence[str]) -> Sheet:
    """The first sheet of a file that has `columns`, whose names are taken in small letters.

    Where none has them all, the one that lacks fewest, with that fault: it is no file of the format
    `name`.
    """
    found = sheets(path)
    for sheet in found:
        sheet.header = tuple(column.lower() for column in sheet.header)
    lacking = [[one for one in columns if one not in sheet.header] for sheet in found]
    at = min(range(len(found)), key=lambda one: len(lacking[one]), default=None)
    if at is None:
        empty = Sheet(path.as_posix())
        empty.refuse(0, "missing-header", header=", ".join(columns))
        return empty
    sheet = found[at]
    if lacking[at] and not sheet.faults:
        given = {"format": name, "columns": ", ".join(lacking[at])}
        offered = near(lacking[at][0], [one for one in sheet.header if one])
        sheet.refuse(1, "not-of-this-format", **given, near=offered)
    if sheet.faults:
        sheet.records = ()
    return sheet
