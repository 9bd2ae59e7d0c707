"""Rows that refer to a row which is not there."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from reconcile.engine import Connection, quoted
from reconcile.rows import Numbers, Tables
from reconcile.tables import TABLES, Table

_STANDS_ALONE = ("supersedes", "answers", "origin")


def dangling(tables: Tables, refused: Iterable[int]) -> tuple[dict[str, Numbers], dict[str, int]]:
    """The rows that go with those refused, by table, and how many of them were not refused.

    A row goes where one that it refers to is not there, whether that was refused here, was never
    read or goes itself; a reference to what a claim answers or corrects, or to the origin of a
    document, can stand alone. Where no rows are kept in files, no database is opened for that.
    """
    if not any(rows.are_kept for rows in tables.rows.values()):
        return _in_frames(tables, set(refused))
    with tables.shown() as database:
        told = pd.DataFrame({"row": sorted(refused)}, dtype="int64")
        database.register("refused_frame", told)
        for name in tables:
            database.execute(
                f"CREATE TABLE {name}_gone AS SELECT row FROM {name}"
                " WHERE row IN (SELECT row FROM refused_frame)"
            )
        left_out: dict[str, int] = {}
        changed = set(tables)
        while changed:
            found = {name: _let_go(database, TABLES[name], changed) for name in tables}
            changed = {name for name, count in found.items() if count}
            for name in sorted(changed, key=list(tables).index):
                left_out[name] = left_out.get(name, 0) + found[name]
        return {name: _gone(database, name) for name in tables}, left_out


def _in_frames(tables: Tables, refused: set[int]) -> tuple[dict[str, Numbers], dict[str, int]]:
    whole = dict(tables)
    there = {name: frame[~frame.index.isin(refused)] for name, frame in whole.items()}
    left_out: dict[str, int] = {}
    changed = set(tables)
    while changed:
        before, changed = changed, set()
        for name, table in TABLES.items():
            stays = pd.Series(True, there[name].index)
            for column in table.columns:
                if column.refers in before | changed and column.name not in _STANDS_ALONE:
                    known = there[column.refers][TABLES[column.refers].identity]
                    cells = there[name][column.name]
                    stays &= cells.isna() | cells.isin(known)
            if not stays.all():
                left_out[name] = left_out.get(name, 0) + int((~stays).sum())
                there[name] = there[name][stays]
                changed.add(name)
    gone = {
        name: np.asarray(frame.index.difference(there[name].index), "int64")
        for name, frame in whole.items()
    }
    return gone, left_out


def _let_go(database: Connection, table: Table, changed: set[str]) -> int:
    """Add to those gone the rows of a table that refer to a row not there; how many there are."""
    asked = []
    for column in table.columns:
        if column.refers in changed and column.name not in _STANDS_ALONE:
            cell, there = quoted(column.name), quoted(TABLES[column.refers].identity or "")
            asked.append(
                f"({cell} IS NOT NULL AND {cell} NOT IN (SELECT {there} FROM {column.refers}"
                f" WHERE row NOT IN (SELECT row FROM {column.refers}_gone)))"
            )
    if not asked:
        return 0
    (told,) = database.execute(
        f"INSERT INTO {table.name}_gone SELECT row FROM {table.name}"
        f" WHERE row NOT IN (SELECT row FROM {table.name}_gone) AND ({' OR '.join(asked)})"
    ).fetchall()
    return int(told[0])


def _gone(database: Connection, name: str) -> Numbers:
    told = database.execute(f"SELECT row FROM {name}_gone ORDER BY row").fetchnumpy()
    return np.asarray(told["row"], "int64")
