"""One file of a table to typed rows, with every fault of every line."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from reconcile.finding import Text
from reconcile.reading import cells, text
from reconcile.reading.records import (
    LONGEST_CELL,
    Broken,
    Record,
    holds_something,
    records,
    split,
    stripped,
)
from reconcile.tables import Column, Table

_SHOWN = 60
_SHORT = 40
_NEAR = 70
_LIKE_AN_ID = re.compile("[a-z0-9-]+")
_LONGEST_COMPARED = 200
_SEPARATORS = {
    ";": Text("semicolons", "des points-virgules"),
    "\t": Text("tabs", "des tabulations"),
    "|": Text("bars", "des barres"),
}


@dataclass(frozen=True)
class LineFault:
    """A law broken on a line (0: by the whole file): the rule, what to say, and a lasting key."""

    line: int
    rule: str
    values: dict[str, object]
    key: tuple[str, ...]


@dataclass
class TypedRows:
    """The values of rows, in the order of the columns of their table, and the line of each row.

    An empty cell is None.
    """

    lines: list[int] = field(default_factory=list)
    values: list[tuple[cells.Value, ...]] = field(default_factory=list)

    def add(self, line: int, row: Mapping[str, cells.Value], columns: Iterable[str]) -> None:
        """Add the row on a line, of a table with these columns."""
        self.lines.append(line)
        self.values.append(tuple(map(row.get, columns)))


@dataclass
class FileReading:
    """What one file holds: each readable row, and all its faults.

    `half_read` are the rows with a cell that could not be read, which is empty there; `marks` tell
    them apart. `records` counts what stands in the file, `refused` what of it could not be read;
    `ids` are the ids of all rows, refused ones too. `whole` is False where the file as such was
    refused.
    """

    file: str
    rows: TypedRows = field(default_factory=TypedRows)
    half_read: TypedRows = field(default_factory=TypedRows)
    marks: list[str] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    records: int = 0
    refused: int = 0
    whole: bool = True

    def refuse(self, line: int, rule: str, **values: object) -> None:
        """Refuse the file as a whole, for a fault on `line`."""
        told = {"file": self.file, **values}
        key = (
            self.file,
            *(str(value) for name, value in sorted(values.items()) if name == "column"),
        )
        self.faults.append(LineFault(line, rule, told, key))
        self.whole = False


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, if one resembles it; capitals do not matter."""
    if len(word) > _LONGEST_COMPARED:
        return None
    found = process.extractOne(
        word, sorted(known), scorer=fuzz.ratio, processor=str.lower, score_cutoff=_NEAR
    )
    return None if found is None else str(found[0])


def near(word: str, known: Iterable[str]) -> Text:
    """A sentence that offers the known word most like `word`, or nothing."""
    if (found := nearest(word, known)) is None:
        return Text("", "")
    return Text(f"; did you mean {found}?", f" ; vouliez-vous dire {found} ?")


def shown(cell: str) -> str:
    """A cell as a message shows it: its beginning, if it is long."""
    return cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "…"


def read_bytes(raw: bytes, name: str, table: Table, reading: FileReading) -> None:
    """Read into `reading` the bytes of a file called `name`, line by line, explaining every fault.

    Never raises for what they hold.
    """
    try:
        lines = text.lines(raw)
    except text.NotUtf8 as fault:
        reading.records = sum(map(holds_something, text.rough_lines(raw)[1:]))
        reading.refused = reading.records
        reading.refuse(
            fault.line,
            "not-utf8",
            byte=f"{fault.byte:02x}",
            encoding=fault.encoding or Text("no text at all", "du tout autre chose que du texte"),
            iconv=fault.iconv,
            name=name,
        )
    else:
        _read_lines(lines, table, reading)


def _read_lines(lines: list[str], table: Table, reading: FileReading) -> None:
    first = next((at for at, line in enumerate(lines, 1) if holds_something(line)), 0)
    header = header_of(lines[first - 1], first, table, reading) if first else []
    if not first:
        names = ",".join(column.name for column in table.columns)
        reading.refuse(1, "missing-header", header=names)
    columns = {column.name: column for column in table.columns}
    for record in records(lines, first + 1, len(header)):
        reading.records += 1
        if not reading.whole:
            reading.refused += 1
        elif isinstance(record, Broken):
            reading.refused += 1
            _keep_ids(record.text, reading)
            values: dict[str, object] = {
                "value": shown(record.text[max(record.text.find('"'), 0) :]),
                "span": record.span,
                "limit": LONGEST_CELL,
            }
            reading.faults.append(
                LineFault(record.line, record.rule, values, (_hash(record.text),))
            )
        else:
            read_record(record, header, columns, table.identity, reading)


