"""DuckDB alone: a query by hand that asks of every table what this project asks.

Circles are left out: nothing in these ledgers could be one, and ours looks no further either.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy  # noqa: F401  # what fetches the rows loads it, which is a part of the import

from benchmarks.laws.law import FIRST_LINE, LAWS, NUMBERLESS, NUMBERS, REQUIRED, STANCES, Named

_TYPES = {
    **dict.fromkeys(NUMBERS, "BIGINT"),
    **dict.fromkeys(("latitude", "longitude"), "DOUBLE"),
    **dict.fromkeys(("asserted_on", "published_on", "starts_on", "ends_on"), "DATE"),
}
_IDS = {
    "victims": "victims",
    "measures": "measure",
    "parties": "party",
    "sources": "source",
    "documents": "document",
    "events": "event",
    "figures": "claim",
}
_REFERENCES = (
    ("victims", "within", "victims"),
    ("measures", "within", "measures"),
    ("sources", "party", "parties"),
    ("documents", "origin", "documents"),
    ("figures", "event", "events"),
    ("figures", "source", "sources"),
    ("figures", "document", "documents"),
    ("figures", "measure", "measures"),
    ("figures", "victims", "victims"),
    ("figures", "victims_party", "parties"),
    ("figures", "repeats", "figures"),
    ("figures", "answers", "figures"),
)
_SIDES = ("government", "insurgent")
_WORDS = (
    ("victims", "side", _SIDES),
    ("parties", "side", _SIDES),
    ("sources", "side", (*_SIDES, "security", "local", "observer", "media")),
    ("events", "date_precision", ("day", "month", "approximate")),
    ("figures", "stance", STANCES),
    ("figures", "evidence", ("statement", "on-site", "records", "video", "photo", "none")),
)
_ALSO = f"""
SELECT 'figures', 'empty-required-cell', line FROM figures
WHERE {" OR ".join(f"{name} IS NULL" for name in REQUIRED)}
UNION ALL
SELECT 'figures', 'negative-figure', line FROM figures WHERE low < 0 OR best < 0 OR high < 0
UNION ALL
SELECT 'figures', 'figure-too-large', line FROM figures WHERE GREATEST(low, best, high) > 1e10
UNION ALL
SELECT 'figures', 'reversed-interval', line FROM figures
WHERE low > best OR best > high OR low > high
UNION ALL
SELECT 'figures', 'numbers-without-figure', line FROM figures
WHERE stance IN {NUMBERLESS} AND COALESCE(low, best, high) IS NOT NULL
UNION ALL
SELECT 'figures', 'claim-twice', line FROM figures
QUALIFY ROW_NUMBER() OVER (PARTITION BY event, source, document, asserted_on, measure, victims,
  stated, victims_party, repeats, low, best, high ORDER BY line) > 1
UNION ALL
SELECT 'events', 'coordinates-outside-the-world', line FROM events
WHERE ABS(latitude) > 90 OR ABS(longitude) > 180
UNION ALL
SELECT 'events', 'half-a-coordinate', line FROM events
WHERE (latitude IS NULL) <> (longitude IS NULL)
UNION ALL
SELECT 'events', 'event-ends-before-it-starts', line FROM events WHERE ends_on < starts_on
"""
_QUERY = " UNION ALL ".join(
    [
        *(
            f"SELECT '{table}' AS file, 'duplicate-id' AS law, line FROM {table} QUALIFY"
            f" ROW_NUMBER() OVER (PARTITION BY {name} ORDER BY line) > 1 AND {name} IS NOT NULL"
            for table, name in _IDS.items()
        ),
        *(
            f"SELECT '{table}', 'unknown-reference', line FROM {table} AS t"
            f" ANTI JOIN {other} AS o ON o.{_IDS[other]} = t.{column}"
            f" WHERE t.{column} IS NOT NULL"
            for table, column, other in _REFERENCES
        ),
        *(
            f"SELECT '{table}', 'unknown-word', line FROM {table} WHERE {column} NOT IN {words}"
            for table, column, words in _WORDS
        ),
        _ALSO,
    ]
)


def load(home: Path) -> duckdb.DuckDBPyConnection:
    """Every table of the ledger, each row with its line."""
    database = duckdb.connect()
    for table in _IDS:
        file = home / "claims" / f"{table}.csv"
        names = file.open(encoding="utf-8").readline().strip().split(",")
        types = {name: _TYPES.get(name, "VARCHAR") for name in names}
        database.execute(
            f"CREATE TABLE {table} AS SELECT *, ROW_NUMBER() OVER () + {FIRST_LINE - 1} AS line"
            f" FROM read_csv('{file}', header=true, columns={types})"
        )
    return database


def check(database: duckdb.DuckDBPyConnection) -> Named:
    """What the query names in the file of the claims."""
    told = database.execute(_QUERY).fetchnumpy()
    here = told["file"] == "figures"
    return {law: told["line"][here & (told["law"] == law)] for law in LAWS}
