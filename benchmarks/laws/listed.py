"""The rivals: what they are called, where they are, and how far they state the laws themselves."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass


@dataclass(frozen=True)
class Rival:
    """One way to hold the laws.

    `own` is how many of the seven laws it states by checks of its own; the others are an expression
    or a function that we wrote for it. It is None where everything is written by hand. `names` says
    whether it names the failing rows or only counts them.
    """

    name: str
    module: str
    packages: tuple[str, ...]
    own: int | None = None
    names: bool = True


RIVALS = (
    Rival("this project", "with_ours", ("claims-reconcile",), 7),
    Rival("DuckDB, one query", "with_duckdb", ("duckdb",)),
    Rival("DuckDB, all that we ask", "with_duckdb_whole", ("duckdb",)),
    Rival("pandas", "with_pandas", ("pandas",)),
    Rival("Polars", "with_polars", ("polars",)),
    Rival("Great Expectations", "with_expectations", ("great-expectations", "pandas"), 7),
    Rival("Pandera", "with_pandera", ("pandera", "pandas"), 5),
    Rival("pointblank", "with_pointblank", ("pointblank", "polars"), 5),
    Rival("dataframely", "with_dataframely", ("dataframely", "polars"), 2),
    Rival("cuallee", "with_cuallee", ("cuallee", "pandas"), 3, names=False),
    Rival("frictionless", "with_frictionless", ("frictionless",), 5),
    Rival("Soda Core", "with_soda", ("soda-core", "soda-duckdb", "duckdb"), 4, names=False),
)


def versions(names: set[str]) -> dict[str, str]:
    """The version of every package that these rivals need, or that it is not installed."""
    told = {}
    needed = (one for rival in RIVALS if rival.name in names for one in rival.packages)
    for package in dict.fromkeys(needed):
        try:
            told[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            told[package] = "not installed"
    return told
