"""What is asked of a list, as a query, and its rows as they are told."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconcile.escape import spreadsheet
from reconcile.serve.paging import after, ordered

if TYPE_CHECKING:
    from reconcile.serve.drawn import Reader

AS_JSON = "CAST(TO_JSON(t) AS VARCHAR)"
"""A row of `t` as the database writes it in JSON."""

AT_ONCE = 2000
"""Rows fetched at a time."""

Row = Sequence[object]
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True)
class Query:
    """Rows of a relation on which all `conditions` hold, by `key`, those after a row where given.

    `relation` is a table, or a SELECT in parentheses. With `rests` the last column holds rows
    of the ledger, which are told as their places. `plain`: it is the table of a list, in which no
    number is infinite, so that the database itself can write the JSON.
    """

    relation: str
    columns: Sequence[str]
    key: Sequence[str]
    conditions: Sequence[str] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    resume: Row | None = None
    limit: int | None = None
    rests: bool = False
    plain: bool = False

    def items(self, cursor: Reader) -> Iterator[tuple[str, Row]]:
        """Each row as JSON in ASCII, with its key."""
        if not self.plain:
            for row, key in self.rows(cursor):
                yield _as_text(item(self.columns, row)), key
            return
        if cursor.has_json:
            answer = cursor.execute(*self._asked(("told", *self.key), cursor))
        else:
            query, values = self._asked(self.columns, cursor)
            key = ordered(self.key)
            query = f"SELECT {AS_JSON}, {', '.join(self.key)} FROM ({query}) AS t"
            answer = cursor.execute(f"{query} ORDER BY {key}", values)
        for told, *rest in answer.fetchall():
            yield told if cursor.has_json else in_ascii(told), rest

    def rows(self, cursor: Reader) -> Iterator[tuple[Row, Row]]:
        """Each row with its key, fetched as they are gone through."""
        answer = cursor.execute(*self._asked((*self.columns, *self.key), cursor))
        width = len(self.columns)
        while rows := answer.fetchmany(AT_ONCE):
            resting = {at for row in rows for at in row[width - 1]} if self.rests else set()
            places = _places(cursor, resting)
            for row in rows:
                told: Row = row[:width]
                if self.rests:
                    told = (*told[:-1], [places[at] for at in row[width - 1]])
                yield told, row[width:]

    def _asked(self, columns: Iterable[str], cursor: Reader) -> tuple[str, dict[str, object]]:
        conditions, values = list(self.conditions), dict(self.values)
        if self.resume is not None:
            condition, more = after(self.key, self.resume)
            conditions.append(condition)
            values |= more
        wanted = ", ".join(f'"{one}"' for one in columns)
        chosen = f"FROM {self.relation} AS t"
        if conditions:
            chosen += f" WHERE {' AND '.join(conditions)}"
        order = f"ORDER BY {ordered(self.key)}"
        if self.limit is None:
            return f"SELECT {wanted} {chosen} {order}", values
        chosen += f" {order} LIMIT {int(self.limit)}"
        if self.plain and not cursor.has_json:  # Of many rows the columns of these alone are read.
            chosen = f"FROM {self.relation} AS t WHERE rowid IN (SELECT rowid {chosen}) {order}"
        return f"SELECT {wanted} {chosen}", values


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
    return tagless(_as_text(told)).encode()


def as_document(given: Mapping[str, object], name: str, told: str) -> bytes:
    """As `as_json` of `given` with one more field, which is JSON already."""
    return tagless(f'{_as_text(given)[:-1]},"{name}":{told}}}').encode()


def _as_text(told: object) -> str:
    return json.dumps(told, separators=(",", ":"), allow_nan=False)


def in_ascii(told: str) -> str:
    """JSON with all beyond ASCII escaped, so that nothing in it steers a terminal."""
    return _BEYOND_ASCII.sub(_escaped, told)


def _escaped(beyond: re.Match[str]) -> str:
    return json.dumps(beyond[0])[1:-1]


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
