"""What is said of one measure of one victim group at an event, and by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconcile.finding import Text
from reconcile.model import Quantity


@dataclass(frozen=True)
class Voice:
    """What one source says of one cell, as it stands.

    `quantity` is there for a figure, and for a vague claim as "1 or more". `earlier` are the
    intervals that it gave before and corrected, oldest first; `readings` counts the documents in
    which this statement on this event was read; `answers` is the claim it denies; `corrected` says
    that its source has corrected it since.
    """

    claim: str
    source: str
    source_name: str
    side: str
    stance: str
    quantity: Quantity | None
    earlier: tuple[Quantity, ...]
    readings: int
    stated: str
    answers: str | None
    known_on: dt.date | None
    document: str
    url: str | None
    row: int
    publisher: str
    archive_url: str | None
    language: str | None
    corrected: bool


@dataclass(frozen=True)
class Cell:
    """One measure of one victim group at an event: its status, its proof, and all its voices.

    `told` is its row of the view event_conflict, empty where nobody gives a figure; `before` are
    the claims that their sources have corrected.
    """

    measure: str
    victims: str
    title: Text
    stock: bool
    told: Mapping[str, Any]
    voices: tuple[Voice, ...]
    before: tuple[Voice, ...] = ()

    @property
    def status(self) -> str | None:
        """How the figures stand to each other; None where there is none."""
        return self.told.get("status")

    @property
    def gap(self) -> int | None:
        """People between the two claims of the proof."""
        return self.told.get("gap")

    @property
    def proof(self) -> tuple[str, str] | None:
        """The two claims that share no number, the lower one first."""
        low, high = self.told.get("low_claim"), self.told.get("high_claim")
        return None if low is None or high is None else (low, high)

    def by(self, *sides: str) -> list[Voice]:
        """The voices of these sides."""
        return [voice for voice in self.voices if voice.side in sides]

    def voice(self, claim: str) -> Voice:
        """The voice whose claim this is."""
        return next(voice for voice in self.voices if voice.claim == claim)


def telling(cell: Cell) -> tuple[bool, bool, int, bool, bool]:
    """How much a cell tells beside others of its event; the larger, the more."""
    denied = any(voice.stance == "denies-figure" and voice.answers for voice in cell.voices)
    conflicting = cell.status == "conflicting"
    return (
        cell.status is not None and not cell.stock,
        conflicting,
        (cell.gap or 0) if conflicting else 0,
        denied,
        cell.status is not None,
    )
