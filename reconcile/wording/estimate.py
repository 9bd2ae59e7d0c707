"""An estimate as data sets write it, "low 3, best 5, high 9": the same in every codebook."""

from __future__ import annotations

import re

from reconcile.model import LARGEST_FIGURE
from reconcile.wording.codebook import step
from reconcile.wording.reading import Reading

_ESTIMATE = re.compile(r"low ([0-9]{1,11}), best ([0-9]{1,11}), high ([0-9]{1,11})")


def estimate(words: str, codebook: str) -> Reading | None:
    """The reading of an estimate of three numbers in order; None for anything else."""
    if (written := _ESTIMATE.fullmatch(words)) is None:
        return None
    low, best, high = map(int, written.groups())
    if not low <= best <= high <= LARGEST_FIGURE:
        return None
    trace = ("estimate",)
    return Reading(low, high, best, "figure", False, codebook, step(best), "en", trace)
