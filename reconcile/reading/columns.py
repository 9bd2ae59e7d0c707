"""A large file to typed columns at once; a record with anything unusual is read by itself.

A cell is plain where it can only mean one value, as nearly all cells of a large file do: DuckDB
finds those, in all columns at once. Every other record goes through the reader that explains, and a
file that is not built of one plain line a record goes there as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reconcile.engine import Connection, Refused, opened, quoted
from reconcile.reading.records import LONGEST_CELL, SPACES, Record, holds_something
from reconcile.reading.table import FileReading, header_of, read_record
from reconcile.tables import Column, Table

TYPES: dict[str, Any] = {
    "whole": "Int64",
    "decimal": "float64",
    "date": "datetime64[s]",
    "yes": "bool",
}
"""The type of a column in a frame by its kind; any other is a text."""

_CONTROL = bytes([*range(0x0A), *range(0x0B, 0x0D), *range(0x0E, 0x20), 0x7F])
_LATE_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
_SEPARATORS = (b"\xe2\x80\xa8", b"\xe2\x80\xa9")
_WIDE_SPACES = (
    rb"\xc2\xa0",
    rb"\xe1\x9a\x80",
    rb"\xe2\x80[\x80-\x8a\xaf]",
    rb"\xe2\x81\x9f",
    rb"\xe3\x80\x80",
)
# DuckDB takes a quote with spaces beside it for one that opens or closes a cell.
_LOOSE_QUOTES = (b', "', b'\n "', b'  "', b'" ,', b'" \n', b'" \r', b'"  ')
_GLOB = re.compile(r"[*?\[\]{}]")
_ID = "[a-z0-9-]+"
_PLAIN = {
    "text": "{trimmed}",
    "word": "{trimmed}",
    # No invisible character, and none of an alphabet that could be taken for another.
    "name": "REGEXP_FULL_MATCH({cell}, '[!-~À-ÿ]([ -~À-ÿ]*[!-~À-ÿ])?')",
    "id": f"REGEXP_FULL_MATCH({{cell}}, '{_ID}')",
    "ids": f"REGEXP_FULL_MATCH({{cell}}, '{_ID}(;{_ID})*')",
    "country": "REGEXP_FULL_MATCH({cell}, '[A-Z]{{2}}')",
    "whole": "REGEXP_FULL_MATCH({cell}, '[0-9]{{1,15}}')",
    "decimal": "REGEXP_FULL_MATCH({cell}, '-?[0-9]{{1,12}}(\\.[0-9]{{1,20}})?')",
    "date": "REGEXP_FULL_MATCH({cell}, '[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}')"
    " AND TRY_CAST({cell} AS DATE) IS NOT NULL",
    "moment": "REGEXP_FULL_MATCH({cell}, '[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}"
    "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z')"
    " AND TRY_CAST(LEFT({cell}, 10) AS DATE) IS NOT NULL",
    "yes": "{cell} = 'yes'",
}
_TRIMMED = "NOT STARTS_WITH({cell}, ' ') AND NOT ENDS_WITH({cell}, ' ')"
TRIMMED_OF_ALL = "TRIM({cell}, $spaces) = {cell}"
"""That no white space of any kind stands around a cell, in SQL."""

_FEW = 10  # a word that stands in more rows than this is kept once
_VALUE = {
    "whole": "CAST({cell} AS BIGINT)",
    "decimal": "CAST({cell} AS DOUBLE)",
    "date": "CAST({cell} AS DATE)",
    "yes": "{cell} IS NOT NULL",
}


def frame_of(reading: FileReading, table: Table) -> pd.DataFrame:
    """What was read a record at a time, typed: a row a record, its line the index."""
    lines = pd.Index(reading.lines, dtype="int64")
    return pd.DataFrame(
        {
            column.name: pd.Series(
                [one is True for one in reading.columns.get(column.name, [])]
                if column.kind == "yes" and column.name in reading.columns
                else reading.columns.get(column.name),
                index=lines,
                dtype=TYPES.get(column.kind, "str"),
            )
            for column in table.columns
        },
        index=lines,
    )


def read_at_once(path: Path, raw: bytes, table: Table, reading: FileReading) -> pd.DataFrame | None:
    """The readable rows of the file at `path`, whose bytes are `raw`, with the line as index.

    `reading` gets what is told of a file: faults, counts, ids. None where the file is not plainly
    built or changes meanwhile; `reading` is then to be thrown away.
    """
    if not _is_plainly_built(raw) or _GLOB.search(str(path)) or not str(path).isprintable():
        return None
    before = path.stat()
    header = header_of(raw.partition(b"\n")[0].decode("utf-8-sig").rstrip("\r"), 1, table, reading)
    if not reading.whole:
        return None
    database = opened()
    try:
        _fetch(database, path, header)
    except Refused:
        return None
    after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        return None
    rows, counts = counted(database, header)
    if rows != raw.count(b"\n") - raw.endswith(b"\n"):
        return None  # a line is no record, or a record no line
    if raw.count(b",") != (rows + 1) * (len(header) - 1) + _commas_in_cells(database, header, raw):
        return None  # DuckDB passes over an empty cell too many
    if any(one.longest > LONGEST_CELL for one in counts.values()):
        return None
    wide = any(re.search(one, raw) for one in _WIDE_SPACES)
    odd = set_aside(database, header, table, TRIMMED_OF_ALL if wide else _TRIMMED)
    if b'"' in raw and not all(holds_something(",".join(cells)) for _, cells in odd):
        return None  # a line of quoted empty cells is a record, one of commas is none
    return joined(database, counts, odd, table, reading, 2)


@dataclass(frozen=True)
class Counted:
    """Of one column: the bytes of its longest cell, and about how many different ones there are."""

    longest: int
    different: int


def counted(database: Connection, header: list[str]) -> tuple[int, dict[str, Counted]]:
    """How many rows the table `cell` has, and what is to be known of each column."""
    asked = (
        f"COALESCE(MAX(STRLEN({one})), 0), APPROX_COUNT_DISTINCT({one})"
        for one in map(quoted, header)
    )
    query = f"SELECT {', '.join(['COUNT(*)', *asked])} FROM cell"
    rows, *told = database.execute(query).fetchall()[0]
    each = map(Counted, told[::2], told[1::2])
    return rows, dict(zip(header, each, strict=True))


def set_aside(
    database: Connection, header: list[str], table: Table, trimmed: str, also: str = "TRUE"
) -> list[tuple[int, list[str]]]:
    """The place and the cells of each row that is not plain, which the table `odd` then holds.

    `trimmed` says in SQL of the words in `{cell}` that nothing is to be taken off them, `also` what
    else is asked of any cell.
    """
    columns = {column.name: column for column in table.columns}
    asked = [_condition(columns[name], trimmed) for name in header]
    asked += [
        f"({also.format(cell=quoted(name))}) IS NOT FALSE" for name in header if also != "TRUE"
    ]
    plain = " AND ".join(asked)
    database.execute(
        f"CREATE TABLE odd AS SELECT rowid AS place, * FROM cell WHERE ({plain}) IS NOT TRUE",
        {"spaces": SPACES} if "$spaces" in plain else None,
    )
    told = database.execute("SELECT * FROM odd ORDER BY place").fetchall()
    return [(place, [cell or "" for cell in cells]) for place, *cells in told]


def joined(
    database: Connection,
    counts: dict[str, Counted],
    odd: list[tuple[int, list[str]]],
    table: Table,
    reading: FileReading,
    first: int,
) -> pd.DataFrame:
    """The plain rows, and those set aside read a record at a time; the first stands on `first`."""
    columns = {column.name: column for column in table.columns}
    reading.columns = {name: [] for name in columns}
    for place, cells in odd:
        if holds_something(",".join(cells)):
            reading.records += 1
            read_record(
                Record(place + first, cells), list(counts), columns, table.identity, reading
            )
    plain = _plain_rows(database, counts, table, first)
    reading.records += len(plain)
    if table.identity is not None:
        reading.ids.update(plain[table.identity].tolist())
    if not reading.lines:
        return plain
    return pd.concat([plain, frame_of(reading, table)]).sort_index()


def _is_plainly_built(raw: bytes) -> bool:
    """Whether it is a text in NFC with one kind of line end and without odd characters."""
    if len(raw) != len(raw.translate(None, _CONTROL)) or _LATE_CONTROL.search(raw):
        return False
    if any(one in raw for one in (*_SEPARATORS, *(_LOOSE_QUOTES if b'"' in raw else ()))):
        return False
    if raw.endswith(b'" '):
        return False
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if not unicodedata.is_normalized("NFC", text):
        return False
    returns = raw.count(b"\r")
    return not returns or returns == raw.count(b"\r\n") == raw.count(b"\n")


def _fetch(database: Connection, path: Path, header: list[str]) -> None:
    """Leave the cells of a file in the table `cell`, a row a record; its rowid counts them."""
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in header)
    database.execute(
        f"CREATE TABLE cell AS SELECT * FROM read_csv($path, columns = {{{columns}}},"
        " auto_detect = false, header = false, skip = 1, delim = ',', quote = '\"', escape = '\"',"
        " nullstr = '', compression = 'none', strict_mode = true, hive_partitioning = false)",
        {"path": str(path)},
    )


def _commas_in_cells(database: Connection, header: list[str], raw: bytes) -> int:
    if b'"' not in raw:
        return 0
    commas = " + ".join(
        f"COALESCE(STRLEN({one}) - STRLEN(REPLACE({one}, ',', '')), 0)"
        for one in map(quoted, header)
    )
    (found,) = database.execute(f"SELECT COALESCE(SUM({commas}), 0) FROM cell").fetchall()[0]
    return int(found)


def _condition(column: Column, trimmed: str) -> str:
    """When a cell of `column` is plain, in SQL."""
    cell = quoted(column.name)
    plain = _PLAIN[column.kind].format(cell=cell, trimmed=trimmed.format(cell=cell))
    return f"COALESCE({plain}, FALSE)" if column.filled else f"({cell} IS NULL OR ({plain}))"


def _plain_rows(
    database: Connection, counts: dict[str, Counted], table: Table, first: int
) -> pd.DataFrame:
    """The rows with plain cells alone.

    A word that is repeated is kept once, which halves what a million claims take.
    """
    rows = database.execute("SELECT COUNT(*) FROM cell").fetchall()[0][0]
    values = []
    for column in table.columns:
        different = counts[column.name].different if column.name in counts else 0
        cell = quoted(column.name)
        value = _VALUE.get(column.kind, "{cell}").format(cell=cell)
        if column.kind not in _VALUE and 0 < different < rows // _FEW:
            database.execute(
                f"CREATE TYPE {column.name}_word AS ENUM"
                f" (SELECT DISTINCT {cell} FROM cell WHERE {cell} IS NOT NULL)"
            )
            value = f"CAST({value} AS {column.name}_word)"
        if different:
            values.append(f"{value} AS {cell}")
    told = database.execute(
        f"SELECT {', '.join([f'rowid + {first} AS line', *values])} FROM cell"
        " WHERE rowid NOT IN (SELECT place FROM odd) ORDER BY rowid"
    ).df()
    lines = pd.Index(told["line"], dtype="int64", name=None)
    return pd.DataFrame(
        {column.name: _series(told.get(column.name), column, lines) for column in table.columns},
        index=lines,
    )


def _series(told: pd.Series[Any] | None, column: Column, lines: pd.Index[int]) -> pd.Series[Any]:
    kind = TYPES.get(column.kind, "str")
    if told is None:
        return pd.Series(False if column.kind == "yes" else None, index=lines, dtype=kind)
    if isinstance(told.dtype, pd.CategoricalDtype):
        known = np.array([*told.cat.categories, None], dtype="object")
        told = pd.Series(known.take(told.cat.codes), index=told.index)
    return told.set_axis(lines).astype(kind)
