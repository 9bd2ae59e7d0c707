"""The axis of a plot: where a number of people stands on it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_DECADE = 10
_FIRST, _LAST = 3, 93
_LOG_ONE = 9
_STEPS = (1, 2, 5)
_MOST_TICKS = 5


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` people, as hundredths of the width of a plot.

    A linear one begins at nought. A logarithmic one, for figures that span more than a decade, has
    nought to the left of its first decade. Right of `high` there is room for an open end.
    """

    low: int
    high: int
    logarithmic: bool

    @classmethod
    def over(cls, figures: Iterable[int], others: Iterable[int] = ()) -> Scale:
        """The axis on which all these numbers stand; `figures` decide whether it is logarithmic."""
        told = [number for number in figures if number > 0]
        everything = [*told, *(number for number in others if number > 0)]
        if not everything:
            return cls(0, 1, False)
        if told and max(told) > _DECADE * min(told):
            low = _DECADE ** math.floor(math.log10(min(everything)))
            return cls(low, max(everything), True)
        return cls(0, max(everything), False)

    def at(self, number: float) -> float:
        """Where a number stands, from 0 at the left to 100 at the right, to a tenth."""
        if not self.logarithmic:
            return _tenth(_FIRST + (_LAST - _FIRST) * number / self.high)
        if number < self.low:
            return _FIRST
        part = math.log(number / self.low) / math.log(self.high / self.low)
        return _tenth(_LOG_ONE + (_LAST - _LOG_ONE) * part)

    def wide(self, left: float, right: float) -> float:
        """The width between two places."""
        return _tenth(right - left)

    def ticks(self) -> list[int]:
        """Round numbers along the axis, nought first."""
        if self.logarithmic:
            decades = range(round(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            for steps in (_STEPS, (1,)):
                told = [step * _DECADE**decade for decade in decades for step in steps]
                fitting = [number for number in told if number <= self.high]
                if len(fitting) <= _MOST_TICKS:
                    break
            return [0, *fitting]
        step = next(
            step * _DECADE**decade
            for decade in range(12)
            for step in _STEPS
            if self.high / (step * _DECADE**decade) <= _MOST_TICKS
        )
        return list(range(0, self.high + 1, step))


def _tenth(place: float) -> float:
    """A place to a tenth, and without a point where it is whole."""
    told = round(place, 1)
    return int(told) if told == int(told) else told
