"""The door to DuckDB: a database that loads nothing from outside and draws nothing."""

from __future__ import annotations

import duckdb

Connection = duckdb.DuckDBPyConnection
"""A database of DuckDB."""

Refused = duckdb.Error
"""What DuckDB raises, for whatever reason."""


OutOfMemory = duckdb.OutOfMemoryException
"""What DuckDB raises where it may take no more memory."""

PARQUET = "read_parquet($path, hive_partitioning = false)"
"""The rows of the Parquet file at the parameter `path`, in SQL.

DuckDB would else read columns out of the names of folders, such as `country=ML`, in the place of
those of the file.
"""


def opened(**settings: str | int) -> Connection:
    """An empty database in memory that loads no extension, with these settings of DuckDB."""
    alone = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    database = duckdb.connect(config={**alone, **settings})
    # A long query would otherwise draw a bar into what a command prints.
    database.execute("SET enable_progress_bar = false")
    return database


def quoted(column: str) -> str:
    """The name of a column in SQL, in which `on` and `by` are words of its own."""
    return f'"{column}"'
