"""A large file to typed columns at once; a record with anything unusual is read by itself.

A cell is plain where it can only mean one value, as nearly all cells of a large file do: DuckDB
finds those, in all columns at once. Every other record goes through the reader that explains, and a
file that is not built of one plain line a record goes there as a whole.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from reconcile.engine import Connection, OutOfMemory, Refused, opened, quoted
from reconcile.reading.build import Build, build_of
from reconcile.reading.kept import TYPES, Kept, Store, keep, sql_type
from reconcile.reading.records import LONGEST_CELL, SPACES, Record, holds_something
from reconcile.reading.table import FileReading, TypedRows, header_of, read_record
from reconcile.tables import Column, Table

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
    "whole": "REGEXP_FULL_MATCH({cell}, '-?[0-9]{{1,15}}')",
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


def frame_of(rows: TypedRows, table: Table) -> pd.DataFrame:
    """What was read a record at a time, typed: a row a record, its line the index."""
    lines = pd.Index(rows.lines, dtype="int64")
    cells = zip(*rows.values, strict=True) if rows.values else [()] * len(table.columns)
    return pd.DataFrame(
        {
            column.name: pd.Series(
                [one is True for one in told] if column.kind == "yes" else list(told),
                index=lines,
                dtype=TYPES.get(column.kind, "str"),
            )
            for column, told in zip(table.columns, cells, strict=True)
        },
        index=lines,
    )


def read_at_once(path: Path, table: Table, reading: FileReading, store: Store) -> Kept | None:
    """The readable rows of the file at `path`, kept in `store`.

    `reading` gets what else is told of a file: faults, counts, the rows that were half read, the
    ids of rows that were read by themselves. None where the file is not plainly built or changes
    meanwhile; `reading` is then to be thrown away.
    """
    if _GLOB.search(str(path)) or not str(path).isprintable():
        return None
    before = path.stat()
    if (build := build_of(path)) is None:
        return None
    header = header_of(build.header, 1, table, reading)
    if not reading.whole:
        return None
    database = opened()
    try:
        _fetch(database, path, header)
    except OutOfMemory:
        raise
    except Refused:
        return None
    after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        return None
    if not _is_read_as_built(database, header, build):
        return None
    trimmed = TRIMMED_OF_ALL if build.wide_spaces else _TRIMMED
    odd = set_aside(database, header, table, trimmed)
    if build.quotes and not all(holds_something(",".join(cells)) for _, cells in odd):
        return None  # a line of quoted empty cells is a record, one of commas is none
    return joined(database, header, odd, table, reading, 2, store)


def _is_read_as_built(database: Connection, header: list[str], build: Build) -> bool:
    """Whether DuckDB made one record of each line, with every cell, and none too long."""
    rows, longest = measured(database, header)
    if rows != build.line_ends or longest > LONGEST_CELL:
        return False
    # DuckDB passes over an empty cell too many.
    in_cells = _commas_in_cells(database, header) if build.quotes else 0
    return build.commas == (rows + 1) * (len(header) - 1) + in_cells


def measured(database: Connection, header: list[str]) -> tuple[int, int]:
    """How many rows the table `cell` has, and the bytes of its longest cell."""
    longest = (f"COALESCE(MAX(STRLEN({one})), 0)" for one in map(quoted, header))
    query = f"SELECT COUNT(*), GREATEST({', '.join(longest)}) FROM cell"
    rows, most = database.execute(query).fetchall()[0]
    return int(rows), int(most)


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
        f"CREATE TABLE odd AS SELECT rowid AS nth, * FROM cell WHERE ({plain}) IS NOT TRUE",
        {"spaces": SPACES} if "$spaces" in plain else None,
    )
    told = database.execute("SELECT * FROM odd ORDER BY nth").fetchall()
    return [(place, [cell or "" for cell in cells]) for place, *cells in told]


def joined(
    database: Connection,
    header: list[str],
    odd: list[tuple[int, list[str]]],
    table: Table,
    reading: FileReading,
    first: int,
    store: Store,
) -> Kept:
    """The plain rows, and those set aside read a record at a time; the first stands on `first`."""
    columns = {column.name: column for column in table.columns}
    for place, cells in odd:
        if holds_something(",".join(cells)):
            reading.records += 1
            read_record(Record(place + first, cells), header, columns, table.identity, reading)
    (rows,) = database.execute("SELECT COUNT(*) FROM cell").fetchall()[0]
    reading.records += rows - len(odd)
    values = ", ".join(_value(column, header) for column in table.columns)
    query = f"SELECT rowid + {first} AS line, {values} FROM cell"
    if not odd:
        return keep(query, database, table, store)
    query += " WHERE rowid NOT IN (SELECT nth FROM odd)"
    if reading.rows.lines:
        told = frame_of(reading.rows, table).rename_axis("line").reset_index()
        database.register("told_frame", told)
        values = ", ".join(
            f"CAST({quoted(column.name)} AS {sql_type(column)})" for column in table.columns
        )
        query += f" UNION ALL SELECT line, {values} FROM told_frame"
    kept = keep(f"{query} ORDER BY line", database, table, store)
    reading.rows = TypedRows()
    return kept


def _fetch(database: Connection, path: Path, header: list[str]) -> None:
    """Leave the cells of a file in the table `cell`, a row a record; its rowid counts them."""
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in header)
    database.execute(
        f"CREATE TABLE cell AS SELECT * FROM read_csv($path, columns = {{{columns}}},"
        " auto_detect = false, header = false, skip = 1, delim = ',', quote = '\"', escape = '\"',"
        " nullstr = '', compression = 'none', strict_mode = true, hive_partitioning = false)",
        {"path": str(path)},
    )


def _commas_in_cells(database: Connection, header: list[str]) -> int:
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


def _value(column: Column, header: list[str]) -> str:
    """The value of a plain cell of `column`, in SQL."""
    name = quoted(column.name)
    if column.name not in header:
        none = "FALSE" if column.kind == "yes" else f"CAST(NULL AS {sql_type(column)})"
        return f"{none} AS {name}"
    if column.kind == "yes":
        return f"{name} IS NOT NULL AS {name}"
    return f"CAST({name} AS {sql_type(column)}) AS {name}"
