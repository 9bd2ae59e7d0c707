"""A low, a best and a high number, as data sets give them."""

from __future__ import annotations

from dataclasses import dataclass

from reconcile.exchange.proposal import Cells
from reconcile.exchange.sheet import Record


@dataclass(frozen=True)
class Estimate:
    """Three numbers of people as they stand in a row, in order or not."""

    low: int
    best: int
    high: int

    @classmethod
    def of(cls, record: Record, low: str, best: str, high: str) -> Estimate | None:
        """The estimate in three columns; None, with the faults, where one is lacking."""
        filled = [record.filled(column) for column in (low, best, high)]
        told = [record.count(column) for column in (low, best, high)]
        if not all(filled) or None in told:
            return None
        return cls(*(number or 0 for number in told))

    @property
    def out_of_order(self) -> bool:
        """Whether the numbers contradict each other."""
        return not self.low <= self.best <= self.high

    @property
    def told(self) -> dict[str, int]:
        """The numbers by name, for a message."""
        return {"low": self.low, "best": self.best, "high": self.high}

    @property
    def cells(self) -> Cells:
        """The cells of a claim. Of numbers out of order the best alone is coded; all are quoted."""
        stated = f"low {self.low}, best {self.best}, high {self.high}"
        if self.out_of_order:
            return {"stated": stated, "best": str(self.best)}
        return {"stated": stated, **{name: str(number) for name, number in self.told.items()}}
