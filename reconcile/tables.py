"""The tables of a ledger and their columns, as `tables.toml` defines them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Column:
    """One column: `kind` names its parser (`reconcile.reading.cells.PARSERS`).

    `filled`: an empty cell is refused. `optional`: the whole column may be missing. `refers`: the
    table whose ids it holds. `words`: its vocabulary, if it has one.
    """

    name: str
    kind: str
    meaning: str
    filled: bool = False
    optional: bool = False
    refers: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: the stem of its file is its name; `identity` is the column of its rows' own ids.

    `optional`: the whole file may be missing.
    """

    name: str
    row_is: str
    columns: tuple[Column, ...]
    identity: str | None = None
    optional: bool = False


def _load() -> dict[str, Table]:
    told = tomllib.loads(files("reconcile").joinpath("tables.toml").read_text("utf-8"))
    return {
        name: Table(
            name,
            table["row_is"],
            tuple(
                Column(column, **{**given, "words": tuple(given.get("words", ()))})
                for column, given in table["columns"].items()
            ),
            table.get("identity"),
            table.get("optional", False),
        )
        for name, table in told.items()
    }


TABLES: dict[str, Table] = _load()
"""The tables by name, those that others refer to first."""
