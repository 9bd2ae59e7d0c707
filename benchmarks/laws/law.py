"""The seven laws that every rival is asked to hold, and the words and columns they speak of.

Their names are those of the rules of the project. Nothing but the standard library is imported
here, for each rival imports it and its own import is measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

LAWS = (
    "empty-required-cell",
    "duplicate-id",
    "unknown-reference",
    "negative-figure",
    "reversed-interval",
    "unknown-word",
    "numbers-without-figure",
)
REQUIRED = ("claim", "event", "source", "document", "measure", "victims", "stated")
NUMBERS = ("low", "best", "high")
ORDERED = (("low", "best"), ("best", "high"), ("low", "high"))
STANCES = ("figure", "vague", "denies-event", "denies-figure", "denies-authorship", "silence")
NUMBERLESS = ("denies-event", "denies-figure", "denies-authorship", "silence")
COLUMNS = (*REQUIRED, "stance", *NUMBERS)

FIRST_LINE = 2
"""The line of the first claim in its file; the header is line 1."""

Named = Mapping[str, Iterable[int]]
"""For each law the lines that break it; a law that a rival cannot state is left out."""

Counted = Mapping[str, int]
"""For each law how many rows break it, from a rival that names none."""


def figures(home: Path) -> Path:
    """The file of the claims in a workspace."""
    return home / "claims" / "figures.csv"


def sources(home: Path) -> Path:
    """The file of the sources in a workspace."""
    return home / "claims" / "sources.csv"
