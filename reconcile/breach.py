"""What to say of a broken law: from a row that fails to a finding with its values."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reconcile.circle import circles
from reconcile.finding import Finding
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
}

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


def finding_of(
    ledger: Ledger, table: Table, law: str, row: int, column: str, frame: pd.DataFrame
) -> Finding:
    """The finding for `law`, which `row` of `table` breaks, in `column` (empty: as a whole).

    `frame` is what was judged: the table, or its references with one row each.
    """
    told = frame.loc[[row]]
    values = _values(ledger, table, law, told, column)
    cells = told.iloc[0]
    if table.identity is not None and law != "duplicate-id":
        key: tuple[str, ...] = (str(cells[table.identity]),)
    else:
        key = tuple(
            "" if pd.isna(cells[one.name]) else str(cells[one.name]) for one in table.columns
        )
    key += (str(values["column"]),) if column else ()
    also = tuple(values.pop("also", ()))  # type: ignore[arg-type, var-annotated]
    return Finding(rules()[law], table.name, key, ledger.address(row), values, also, "pandera")


def _values(ledger: Ledger, table: Table, law: str, told: pd.DataFrame, column: str) -> Values:
    """What the message of a law says of the row (or, of links, the rows) it was broken on."""
    row = told.iloc[0]
    if column == "target":
        return _reference(
            ledger,
            next(one for one in table.columns if one.kind == "ids"),
            next(one for one in told["target"] if one not in ledger.ids["figures"]),
        )
    if column:
        given = next(one for one in table.columns if one.name == column)
        return _cell_values(ledger, table, law, given, row)
    if law in CIRCLES:
        source = table.identity or "event"
        path = circles_of(ledger.tables[table.name], source, CIRCLES[law])[int(str(row.name))]
        return {"value": row[source], "circle": " → ".join(path)}
    if law == "claim-twice":
        frame = ledger.tables[table.name]
        same = frame[STATEMENT].eq(row[STATEMENT]) | frame[STATEMENT].isna() & row[STATEMENT].isna()
        first = ledger.address(int(frame.index[same.all(axis=1)][0]))
        return {"value": row["claim"], "first": first, "also": (first,)}
    if law.startswith("supersedes"):
        return _correction(law, told)
    values: Values = {str(name): _plain(cell) for name, cell in row.items()}
    if law == "half-a-coordinate":
        given_, other = ("latitude", "longitude")
        if pd.isna(row["latitude"]):
            given_, other = other, given_
        values |= {"column": given_, "other": other}
    coded = [one for one in NUMBERS if values.get(one, "–") != "–"]
    values["numbers"] = ", ".join(f"{one} {values[one]}" for one in coded)
    return values


def _cell_values(
    ledger: Ledger, table: Table, law: str, column: Column, row: pd.Series[Any]
) -> Values:
    value = str(row[column.name])
    if law == "unknown-reference":
        return _reference(ledger, column, value)
    values: Values = {"column": column.name, "value": shown(value)}
    if law == "unknown-word":
        return values | {"words": ", ".join(column.words), "near": near(value, column.words)}
    if law == "duplicate-id":
        frame = ledger.tables[table.name]
        first = ledger.address(int(frame.index[frame[column.name] == value][0]))
        return values | {"first": first, "also": (first,)}
    return values


def _reference(ledger: Ledger, column: Column, value: str) -> Values:
    return {
        "column": column.name,
        "value": shown(value),
        "table": column.refers,
        "near": near(value, set(ledger.ids[column.refers])),
    }


_CORRECTED = {
    "supersedes-another-source": "source",
    "supersedes-another-event": "event",
    "supersedes-a-later-claim": "asserted_on",
}


def _correction(law: str, links: pd.DataFrame) -> Values:
    if law not in _CORRECTED:
        return {}
    name = _CORRECTED[law]
    target = links[f"target_{name}"]
    wrong = (
        target > links[name] if name == "asserted_on" else target.notna() & (target != links[name])
    )
    link = links[wrong].iloc[0]
    own = _plain(link[name])
    return {
        "value": link["target"],
        name: own,
        "date": own,
        "other": _plain(link[f"target_{name}"]),
    }


def _plain(cell: object) -> str:
    if cell is None or pd.isna(cell):  # type: ignore[call-overload]
        return "–"
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else shown(str(cell))
