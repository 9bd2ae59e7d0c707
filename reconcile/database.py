"""DuckDB: a database of the tables of a ledger, of the closures over them and of its views."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import duckdb
import pandas as pd

from reconcile.aggregation import keep_rules
from reconcile.containment import close_trees
from reconcile.engine import opened
from reconcile.filling import fill
from reconcile.finding import ReconcileError
from reconcile.ledger import LAST_ACT, Ledger, Place
from reconcile.reading.kept import sql_type
from reconcile.tables import TABLES, Column
from reconcile.view import reads, views
from reconcile.wording import codebooks, read
from reconcile.wording.codebook import step

_FEW = 122_880  # Claims: DuckDB parts no fewer among threads, which then wait for each other.
_REVIEW = (*TABLES["figures"].columns, *(Column(name, "text", "") for name in LAST_ACT))
HANDFUL = 5
"""The fewest events on which something is said of how a source or a party tends to speak."""

_READING = {
    **dict.fromkeys(("stated", "language", "codebook"), "str"),
    **dict.fromkeys(("low", "high", "named"), "Int64"),
    "stance": "str",
    "additional": "bool",
    "step": "Int64",
}
_PRELUDE = """
CREATE MACRO days_between(earlier, later) AS DATE_DIFF('day', earlier, later);
CREATE MACRO row_pair(one, other) AS LIST_SORT([one, other]);
"""
_LINKS = """
CREATE TABLE supersession AS
SELECT row, claim, TRIM(UNNEST(STRING_SPLIT(supersedes, ';'))) AS superseded
FROM figures WHERE supersedes IS NOT NULL;
CREATE TABLE statement AS
WITH RECURSIVE chain AS (
  SELECT f.claim, f.claim AS root, 0 AS steps
  FROM figures AS f LEFT JOIN figures AS nearer ON nearer.claim = f.repeats
  WHERE nearer.claim IS NULL
  UNION ALL
  SELECT f.claim, c.root, c.steps + 1 FROM chain AS c INNER JOIN figures AS f ON f.repeats = c.claim
)
SELECT claim, root, steps FROM chain;
CREATE TABLE provenance AS
WITH RECURSIVE copy AS (
  SELECT d.document, d.document AS original, 0 AS steps
  FROM documents AS d LEFT JOIN documents AS source ON source.document = d.origin
  WHERE source.document IS NULL
  UNION ALL
  SELECT d.document, c.original, c.steps + 1
  FROM copy AS c INNER JOIN documents AS d ON d.origin = c.document
)
SELECT document, original, steps FROM copy;
"""


def connect(
    ledger: Ledger, as_of: dt.date | str | None = None, codebook: str = "literal"
) -> duckdb.DuckDBPyConnection:
    """A DuckDB database in memory that holds the ledger's tables and every view, materialised.

    The table `review` holds the claims that do not count, which are in no other table and no view.

    `as_of` keeps only what had been said by that day; undated claims are then left out. `codebook`
    names the reading of the words. Raises ReconcileError for what is no day and for an unknown
    codebook. What comes back is a plain DuckDB connection.
    """
    database = connect_unfilled(ledger, as_of, codebook)
    fill(database)
    database.execute("RESET threads")
    return database


def connect_unfilled(
    ledger: Ledger, as_of: dt.date | str | None = None, codebook: str = "literal"
) -> duckdb.DuckDBPyConnection:
    """As `connect`, without the views: `execute` and `rows_of` fill those that they read.

    A command waits for nothing that it does not show.
    """
    day = _day(as_of)
    database = opened(**({"threads": 1} if len(ledger.tables.rows["figures"]) < _FEW else {}))
    database.execute(_PRELUDE)
    for name in TABLES:
        with ledger.tables.rows[name].shown(database) as rows:
            database.execute(f"CREATE TABLE {name} AS {rows}")
    _create_review(database, ledger.withheld)
    _keep_addresses(database, ledger.places)
    database.execute("CREATE TABLE asking (as_of DATE, codebook VARCHAR)")
    database.execute("INSERT INTO asking VALUES (?, ?)", [day, codebook])
    database.execute(f"CREATE TABLE handful AS SELECT CAST({HANDFUL} AS BIGINT) AS events")
    database.execute(_LINKS)
    close_trees(database)
    _fill_readings(database, codebook)
    _fill_round_numbers(database)
    keep_rules(database)
    return database


NoSuchTable = duckdb.CatalogException
"""What a query raises that reads a table or a view which is not there."""


def execute(
    database: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object] | None = None
) -> duckdb.DuckDBPyConnection:
    """Run a query of ours, its `$names` filled by `values`, and fill the views that it lacks.

    It is tried first, because to ask what is there takes longer than most queries.
    """
    try:
        return database.execute(query, values)
    except NoSuchTable:
        fill(database, reads(query))
        return database.execute(query, values)


def shut(database: duckdb.DuckDBPyConnection) -> None:
    """Let nothing outside the database be reached from it, for good."""
    for setting in (
        "enable_external_access = false",
        "python_enable_replacements = false",
        "lock_configuration = true",
    ):
        database.execute(f"SET {setting}")


def _day(told: dt.date | str | None) -> dt.date | None:
    if isinstance(told, dt.datetime):
        return told.date()
    if told is None or isinstance(told, dt.date):
        return told
    try:
        return dt.date.fromisoformat(told)
    except (TypeError, ValueError):
        raise ReconcileError(f"as_of is no day: {told!r}; write it as 2025-06-03") from None


def _create_review(database: duckdb.DuckDBPyConnection, withheld: pd.DataFrame) -> None:
    typed = (f'CAST("{one.name}" AS {sql_type(one)}) AS "{one.name}"' for one in _REVIEW)
    rows = withheld.rename_axis("row").reset_index()
    _keep(database, "review", rows, ", ".join(['CAST("row" AS BIGINT) AS "row"', *typed]))


def _keep_addresses(database: duckdb.DuckDBPyConnection, places: Sequence[Place]) -> None:
    database.execute("CREATE TABLE address (row BIGINT, file VARCHAR, line BIGINT)")
    if places:
        database.register("run_frame", pd.concat([place.runs() for place in places]))
        runs = "SELECT *, UNNEST(RANGE(rows)) AS nth FROM run_frame"
        database.execute(f"INSERT INTO address SELECT first + nth, file, line + nth FROM ({runs})")
        database.unregister("run_frame")


def _keep(
    database: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame, columns: str = "*"
) -> None:
    """A frame as a table."""
    database.register("frame", frame)
    database.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM frame")
    database.unregister("frame")


def _fill_readings(database: duckdb.DuckDBPyConnection, codebook: str) -> None:
    """Read each distinct phrase once, under every codebook of the program and the one asked for."""
    phrases = database.execute(
        "SELECT DISTINCT f.stated, d.language FROM figures AS f"
        " INNER JOIN documents AS d ON d.document = f.document ORDER BY ALL"
    ).fetchall()
    known = dict.fromkeys([*codebooks(), codebook])
    rows = [
        (stated, language, book, *told)
        for stated, language in phrases
        for book in known
        if (told := _reading(stated, language, book)) is not None
    ]
    frame = pd.DataFrame(rows, columns=list(_READING)).astype(_READING)
    _keep(database, "reading", frame)


@lru_cache(maxsize=1 << 16)
def _reading(stated: str, language: str | None, codebook: str) -> tuple[object, ...] | None:
    told = read(stated, language, codebook)
    if told is None:
        return None
    return told.low, told.high, told.named, told.stance, told.additional, told.step


def _fill_round_numbers(database: duckdb.DuckDBPyConnection) -> None:
    """The step in which each coder's number is written: 10 for 60, 100 for 300, 5 for 45."""
    numbers = database.execute(
        "SELECT DISTINCT n FROM (SELECT UNNEST([low, best, high]) AS n FROM figures) WHERE n > 0"
        " ORDER BY n"
    ).fetchall()
    steps = [(number, step(number)) for (number,) in numbers]
    _keep(database, "round_number", pd.DataFrame(steps, columns=["number", "step"], dtype="int64"))


