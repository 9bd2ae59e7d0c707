"""The claims and the known sources as pandas reads them, for the rivals that judge its frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.laws.law import COLUMNS, FIRST_LINE, NUMBERS, figures, sources


def load(home: Path) -> tuple[pd.DataFrame, list[str]]:
    """A frame of the claims, its index their line, and the ids of the sources."""
    kinds: dict[str, Any] = {name: "float64" if name in NUMBERS else "str" for name in COLUMNS}
    frame = pd.read_csv(figures(home), usecols=list(COLUMNS), dtype=kinds)
    frame.index = pd.RangeIndex(FIRST_LINE, FIRST_LINE + len(frame))
    known = pd.read_csv(sources(home), usecols=["source"], dtype="str")
    return frame, known["source"].tolist()
