"""What a thing is: the interval of a figure, and what a source can do with one."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_FIGURE = 10_000_000_000
"""More than all the people there are: a number above it counts no people."""

STANCES = ("figure", "vague", "denies-event", "denies-figure", "denies-authorship", "silence")
"""What a source does with a figure; zero is a figure, silence is not."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of people as a closed interval of whole numbers.

    `high` is None where no upper bound was claimed; `named` is the number that was named (40 in
    "at least 40"), or None. There is no midpoint and no mean: a claim is not averaged.
    """

    low: int
    high: int | None
    named: int | None = None

    def __post_init__(self) -> None:
        if self.low < 0 or (self.high is not None and self.high < self.low):
            raise ValueError(f"not an interval of people: {self.low} to {self.high}")

    def overlaps(self, other: Quantity) -> bool:
        """Whether some number lies in both."""
        return self.gap(other) == 0

    def gap(self, other: Quantity) -> int:
        """How many people lie between the two intervals; 0 if they share a number."""
        below = 0 if self.high is None else other.low - self.high
        above = 0 if other.high is None else self.low - other.high
        return max(0, below, above)

    def short(self) -> str:
        """The interval for a narrow table, as "34", "31+", "8–11"."""
        if self.high is None:
            return f"{self.low}+"
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"

    def text(self, language: str = "en") -> str:
        """The interval in words, as "34", "31 or more", "8 to 11", "up to 44"."""
        french = language == "fr"
        if self.high is None:
            return f"{self.low} ou plus" if french else f"{self.low} or more"
        if self.low == self.high:
            return str(self.low)
        if self.low == 0:
            return f"jusqu'à {self.high}" if french else f"up to {self.high}"
        return f"{self.low} à {self.high}" if french else f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Range:
    """What several figures span: from the lowest to the highest number of people.

    `top` is the largest number that one of them gives at least; `high` is None where one of them
    has no upper bound. It is a range of claims, not an estimate.
    """

    low: int
    top: int
    high: int | None

    def text(self) -> str:
        """The range in words, as "11 to 33 or more"."""
        if self.high is None and self.top > self.low:
            return f"{self.low} to {self.top} or more"
        return Quantity(self.low, self.high).text()

    def short(self) -> str:
        """The range for a narrow table, as "11–33+"."""
        if self.high is None and self.top > self.low:
            return f"{self.low}–{self.top}+"
        return Quantity(self.low, self.high).short()
