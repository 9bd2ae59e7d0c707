"""What a phrase says once it is read."""

from __future__ import annotations

from dataclasses import dataclass

from reconcile.model import Quantity


@dataclass(frozen=True, slots=True)
class Reading:
    """The figure that a phrase states, as one codebook takes it.

    `low` and `high` bound a number of people, both inclusive: `high` is None where no upper bound
    was claimed, `low` is None where the phrase states no interval at all (a denial, a silence).
    `named` is the number named (40 in "at least 40"), or None; `step` is the round step it is
    written in (10 for 40, 5 for 45, 1 for 41). `additional` marks a figure that may come on top of
    one said elsewhere ("6 more"); it changes no interval. `trace` says which rules read the phrase.
    `others` holds the readings of other languages that know the phrase as well and disagree: it is
    empty unless the language was left open and the words alone do not settle it.
    """

    low: int | None
    high: int | None
    named: int | None
    stance: str
    additional: bool
    codebook: str
    step: int | None
    language: str
    trace: tuple[str, ...]
    others: tuple[Reading, ...] = ()

    @property
    def quantity(self) -> Quantity | None:
        """The interval, or None where the phrase states none."""
        return None if self.low is None else Quantity(self.low, self.high, self.named)

    @property
    def ambiguous(self) -> bool:
        """Whether another language reads the phrase differently and equally well."""
        return bool(self.others)

    @property
    def meaning(self) -> tuple[int | None, int | None, int | None, str, bool]:
        """What two readings share that say the same."""
        return (self.low, self.high, self.named, self.stance, self.additional)
