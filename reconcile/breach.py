"""Broken laws: the rows that break them, and what is needed to say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from reconcile.circle import circles
from reconcile.finding import Rule, Text
from reconcile.journal import retracted
from reconcile.ledger import Ledger
from reconcile.reading.table import near, shown
from reconcile.rules import rules
from reconcile.tables import Column, Table

NUMBERS = ["low", "best", "high"]
STATEMENT = ["event", "source", "document", "asserted_on", "measure", "victims", "stated"]
STATEMENT += ["victims_party", "repeats", *NUMBERS]
CIRCLES = {
    "tree-in-a-circle": "within",
    "parts-in-a-circle": "part_of",
    "supersedes-in-a-circle": "supersedes",
    "repeats-in-a-circle": "repeats",
    "answers-in-a-circle": "answers",
    "origins-in-a-circle": "origin",
}

EMPTY = "–"
"""What a message shows of an empty cell."""

_COMPARED = 1_000_000  # misspelt ids times known ones, in one table
_FEWEST_OFFERS = 25


def circles_of(frame: pd.DataFrame, source: str, target: str) -> dict[int, tuple[str, ...]]:
    """The rows that close a circle of references from column `source` to `target`, each with it."""
    given = frame[frame[target].notna() & (frame[target] != "")]
    edges = zip(given.index, given[source], given[target], strict=True)
    return circles(
        (int(row), origin, one)
        for row, origin, targets in edges
        for one in str(targets).split(";")
        if target != "supersedes" or one != origin
    )


def each(cells: pd.Series[Any], say: Callable[[Any], str], empty: str) -> list[str]:
    """Each cell in words; those alike are put into words once."""
    codes, alike = pd.factorize(cells)
    words = np.array([*map(say, alike.astype("object")), empty], dtype="object")
    return list(words.take(codes))


def told(cells: pd.Series[Any]) -> list[str]:
    """Each cell as a message shows it."""
    return each(cells, _plain, EMPTY)


def _plain(cell: object) -> str:
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else shown(str(cell))


@dataclass(frozen=True)
class Facts:
    """What the findings of one table have in common, found when first asked for.

    `frame` holds all of its rows that may break a law, or all that were half read.
    """

    ledger: Ledger
    table: Table
    frame: pd.DataFrame
    _offers: dict[tuple[str, str], Text] = field(default_factory=dict)
    _known: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def first_by_id(self) -> dict[str, int]:
        """The first row of each id that stands twice."""
        ids = self.frame[self.table.identity]
        told = ids[ids.duplicated(keep=False)].drop_duplicates()
        return dict(zip(told, map(int, told.index), strict=True))

    @cached_property
    def first_by_statement(self) -> dict[int, int]:
        """For each row whose statement stands twice the first row with it that is not retracted."""
        alike = self.frame[self.frame.duplicated(STATEMENT[:3], keep=False)]
        standing = alike[~alike["claim"].isin(retracted(self.ledger.tables["journal"]))]
        same = standing[standing.duplicated(STATEMENT, keep=False)]
        groups = same.groupby(STATEMENT, dropna=False, sort=False).ngroup()
        first = pd.Series(same.index, same.index).groupby(groups).transform("min")
        return dict(zip(map(int, first.index), map(int, first), strict=True))

    @cached_property
    def act_before(self) -> dict[int, str]:
        """For each line of the journal the act on the same claim before it; empty for the first."""
        before = self.frame.groupby("claim")["act"].shift().fillna("")
        return dict(zip(map(int, before.index), before, strict=True))

    @cached_property
    def circles(self) -> dict[str, dict[int, tuple[str, ...]]]:
        """The rows that close a circle, by law, each with its circle."""
        source = self.table.columns[0].name
        return {
            law: circles_of(self.frame, source, target)
            for law, target in CIRCLES.items()
            if target in self.frame
        }

    def near(self, word: str, table: str) -> Text:
        """An offer of the id most like `word`, as long as not too many were looked for.

        To compare a million misspelt ids with as many known ones would take days.
        """
        if table not in self._known:
            self._known[table] = sorted(self.ledger.ids[table])
        known = self._known[table]
        if (word, table) not in self._offers:
            if len(self._offers) >= max(_FEWEST_OFFERS, _COMPARED // (len(known) + 1)):
                return Text("", "")
            self._offers[word, table] = near(word, known)
        return self._offers[word, table]


@dataclass(frozen=True)
class Broken:
    """A law, and the rows of a table that break it, each in a column (empty: as a whole).

    `judged` is what was judged: the table, or the references in it with a row each, those of one
    row of the table together. `places` are the places in it of the rows, or of the first reference
    of each; a row that breaks the law in several columns is there once for each.
    """

    facts: Facts
    law: str
    judged: pd.DataFrame
    places: np.ndarray
    columns: np.ndarray

    @property
    def ledger(self) -> Ledger:
        """The ledger of the table."""
        return self.facts.ledger

    @property
    def table(self) -> Table:
        """The table that the rows are of."""
        return self.facts.table

    @property
    def half_read(self) -> bool:
        """Whether the rows have a cell that could not be read; a mark then tells them apart."""
        return "mark" in self.judged

    @property
    def rule(self) -> Rule:
        """The rule of the law."""
        return rules()[self.law]

    @cached_property
    def rows(self) -> list[int]:
        """The rows, as the ledger numbers them."""
        return self.judged.index[self.places].to_list()

    def cells(self, name: str) -> pd.Series[Any]:
        """The cells of the column `name`."""
        return self.judged[name].iloc[self.places]

    def told(self, name: str) -> list[str]:
        """The cells of the column `name` as a message shows them."""
        return told(self.cells(name))

    @cached_property
    def described(self) -> list[Column]:
        """The column of each as the format defines it; for references the one that holds them."""
        known = {one.name: one for one in self.table.columns}
        holding = [one for one in self.table.columns if one.kind == "ids"]
        return [known[name] if name in known else holding[0] for name in self.columns]

    @cached_property
    def value(self) -> list[str]:
        """The cell of each in its column."""
        found = np.empty(len(self.places), dtype="object")
        for name in set(self.columns):
            inside = self.columns == name
            found[inside] = each(self.judged[name].iloc[self.places[inside]], str, EMPTY)
        return list(found)

    def references(self) -> Iterator[range]:
        """Where the references of each row stand in what was judged."""
        ends = self.judged.index.searchsorted(self.judged.index[self.places], side="right")
        return map(range, self.places, ends)


def broken_laws(
    facts: Facts, judged: pd.DataFrame, failures: Mapping[tuple[str, str], np.ndarray]
) -> Iterator[Broken]:
    """The laws of which rows fail, by name, from the places that fail by law and column.

    The rows of a law are in their order, and a row's columns by name.
    """
    for law, failed in groupby(sorted(failures), lambda one: one[0]):
        found = [(column, failures[law, column]) for _, column in failed]
        places = np.concatenate([one for _, one in found])
        columns = np.concatenate([np.full(len(one), column, "object") for column, one in found])
        order = places.argsort(kind="stable")
        yield Broken(facts, law, judged, places[order], columns[order])