def rows_of(
    database: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object] | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of `query`, its `$names` filled by `values`, as dictionaries by column."""
    told = execute(database, query, values)
    names = [column[0] for column in told.description or ()]
    for row in told.fetchall():
        yield dict(zip(names, row, strict=True))


def asked(database: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What a database made by `connect` was asked: `as_of` and `codebook`.

    `without_day` counts the claims that no day holds, which are left out as of any day.
    """
    (told,) = rows_of(database, "FROM asking")
    return {**told, "without_day": undated(database)}


def undated(database: duckdb.DuckDBPyConnection) -> int:
    """How many claims no day holds, by the tables of a ledger in a database."""
    ((count,),) = database.execute(
        "SELECT COUNT(*) FROM figures AS f INNER JOIN documents AS d ON d.document = f.document"
        " WHERE COALESCE(f.asserted_on, d.published_on) IS NULL"
    ).fetchall()
    return int(count)


def ask(
    database: duckdb.DuckDBPyConnection, query: str
) -> tuple[list[str], list[tuple[object, ...]]]:
    """The columns and rows of a query from outside; nothing beyond the database can be reached.

    Raises ReconcileError with DuckDB's own words where the query fails.
    """
    shut(database)
    try:
        statements = database.extract_statements(query)
        if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
            raise ReconcileError("the query is not one SELECT; nothing else is run")
        named = set(re.findall(r"\w+", query.lower()))
        fill(database, named if named & (views().keys() | TABLES.keys()) else None)
        told = database.execute(statements[0])
        return [column[0] for column in told.description or []], told.fetchall()
    except duckdb.Error as fault:
        raise ReconcileError(str(fault)) from None
