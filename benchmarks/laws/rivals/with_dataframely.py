"""dataframely on a frame of Polars: a schema with rules, which parts the rows."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from benchmarks.laws.law import NUMBERS, REQUIRED, STANCES, Named
from benchmarks.laws.polars_frames import breaks, load

__all__ = ["check", "load"]

_LAWS = {
    "nullability": "empty-required-cell",
    "min": "negative-figure",
    "check__is_in": "unknown-word",
    "check": "unknown-reference",
    "once": "duplicate-id",
    "in_order": "reversed-interval",
    "numbers_with_a_figure": "numbers-without-figure",
}


def _schema(known: list[str]) -> type[dy.Schema]:
    broken = breaks(known)

    def rule(law: str) -> object:
        return dy.rule()(lambda cls: ~broken[law])

    told = {name: dy.String(nullable=False) for name in REQUIRED}
    told["source"] = dy.String(nullable=False, check=lambda cell: cell.is_in(known))
    told["stance"] = dy.String(nullable=True, check={"is_in": lambda cell: cell.is_in(STANCES)})
    numbers = {name: dy.Int64(nullable=True, min=0) for name in NUMBERS}
    rules = {
        "once": rule("duplicate-id"),
        "in_order": rule("reversed-interval"),
        "numbers_with_a_figure": rule("numbers-without-figure"),
    }
    return type("Figures", (dy.Schema,), {"line": dy.UInt32(), **told, **numbers, **rules})


def check(loaded: tuple[pl.DataFrame, list[str]]) -> Named:
    """The lines among the failures of each rule."""
    figures, known = loaded
    details = _schema(known).filter(figures).failure.details()
    named: dict[str, set[int]] = {law: set() for law in _LAWS.values()}
    for rule in details.columns[len(figures.columns) :]:
        lines = details["line"].filter(details[rule] == "invalid")
        named[_LAWS[rule.rpartition("|")[2]]].update(lines.to_list())
    return named
