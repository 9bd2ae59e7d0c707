"""The claims and the known sources as Polars reads them, and each broken law as its expression."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.laws.law import (
    COLUMNS,
    FIRST_LINE,
    NUMBERLESS,
    NUMBERS,
    ORDERED,
    REQUIRED,
    STANCES,
    figures,
    sources,
)


def load(home: Path) -> tuple[pl.DataFrame, list[str]]:
    """A frame of the claims with their line in a column of its own, and the ids of the sources."""
    kinds = {name: pl.Int64 if name in NUMBERS else pl.String for name in COLUMNS}
    lines = pl.scan_csv(figures(home), schema_overrides=kinds).select(COLUMNS)
    frame = lines.with_row_index("line", FIRST_LINE).collect()
    return frame, pl.read_csv(sources(home), columns=["source"])["source"].to_list()


def breaks(known: list[str]) -> dict[str, pl.Expr]:
    """For each law whether a row breaks it; never null."""
    told = {
        "empty-required-cell": pl.any_horizontal(pl.col(*REQUIRED).is_null()),
        "duplicate-id": ~pl.col("claim").is_first_distinct() & pl.col("claim").is_not_null(),
        "unknown-reference": ~pl.col("source").is_in(known),
        "negative-figure": pl.any_horizontal(pl.col(*NUMBERS) < 0),
        "reversed-interval": pl.any_horizontal(pl.col(low) > pl.col(high) for low, high in ORDERED),
        "unknown-word": ~pl.col("stance").is_in(STANCES),
        "numbers-without-figure": pl.col("stance").is_in(NUMBERLESS)
        & pl.any_horizontal(pl.col(*NUMBERS).is_not_null()),
    }
    return {law: broken.fill_null(False) for law, broken in told.items()}
