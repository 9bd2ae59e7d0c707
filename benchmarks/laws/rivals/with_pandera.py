"""Pandera alone, lazily, so that it names every failing row; as its guide has it."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from benchmarks.laws.frames import load
from benchmarks.laws.law import NUMBERLESS, NUMBERS, ORDERED, REQUIRED, STANCES, Named

__all__ = ["check", "load"]


def _schema(known: list[str]) -> pa.DataFrameSchema:
    columns = {name: pa.Column(str, nullable=False) for name in REQUIRED}
    columns["claim"] = pa.Column(str, unique=True, report_duplicates="exclude_first")
    columns["source"] = pa.Column(str, pa.Check.isin(known, error="unknown-reference"))
    columns["stance"] = pa.Column(str, pa.Check.isin(STANCES, error="unknown-word"), nullable=True)
    for name in NUMBERS:
        columns[name] = pa.Column(float, pa.Check.ge(0, error="negative-figure"), nullable=True)
    return pa.DataFrameSchema(
        columns,
        checks=[
            pa.Check(_in_order, error="reversed-interval"),
            pa.Check(_numbers_with_a_figure, error="numbers-without-figure"),
        ],
    )


def _in_order(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~pd.concat([figures[low] > figures[high] for low, high in ORDERED], axis=1).any(axis=1)


def _numbers_with_a_figure(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~(figures["stance"].isin(NUMBERLESS) & figures[list(NUMBERS)].notna().any(axis=1))


def check(loaded: tuple[pd.DataFrame, list[str]]) -> Named:
    """The failure cases, each line once for a law."""
    figures, known = loaded
    try:
        _schema(known).validate(figures, lazy=True)
    except SchemaErrors as fault:
        cases = fault.failure_cases
        built_in = {"not_nullable": "empty-required-cell", "field_uniqueness": "duplicate-id"}
        laws = cases["check"].replace(built_in)
        return {str(law): lines.unique() for law, lines in cases["index"].groupby(laws)}
    return {}