def header_of(line: str, at: int, table: Table, reading: FileReading) -> list[str]:
    """The names in the line `at`; what is wrong with them refuses the file of `reading`."""
    try:
        header = [stripped(cell) for cell in split(line)]
    except csv.Error:
        reading.refuse(at, "broken-header")
        return []
    for separator, called in _SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            reading.refuse(at, "wrong-separator", value=called)
            return header
    know_columns(header, at, table, reading)
    return header


def know_columns(header: list[str], at: int, table: Table, reading: FileReading) -> None:
    """Refuse the file of `reading` where `header`, on line `at`, does not name the columns."""
    known = [column.name for column in table.columns]
    missing = {column.name for column in table.columns} - set(header)
    needed = {column.name for column in table.columns if not column.optional} & missing
    for name, times in Counter(header).items():
        if name not in known:
            offered = nearest(name, missing)
            needed.discard(offered or "")
            shown_name = shown(name) or '""'
            offer = near(name, missing)
            reading.refuse(at, "unknown-column", column=name, value=shown_name, near=offer)
        elif times > 1:
            reading.refuse(at, "repeated-column", column=name)
    for name in sorted(needed, key=known.index):
        reading.refuse(at, "missing-column", column=name)


def read_record(
    record: Record,
    header: list[str],
    columns: dict[str, Column],
    identity: str | None,
    reading: FileReading,
) -> None:
    """Read one record into `reading`: its values, and a fault for every cell that has none."""
    written = [cell and stripped(cell) for cell in record.cells]
    hashed = ""
    if len(written) != len(header):
        reading.refused += 1
        _keep_ids(",".join(written), reading)
        values: dict[str, object] = {"found": len(written), "expected": len(header)}
        key = (_hash("\x1f".join(written)),)
        reading.faults.append(LineFault(record.line, "wrong-width", values, key))
        return
    row: dict[str, cells.Value] = {}
    for name, cell in zip(header, written, strict=True):
        told = value(cell, columns[name])
        if isinstance(told, cells.Fault):
            hashed = hashed or _hash("\x1f".join(written))
            given = {"column": name, "value": shown(cell), **told.values}
            reading.faults.append(LineFault(record.line, told.rule, given, (hashed, name)))
        else:
            row[name] = told
    if identity is not None and isinstance(found := row.get(identity), str):
        reading.ids.add(found)
    if hashed:
        reading.refused += 1
        reading.half_read.add(record.line, row, columns)
        reading.marks.append(hashed)
        return
    reading.rows.add(record.line, row, columns)


def refuse_long(text: str, line: int, reading: FileReading) -> None:
    """Refuse a record, whose cells are joined in `text`, for a cell that is too long."""
    reading.records += 1
    reading.refused += 1
    _keep_ids(text, reading)
    values: dict[str, object] = {"value": shown(text), "span": 1, "limit": LONGEST_CELL}
    reading.faults.append(LineFault(line, "cell-too-long", values, (_hash(text),)))


def _keep_ids(text: str, reading: FileReading) -> None:
    """Keep what may be the id of a record that cannot be split, so that nothing else is accused."""
    reading.ids.update(_LIKE_AN_ID.findall(text))


def value(cell: str, column: Column) -> cells.Value | cells.Fault:
    """The value of one cell of `column` (None if it is empty), or its fault."""
    if not cell:
        return cells.Fault("empty-required-cell") if column.filled else None
    return _of_short(cell, column.kind) if len(cell) <= _SHORT else cells.PARSERS[column.kind](cell)


@lru_cache(maxsize=1 << 15)
def _of_short(cell: str, kind: str) -> cells.Value | cells.Fault:
    """The value of a cell as it is often repeated: a day, a source, a place."""
    return cells.PARSERS[kind](cell)


def _hash(record: str) -> str:
    return hashlib.sha256(record.encode("utf-8", "surrogatepass")).hexdigest()[:16]
