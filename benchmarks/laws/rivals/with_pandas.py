"""pandas alone: a mask for each law."""

from __future__ import annotations

import pandas as pd

from benchmarks.laws.frames import load
from benchmarks.laws.law import NUMBERLESS, NUMBERS, ORDERED, REQUIRED, STANCES, Named

__all__ = ["check", "load"]


def check(loaded: tuple[pd.DataFrame, list[str]]) -> Named:
    """The lines under each mask."""
    figures, known = loaded
    backwards = [figures[low] > figures[high] for low, high in ORDERED]
    masks = {
        "empty-required-cell": figures[list(REQUIRED)].isna().any(axis=1),
        "duplicate-id": figures["claim"].duplicated() & figures["claim"].notna(),
        "unknown-reference": ~figures["source"].isin(known) & figures["source"].notna(),
        "negative-figure": (figures[list(NUMBERS)] < 0).any(axis=1),
        "reversed-interval": pd.concat(backwards, axis=1).any(axis=1),
        "unknown-word": ~figures["stance"].isin(STANCES) & figures["stance"].notna(),
        "numbers-without-figure": figures["stance"].isin(NUMBERLESS)
        & figures[list(NUMBERS)].notna().any(axis=1),
    }
    return {law: figures.index[mask] for law, mask in masks.items()}
