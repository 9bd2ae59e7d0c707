"""What to say of a broken law: from a row that fails to a finding with its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reconcile.circle import circles
from reconcile.finding import Address, Finding, Text
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
class Broken:
    """A law that a row of a table breaks, in `column` (empty: as a whole).

    `rows` is what was judged of it: the row itself, or its references with one row each.
    """

    ledger: Ledger
    table: Table
    law: str
    row: int
    column: str
    rows: pd.DataFrame

    @property
    def cells(self) -> pd.Series[Any]:
        """The row, or the first of its references."""
        return self.rows.iloc[0]

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
    return Finding(rules()[broken.law], table.name, key, at, values, also, "pandera")


def _row(broken: Broken) -> Values:
    values: Values = {str(name): _plain(cell) for name, cell in broken.cells.items()}
    if broken.column:
        values |= {"column": broken.column, "value": shown(broken.value)}
    coded = [one for one in NUMBERS if values.get(one, _EMPTY) != _EMPTY]
    return values | {"numbers": ", ".join(f"{one} {values[one]}" for one in coded)}


def _reference(broken: Broken) -> Values:
    column = broken.described
    known = broken.ledger.ids[column.refers]
    named = broken.rows["target"] if broken.column == "target" else [broken.value]
    unknown = [one for one in named if one not in known]
    return {
        "column": column.name,
        "value": ", ".join(map(shown, unknown)),
        "table": column.refers,
        "near": near(unknown[0], known),
    }


def _word(broken: Broken) -> Values:
    words = broken.described.words
    return _row(broken) | {"words": ", ".join(words), "near": near(broken.value, words)}


def _duplicate(broken: Broken) -> Values:
    column = broken.ledger.tables[broken.table.name][broken.column]
    first = int(column.index[column == broken.value][0])
    return _row(broken) | {"first": broken.ledger.address(first)}


def _twice(broken: Broken) -> Values:
    figures = broken.ledger.tables[broken.table.name]
    same = figures[~figures["claim"].isin(retracted(broken.ledger.tables["journal"]))]
    # Narrowed column by column, for a whole comparison a finding takes long on a large ledger.
    for name in STATEMENT:
        told = broken.cells[name]
        same = same[same[name].isna() if pd.isna(told) else same[name] == told]
    return {"value": broken.cells["claim"], "first": broken.ledger.address(int(same.index[0]))}


def _circle(broken: Broken) -> Values:
    frame, source = broken.ledger.tables[broken.table.name], broken.table.columns[0].name
    path = circles_of(frame, source, CIRCLES[broken.law])[broken.row]
    return {"value": broken.cells[source], "circle": " → ".join(path)}


def _half_a_coordinate(broken: Broken) -> Values:
    lacks_latitude = pd.isna(broken.cells["latitude"])
    names = ("longitude", "latitude") if lacks_latitude else ("latitude", "longitude")
    return dict(zip(("column", "other"), names, strict=True))


def _correction(broken: Broken) -> Values:
    name = {
        "supersedes-another-source": "source",
        "supersedes-another-event": "event",
        "supersedes-a-later-claim": "asserted_on",
    }[broken.law]
    links, target = broken.rows, broken.rows[f"target_{name}"]
    later = name == "asserted_on"
    wrong = links[target > links[name] if later else target.notna() & (target != links[name])]
    own = _plain(wrong.iloc[0][name])
    return {
        "value": ", ".join(wrong["target"]),
        "source": own,
        "event": own,
        "date": own,
        "other": ", ".join(dict.fromkeys(map(_plain, wrong[f"target_{name}"]))),
    }


def _act(broken: Broken) -> Values:
    journal = broken.ledger.tables["journal"]
    earlier = journal[(journal["claim"] == broken.cells["claim"]) & (journal.index < broken.row)]
    before = "" if earlier.empty else str(earlier["act"].iloc[-1])
    after = [NAMES[one] for one in MOVES[before]] or [Text("nothing more", "plus rien d'autre")]
    return _row(broken) | {
        "before": NAMES.get(before, Text("not in the journal", "absente du journal")),
        "act": NAMES[broken.cells["act"]],
        "after": Text(" or ".join(one.en for one in after), " ou ".join(one.fr for one in after)),
    }


def _broken_chain(broken: Broken) -> Values:
    act = str(broken.cells["act"])
    return _row(broken) | {"act": NAMES.get(act, act)}


def _plain(cell: object) -> str:
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
