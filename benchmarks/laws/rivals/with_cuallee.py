"""cuallee on a frame of pandas: it counts, and names no row."""

from __future__ import annotations

import pandas as pd
from cuallee import Check, CheckLevel

from benchmarks.laws.frames import load
from benchmarks.laws.law import NUMBERLESS, NUMBERS, ORDERED, REQUIRED, STANCES, Counted

__all__ = ["check", "load"]


def _not_negative(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~(figures[list(NUMBERS)] < 0).any(axis=1)


def _in_order(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~pd.concat([figures[low] > figures[high] for low, high in ORDERED], axis=1).any(axis=1)


def _known_word(figures: pd.DataFrame) -> pd.Series[bool]:
    return figures["stance"].isin(STANCES) | figures["stance"].isna()


def _numbers_with_a_figure(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~(figures["stance"].isin(NUMBERLESS) & figures[list(NUMBERS)].notna().any(axis=1))


def check(loaded: tuple[pd.DataFrame, list[str]]) -> Counted:
    """The violations; its own checks count an empty cell as one, so four laws are functions."""
    figures, known = loaded
    told = Check(CheckLevel.ERROR, "laws")
    laws = []
    for name in REQUIRED:
        told.is_complete(name)
        laws.append("empty-required-cell")
    told.is_unique("claim").is_contained_in("source", known)
    told.is_custom(list(NUMBERS), _not_negative)
    told.is_custom(list(NUMBERS), _in_order)
    told.is_custom("stance", _known_word)
    told.is_custom(["stance", *NUMBERS], _numbers_with_a_figure)
    laws += ["duplicate-id", "unknown-reference", "negative-figure", "reversed-interval"]
    laws += ["unknown-word", "numbers-without-figure"]
    found = told.validate(figures)["violations"]
    return {law: int(count) for law, count in found.groupby(laws).sum().items()}
