"""What to say of a broken law: from a row that fails to a finding with its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from reconcile.circle import circles
from reconcile.finding import Address, Finding, Rule, Text
from reconcile.journal import MOVES, NAMES, retracted
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

_EMPTY = "–"
_KEYS = {"journal": ["claim", "chain"]}

_COMPARED = 1_000_000  # misspelt ids times known ones, in one table
_FEWEST_OFFERS = 25

Row = Mapping[str, Any]
"""The cells of one row by column."""

Values = dict[str, object]


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


@dataclass(frozen=True)
class Facts:
    """What the findings of one table have in common, found when first asked for.

    `frame` holds all of its rows that may break a law.
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
        standing = self.frame[~self.frame["claim"].isin(retracted(self.ledger.tables["journal"]))]
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
    """A law that a row of a table breaks, in `column` (empty: as a whole).

    `rows` is what was judged of it: the row itself, or its references with one row each.
    """

    facts: Facts
    law: str
    row: int
    column: str
    rows: list[Row]

    @property
    def ledger(self) -> Ledger:
        """The ledger of the table."""
        return self.facts.ledger

    @property
    def table(self) -> Table:
        """The table that the row is of."""
        return self.facts.table

    @property
    def rule(self) -> Rule:
        """The rule of the law."""
        return rules()[self.law]

    @property
    def cells(self) -> Row:
        """The row, or the first of its references."""
        return self.rows[0]

    @property
    def described(self) -> Column:
        """The column as the format defines it; for references the column that holds them."""
        wanted = [one for one in self.table.columns if one.name == self.column]
        return (wanted or [one for one in self.table.columns if one.kind == "ids"])[0]

    @property
    def value(self) -> str:
        """The cell of the column."""
        return str(self.cells[self.column])


def finding_of(broken: Broken) -> Finding:
    """The finding for a broken law, with its key and the values of its message."""
    values = _TELL.get(broken.law, _row)(broken)
    table, cells = broken.table, broken.cells
    if table.identity is not None and broken.law != "duplicate-id":
        key: tuple[str, ...] = (str(cells[table.identity]),)
    else:
        columns = _KEYS.get(table.name) or [column.name for column in table.columns]
        written = (cells[name] for name in columns)
        key = tuple("" if pd.isna(cell) else str(cell) for cell in written)
    key += (broken.described.name,) if broken.column else ()
    first = values.get("first")
    also = (first,) if isinstance(first, Address) else ()
    at = broken.ledger.address(broken.row)
    return Finding(broken.rule, table.name, key, at, values, also, "pandera")


def _row(broken: Broken) -> Values:
    """What the message asks for of the row, and its event, by which findings are sought."""
    cells, named = broken.cells, broken.rule.named
    values: Values = {name: _plain(cells[name]) for name in (*named, "event") if name in cells}
    if broken.column:
        values |= {"column": broken.column, "value": shown(broken.value)}
    if "numbers" in named:
        coded = {one: _plain(cells[one]) for one in NUMBERS}
        told = (f"{one} {number}" for one, number in coded.items() if number != _EMPTY)
        values["numbers"] = ", ".join(told)
    return values


def _reference(broken: Broken) -> Values:
    column = broken.described
    known = broken.ledger.ids[column.refers]
    targets = broken.column == "target"
    named = [str(row["target"]) for row in broken.rows] if targets else [broken.value]
    unknown = [one for one in named if one not in known]
    return {
        "column": column.name,
        "value": ", ".join(map(shown, unknown)),
        "table": column.refers,
        "near": broken.facts.near(unknown[0], column.refers),
    }


def _word(broken: Broken) -> Values:
    words = broken.described.words
    return _row(broken) | {"words": ", ".join(words), "near": near(broken.value, words)}


def _duplicate(broken: Broken) -> Values:
    first = broken.facts.first_by_id[broken.value]
    return _row(broken) | {"first": broken.ledger.address(first)}


def _twice(broken: Broken) -> Values:
    first = broken.facts.first_by_statement[broken.row]
    return {"value": broken.cells["claim"], "first": broken.ledger.address(first)}


def _circle(broken: Broken) -> Values:
    path = broken.facts.circles[broken.law][broken.row]
    source = broken.table.columns[0].name
    return {"value": broken.cells[source], "circle": " → ".join(path)}


def _half_a_coordinate(broken: Broken) -> Values:
    lacks_latitude = pd.isna(broken.cells["latitude"])
    names: tuple[str, str] = ("latitude", "longitude")
    if lacks_latitude:
        names = ("longitude", "latitude")
    return dict(zip(("column", "other"), names, strict=True))


def _correction(broken: Broken) -> Values:
    name = {
        "supersedes-another-source": "source",
        "supersedes-another-event": "event",
        "supersedes-a-later-claim": "asserted_on",
    }[broken.law]
    target = f"target_{name}"
    wrong = [row for row in broken.rows if _is_wrong(row[target], row[name], name)]
    own = _plain(wrong[0][name])
    return {
        "value": ", ".join(str(row["target"]) for row in wrong),
        "source": own,
        "event": own,
        "date": own,
        "other": ", ".join(dict.fromkeys(_plain(row[target]) for row in wrong)),
    }


def _act(broken: Broken) -> Values:
    before = broken.facts.act_before[broken.row]
    after = [NAMES[one] for one in MOVES[before]] or [Text("nothing more", "plus rien d'autre")]
    return _row(broken) | {
        "before": NAMES.get(before, Text("not in the journal", "absente du journal")),
        "act": NAMES[broken.cells["act"]],
        "after": Text(" or ".join(one.en for one in after), " ou ".join(one.fr for one in after)),
    }


def _broken_chain(broken: Broken) -> Values:
    act = str(broken.cells["act"])
    return _row(broken) | {"act": NAMES.get(act, act)}


def _is_wrong(target: Any, own: Any, name: str) -> bool:
    if pd.isna(target):
        return False
    return bool(target > own) if name == "asserted_on" else bool(target != own)


def _plain(cell: object) -> str:
    if isinstance(cell, str):  # most cells are, and the next question takes long
        return shown(cell)
    if cell is None or pd.isna(cell):  # type: ignore[call-overload]
        return _EMPTY
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else shown(str(cell))


_TELL: dict[str, Callable[[Broken], Values]] = {
    **dict.fromkeys(CIRCLES, _circle),
    "unknown-reference": _reference,
    "unknown-word": _word,
    "duplicate-id": _duplicate,
    "claim-twice": _twice,
    "act-out-of-turn": _act,
    "journal-altered": _broken_chain,
    "half-a-coordinate": _half_a_coordinate,
    "supersedes-another-source": _correction,
    "supersedes-another-event": _correction,
    "supersedes-a-later-claim": _correction,
}
