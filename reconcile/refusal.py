"""What to say of the rows that an expectation refuses: their findings, put into words by column.

A message may ask for each column of the relation; for `{cell}` ("soldiers killed"); and for every
pair of columns `x_low` and `x_high` for the interval `{x}` (for `low` and `high` alone `{figure}`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain
from typing import Any

from reconcile.finding import Address, Finding, Row, Rule, Text
from reconcile.ledger import Ledger
from reconcile.model import Quantity
from reconcile.naming import Names, in_both
from reconcile.relation import Relation

_VIEW_WORDS = {"side", "only_side", "low_side", "high_side", "higher_side", "speaks", "changed"}

Cells = Mapping[str, Sequence[Any]]
"""Columns of some rows of a relation by name; None where nothing stands."""


def can_tell(relation: Relation) -> Set[str]:
    """What a message about a row of the relation may ask for."""
    return {*relation.types, *_intervals(relation), *_victims_and_measures(relation)}


def needed_to_tell(rule: Rule, relation: Relation) -> Set[str]:
    """The columns of the relation that the findings of a rule rest on or speak of."""
    made_of = {**_intervals(relation), **_victims_and_measures(relation)}
    wanted = {"row", "rows", "event", *relation.key, *rule.named}
    for name in rule.named & made_of.keys():
        wanted |= {*made_of[name], "stance"}
    return wanted & relation.types.keys()


def findings_of(
    ledger: Ledger, relation: Relation, rule: Rule, cells: Cells, names: Names
) -> Iterator[Finding]:
    """A finding for each of the rows, of which `cells` holds the columns needed to tell of them."""
    values = _values(relation, rule, cells, names)
    keys = zip(*(map(_key_parts, cells[name]) for name in relation.key), strict=True)
    told = zip(cells["row"], keys, _also(ledger, cells), strict=True)
    for nth, (row, key, also) in enumerate(told):
        parts, at = tuple(chain.from_iterable(key)), ledger.address(row)
        yield Finding(rule, relation.name, parts, at, Row(values, nth), also, "gx")


def _also(ledger: Ledger, cells: Cells) -> Iterator[tuple[Address, ...]]:
    if "rows" not in cells:
        yield from [()] * len(cells["row"])
        return
    for row, rows in zip(cells["row"], cells["rows"], strict=True):
        yield tuple(ledger.address(one) for one in rows if one != row)


def _values(
    relation: Relation, rule: Rule, cells: Cells, names: Names
) -> dict[str, Sequence[object]]:
    """What the messages of a rule ask for, and the event, by which findings are sought."""
    intervals, of = _intervals(relation), _victims_and_measures(relation)
    stances = cells.get("stance") or ["–"] * len(cells["row"])
    values: dict[str, Sequence[object]] = {}
    for name in {*rule.named, "event"} & can_tell(relation):
        if name in intervals:
            lows, highs = (cells[bound] for bound in intervals[name])
            values[name] = list(map(_interval, lows, highs, stances))
        elif name in of:
            victims, measures = (cells[column] for column in of[name])
            values[name] = list(map(names.cell, measures, victims))
        elif name == "part_claims":
            names.hear(claim for claims in cells[name] for claim in claims)
            values[name] = list(map(names.sayings, cells[name], cells["event"]))
        elif name == "party":
            values[name] = [names.party(one) if one else "–" for one in cells[name]]
        elif name in _VIEW_WORDS:
            values[name] = [in_both(str(_plain(one))) for one in cells[name]]
        else:
            values[name] = list(map(_plain, cells[name]))
    return values


def _intervals(relation: Relation) -> dict[str, tuple[str, str]]:
    """The columns of both bounds of each interval that a message may ask for."""
    pairs = ((name, name.removesuffix("low")) for name in relation.types if name.endswith("low"))
    return {
        prefix.rstrip("_") or "figure": (low, f"{prefix}high")
        for low, prefix in pairs
        if f"{prefix}high" in relation.types
    }


def _victims_and_measures(relation: Relation) -> dict[str, tuple[str, str]]:
    """The columns of the victims and the measure of each cell that a message may ask for."""
    return {
        f"{prefix}cell": (f"{prefix}victims", f"{prefix}measure")
        for prefix in ("", "from_")
        if {f"{prefix}victims", f"{prefix}measure"} <= relation.types.keys()
    }


@lru_cache(maxsize=1 << 12)
def _interval(low: int | None, high: int | None, stance: str | None) -> Text:
    if low is None:
        return in_both(stance or "–")
    told = Quantity(int(low), None if high is None else int(high))
    return Text(told.text("en"), told.text("fr"))


def _plain(cell: Any) -> object:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list):
        return ", ".join(map(str, cell))
    if cell is None or cell != cell:
        return "–"
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else _decimal(cell)
    return cell


def _decimal(number: float) -> Text:
    told = f"{number:.1f}"
    return Text(told, told.replace(".", ","))


def _key_parts(cell: Any) -> Sequence[str]:
    if isinstance(cell, list):
        return [str(one) for one in cell]
    return ["" if cell is None or cell != cell else str(_plain(cell))]
