"""The laws of a ledger: what each asks of a row, of a frame and in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from reconcile.breach import CIRCLES, NUMBERS, STATEMENT, circles_of
from reconcile.engine import quoted
from reconcile.journal import by_another, in_turn, retracted, unbroken
from reconcile.ledger import Ledger
from reconcile.model import LARGEST_FIGURE
from reconcile.rows import Ids
from reconcile.sieve import ANY_ROW
from reconcile.tables import Column, Table

Judge = Callable[[Any], Any]
"""Whether each row is lawful: of the frame or the column of it that a law is on."""

_NO_NUMBERS = ["silence", "denies-event", "denies-figure", "denies-authorship"]
_DEGREES = {"latitude": 90, "longitude": 180}


@dataclass(frozen=True)
class Law:
    """A law by the name of its rule, on a `column` or on rows as a whole (the column "").

    Empty cells of a column are not judged. `suspicion` is a condition in SQL that holds of every
    row which breaks the law, and of as few others as may be.
    """

    name: str
    judge: Judge
    suspicion: str = ANY_ROW
    column: str = ""


def laws_of(table: Table, ledger: Ledger) -> Iterator[Law]:
    """The laws that each row of a table is held to."""
    for column in table.columns:
        yield from _laws_of_column(table, column, ledger)
    yield from _WIDE.get(table.name, ())
    if table.name == "figures":
        yield Law("claim-twice", _once(ledger), _twice(table.name, *STATEMENT))
    for column in table.columns:
        for name in (one for one, target in CIRCLES.items() if target == column.name):
            yield Law(name, _circle_free(table, column.name), _leads_on(table, column))


def _laws_of_column(table: Table, column: Column, ledger: Ledger) -> Iterator[Law]:
    name = column.name
    if name == table.identity:
        twice = _twice(table.name, quoted(name))
        yield Law("duplicate-id", lambda told: ~told.duplicated(), twice, name)
    yield from cell_laws_of(table, column, ledger)


def cell_laws_of(table: Table, column: Column, ledger: Ledger) -> Iterator[Law]:
    """The laws that each cell of a column is held to, whatever stands beside it."""
    name, cell = column.name, quoted(column.name)
    if column.words:
        other = f"{cell} NOT IN ({_listed(column.words)})"
        yield Law("unknown-word", lambda told: told.isin(column.words), other, name)
    if column.kind == "id":
        yield from _known(table, column, name, ledger)
    if column.kind == "whole":
        most = LARGEST_FIGURE
        yield Law("negative-figure", lambda told: told >= 0, f"{cell} < 0", name)
        yield Law("figure-too-large", lambda told: told <= most, f"{cell} > {most}", name)
    if name in _DEGREES:
        edge, outside = _DEGREES[name], f"ABS({cell}) > {_DEGREES[name]}"
        yield Law("coordinates-outside-the-world", lambda told: told.abs() <= edge, outside, name)


def _known(table: Table, column: Column, name: str, ledger: Ledger) -> Iterator[Law]:
    """Whether an id is one of those read; not asked where some of them could not be read at all."""
    if column.refers and column.refers not in ledger.unknown:
        cell, ids = quoted(name), f"SELECT id FROM {column.refers}_id"
        if column.refers == table.name:
            # Few rows refer to others of their table, so that few ids need be looked at.
            ids += f" WHERE id IN (SELECT {cell} FROM {table.name})"
        known = partial(_isin, table=column.refers, ids=ledger.ids)
        unknown = f"{cell} IS NOT NULL AND {cell} NOT IN ({ids})"
        yield Law("unknown-reference", known, unknown, name)


def _twice(table: str, *cells: str) -> str:
    """That other rows are the same in these cells, in SQL; by a hash, which takes less time."""
    told = f"HASH({', '.join(cells)})"
    return f"{told} IN (SELECT {told} FROM {table} GROUP BY ALL HAVING COUNT(*) > 1)"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _isin(told: pd.Series[Any], table: str, ids: Ids) -> pd.Series[bool]:
    """Whether each is an id of the table, each word asked for once."""
    codes, words = pd.factorize(told)
    known = ids.among(table, words.tolist())
    found = np.fromiter(map(known.__contains__, words.tolist()), bool, len(words))
    return pd.Series(found.take(codes), told.index)


def _reversed(figures: pd.DataFrame) -> pd.Series[bool]:
    low, best, high = (figures[name].astype("float64") for name in NUMBERS)
    return ~((low > best) | (best > high) | (low > high))


def _numbers_without_figure(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~(figures["stance"].isin(_NO_NUMBERS) & figures[NUMBERS].notna().any(axis=1))


def _ends_after_start(events: pd.DataFrame) -> pd.Series[bool]:
    return ~(events["ends_on"] < events["starts_on"])


def _whole_coordinate(events: pd.DataFrame) -> pd.Series[bool]:
    return events["latitude"].isna() == events["longitude"].isna()


def _once(ledger: Ledger) -> Judge:
    """No statement stands twice; one that was retracted may be made anew."""
    gone = retracted(ledger.tables["journal"])

    def judge(figures: pd.DataFrame) -> pd.Series[bool]:
        standing = figures[~figures["claim"].isin(gone)]
        alike = standing[standing.duplicated(STATEMENT[:3], keep=False)]
        twice = alike.duplicated(STATEMENT).reindex(figures.index, fill_value=False)
        return ~twice | figures["claim"].duplicated()

    return judge


def _circle_free(table: Table, target: str) -> Judge:
    def judge(frame: pd.DataFrame) -> pd.Series[bool]:
        closing = list(circles_of(frame, table.identity or table.columns[0].name, target))
        return pd.Series(~frame.index.isin(closing), frame.index)

    return judge


_WIDE = {
    "events": (
        Law("event-ends-before-it-starts", _ends_after_start, "ends_on < starts_on"),
        Law("half-a-coordinate", _whole_coordinate, "(latitude IS NULL) <> (longitude IS NULL)"),
    ),
    "figures": (
        Law("reversed-interval", _reversed, "low > best OR best > high OR low > high"),
        Law(
            "numbers-without-figure",
            _numbers_without_figure,
            f"stance IN ({_listed(_NO_NUMBERS)}) AND COALESCE(low, best, high) IS NOT NULL",
        ),
    ),
    "journal": (
        Law("act-out-of-turn", in_turn),
        Law("accepted-by-its-submitter", by_another),
        Law("journal-altered", unbroken),
    ),
}


def _leads_on(table: Table, column: Column) -> str:
    """That a row refers to one that refers to a further one, as every row of a circle does."""
    target = quoted(column.name)
    if column.kind == "ids":
        return f"{target} IS NOT NULL"
    source = quoted(table.columns[0].name)
    return f"{target} IN (SELECT {source} FROM {table.name} WHERE {target} IS NOT NULL)"


def links_in(frame: pd.DataFrame, table: Table) -> Iterable[tuple[Column, pd.DataFrame]]:
    """A frame per column of several ids: a row per id, the claim that names it beside it."""
    for column in table.columns:
        given = frame[frame[column.name].notna()] if column.kind == "ids" else frame.iloc[:0]
        if given.empty:
            continue
        links = given.assign(target=given[column.name].str.split(";")).explode("target")
        targets = frame.drop_duplicates(table.identity).set_index(table.identity)
        beside = targets.reindex(links["target"])[["source", "event", "asserted_on"]]
        beside = beside.set_axis(links.index).add_prefix("target_")
        yield column, pd.concat([links, beside], axis=1)


def linked(table: Table) -> Iterator[str]:
    """That a row names others in a column of several ids or is so named, in SQL.

    Both are looked at to judge such a reference.
    """
    for column in table.columns:
        if column.kind == "ids":
            cell = quoted(column.name)
            named = f"SELECT UNNEST(STRING_SPLIT({cell}, ';')) FROM {table.name}"
            yield f"{cell} IS NOT NULL OR {quoted(table.identity or '')} IN ({named})"


def reference_laws_of(table: Table, column: Column, ledger: Ledger) -> Iterator[Law]:
    """Those of the laws in `link_laws_of` that hold whoever makes the reference."""
    yield from _known(table, column, "target", ledger)


def link_laws_of(table: Table, column: Column, ledger: Ledger) -> Iterator[Law]:
    """The laws that each reference in a column of several ids is held to."""
    yield from reference_laws_of(table, column, ledger)
    if column.name == "supersedes":
        yield Law("supersedes-itself", lambda links: links["claim"] != links["target"])
        yield Law("supersedes-another-source", _same("source"))
        yield Law("supersedes-another-event", _same("event"))
        yield Law("supersedes-a-later-claim", _not_later)


def _not_later(links: pd.DataFrame) -> pd.Series[bool]:
    return ~(links["target_asserted_on"] > links["asserted_on"])


def _same(name: str) -> Judge:
    def judge(links: pd.DataFrame) -> pd.Series[bool]:
        target = links[f"target_{name}"]
        return target.isna() | (target == links[name])

    return judge
