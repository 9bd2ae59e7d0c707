"""What is asked of a list, as a query, and its rows as they are told."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconcile.escape import spreadsheet
from reconcile.serve.paging import after, ordered

if TYPE_CHECKING:
    from reconcile.serve.drawn import Reader

AT_ONCE = 2000
"""Rows fetched at a time."""

Row = Sequence[object]


@dataclass(frozen=True)
class Query:
    """Rows of `select` on which all `conditions` hold, by `key`, those after a row where given.

    With `rests` the last column holds rows of the ledger, which are told as their places.
    """

    select: str
    columns: Sequence[str]
    key: Sequence[str]
    conditions: Sequence[str] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    resume: Row | None = None
    limit: int | None = None
    rests: bool = False

    def rows(self, cursor: Reader) -> Iterator[tuple[Row, Row]]:
        """Each row with its key, fetched as they are gone through."""
        conditions, values = list(self.conditions), dict(self.values)
        if self.resume is not None:
            condition, more = after(self.key, self.resume)
            conditions.append(condition)
            values |= more
        wanted = ", ".join(f'"{one}"' for one in (*self.columns, *self.key))
        query = f"SELECT {wanted} FROM ({self.select}) AS t"
        if conditions:
            query += f" WHERE {' AND '.join(conditions)}"
        query += f" ORDER BY {ordered(self.key)}"
        if self.limit is not None:
            query += f" LIMIT {int(self.limit)}"
        answer = cursor.execute(query, values)
        width = len(self.columns)
        while rows := answer.fetchmany(AT_ONCE):
            resting = {at for row in rows for at in row[width - 1]} if self.rests else set()
            places = _places(cursor, resting)
            for row in rows:
                told: Row = row[:width]
                if self.rests:
                    told = (*told[:-1], [places[at] for at in row[width - 1]])
                yield told, row[width:]


def _places(cursor: Reader, rows: Collection[int]) -> dict[int, str]:
    if not rows:
        return {}
    with cursor.cursor() as beside:
        told = beside.execute(
            "SELECT row, file, line FROM address WHERE row IN (SELECT UNNEST($rows))",
            {"rows": sorted(rows)},
        ).fetchall()
    return {row: f"{file}:{line}" for row, file, line in told}


def plain(value: object) -> object:
    """A value as JSON takes it: a day as YYYY-MM-DD, what is no number as nothing."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def item(columns: Iterable[str], row: Row) -> dict[str, object]:
    """A row by column, as JSON takes it."""
    return {name: plain(value) for name, value in zip(columns, row, strict=True)}


def as_json(told: object) -> bytes:
    """A document in ASCII without a tag, so that no text can leave its string."""
    return tagless(json.dumps(told, separators=(",", ":"), allow_nan=False)).encode()


def tagless(told: str) -> str:
    """JSON in which nothing begins or ends a tag, whatever it is taken for."""
    return told.replace("<", "\\u003c").replace(">", "\\u003e")


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The lines of a CSV in pieces, with cells that no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for at, row in enumerate(rows, 1):
        writer.writerow([spreadsheet(_flat(value)) for value in row])
        if at % AT_ONCE == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _flat(value: object) -> object:
    value = plain(value)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
