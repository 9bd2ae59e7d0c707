"""pointblank on a frame of Polars, with extracts of all failing rows."""

from __future__ import annotations

import pointblank as pb
import polars as pl

from benchmarks.laws.law import NUMBERS, ORDERED, REQUIRED, STANCES, Named
from benchmarks.laws.polars_frames import breaks, load

__all__ = ["check", "load"]


def check(loaded: tuple[pl.DataFrame, list[str]]) -> Named:
    """The rows of the extracts; the laws for which it has no step of its own are expressions."""
    figures, known = loaded
    broken = breaks(known)
    laws: list[str] = []
    plan = pb.Validate(figures)
    for name in REQUIRED:
        plan = plan.col_vals_not_null(name)
        laws.append("empty-required-cell")
    plan = plan.col_vals_expr(~broken["duplicate-id"])
    plan = plan.col_vals_in_set("source", known)
    laws += ["duplicate-id", "unknown-reference"]
    for name in NUMBERS:
        plan = plan.col_vals_ge(name, 0, na_pass=True)
        laws.append("negative-figure")
    for low, high in ORDERED:
        plan = plan.col_vals_le(low, pb.col(high), na_pass=True)
        laws.append("reversed-interval")
    plan = plan.col_vals_in_set("stance", [*STANCES, None])
    plan = plan.col_vals_expr(~broken["numbers-without-figure"])
    laws += ["unknown-word", "numbers-without-figure"]
    extracts = plan.interrogate(extract_limit=len(figures)).get_data_extracts()
    named: dict[str, set[int]] = {law: set() for law in laws}
    for step, law in enumerate(laws, 1):
        if extracts[step] is not None:
            named[law].update(extracts[step]["line"].to_list())
    return named
