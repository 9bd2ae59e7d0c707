"""DuckDB alone: one query, written by hand, that names each failing row and its law."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy  # noqa: F401  # what fetches the rows loads it, which is a part of the import

from benchmarks.laws.law import (
    COLUMNS,
    FIRST_LINE,
    LAWS,
    NUMBERLESS,
    NUMBERS,
    REQUIRED,
    STANCES,
    Named,
    figures,
    sources,
)

_TYPES = {name: "BIGINT" if name in NUMBERS else "VARCHAR" for name in COLUMNS}
_QUERY = f"""
SELECT 'empty-required-cell' AS law, line FROM figures
WHERE {" OR ".join(f"{name} IS NULL" for name in REQUIRED)}
UNION ALL
SELECT 'duplicate-id', line FROM figures
QUALIFY ROW_NUMBER() OVER (PARTITION BY claim ORDER BY line) > 1 AND claim IS NOT NULL
UNION ALL
SELECT 'unknown-reference', line FROM figures ANTI JOIN sources USING (source)
WHERE source IS NOT NULL
UNION ALL
SELECT 'negative-figure', line FROM figures WHERE low < 0 OR best < 0 OR high < 0
UNION ALL
SELECT 'reversed-interval', line FROM figures WHERE low > best OR best > high OR low > high
UNION ALL
SELECT 'unknown-word', line FROM figures WHERE stance NOT IN {STANCES}
UNION ALL
SELECT 'numbers-without-figure', line FROM figures
WHERE stance IN {NUMBERLESS} AND COALESCE(low, best, high) IS NOT NULL
"""


def load(home: Path) -> duckdb.DuckDBPyConnection:
    """The claims, each with its line, and the sources as tables."""
    database = duckdb.connect()
    database.execute(
        f"CREATE TABLE figures AS SELECT {', '.join(COLUMNS)},"
        f" ROW_NUMBER() OVER () + {FIRST_LINE - 1} AS line"
        f" FROM read_csv('{figures(home)}', header=true, types={_TYPES})"
    )
    database.execute(
        "CREATE TABLE sources AS SELECT source"
        f" FROM read_csv('{sources(home)}', header=true, all_varchar=true)"
    )
    return database


def check(database: duckdb.DuckDBPyConnection) -> Named:
    """What the query names."""
    told = database.execute(_QUERY).fetchnumpy()
    return {law: told["line"][told["law"] == law] for law in LAWS}
