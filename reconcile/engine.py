"""The door to DuckDB: a database that loads nothing from outside and draws nothing."""

from __future__ import annotations

import os
import re
from functools import cache

import duckdb

from reconcile.finding import ReconcileError
from reconcile.scratch import scratch

Connection = duckdb.DuckDBPyConnection
"""A database of DuckDB."""

Refused = duckdb.Error
"""What DuckDB raises, for whatever reason."""


OutOfMemory = duckdb.OutOfMemoryException
"""What DuckDB raises where it may take no more memory."""

VERSION = duckdb.__version__
"""The version of DuckDB."""

PARQUET = "read_parquet($path, hive_partitioning = false)"
"""The rows of the Parquet file at the parameter `path`, in SQL.

DuckDB would else read columns out of the names of folders, such as `country=ML`, in the place of
those of the file.
"""


_LIMITS: dict[str, str] = {}
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT])(i?)B", re.IGNORECASE)


def limit_memory(most: str) -> None:
    """Let each database opened from now on hold no more than `most` (as 2GB) in memory.

    What is more lies in files for a while, in the folder for such files or that of TMPDIR. Raises
    ReconcileError for what is no amount of memory.
    """
    if _AMOUNT.fullmatch(most) is None:
        raise ReconcileError(f"{most!r} is no amount of memory; write it as 500MB or 2GB")
    _LIMITS["memory_limit"] = most


def most_memory() -> int | None:
    """How many bytes a database opened now may hold in memory; None where nobody said."""
    if (told := _AMOUNT.fullmatch(_LIMITS.get("memory_limit", ""))) is None:
        return None
    amount, unit, binary = told.groups()
    step = 1024 if binary else 1000
    return int(float(amount) * step ** (" KMGT".index(unit.upper())))


def opened(**settings: str | int) -> Connection:
    """An empty database in memory that loads no extension, with these settings of DuckDB."""
    alone: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(scratch()),  # One each: DuckDB 1.5 does not tell two apart there.
    }
    return _silent(duckdb.connect(config={**alone, **_LIMITS, **settings}))


def aside() -> Connection:
    """A connection to a database that stays empty, for a query over what is already known good.

    To open a database takes longer than such a query. What is TEMP is each connection's own; a file
    that may be damaged wants a database of its own, which it can break.
    """
    return _silent(_empty(os.getpid(), *_LIMITS.values()).cursor())


@cache
def _empty(process: int, *limits: str) -> Connection:
    """One for each process: a child that was forked cannot use that of its parent, nor close it."""
    return opened()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_empty.cache_clear)


def _silent(database: Connection) -> Connection:
    # A long query would otherwise draw a bar into what a command prints.
    database.execute("SET enable_progress_bar = false")
    return database


def quoted(column: str) -> str:
    """The name of a column in SQL, in which `on` and `by` are words of its own."""
    return f'"{column}"'
