"""The time line of an event: on which days each side speaks, and when it corrects itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconcile.pages.evidence import Row
from reconcile.pages.saying import SIDES
from reconcile.pages.scale import Scale


@dataclass(frozen=True)
class Moment:
    """A day on which a side speaks: how many claims, and whether all of them were corrected."""

    days: int
    count: int
    corrected: bool


@dataclass(frozen=True)
class Lane:
    """One side, or "" for statements read again elsewhere; `corrections` are pairs of days."""

    side: str
    moments: list[Moment]
    corrections: list[tuple[int, int]]


@dataclass(frozen=True)
class TimeLine:
    """The lanes of an event over an axis of days after it began."""

    scale: Scale
    rows: list[Lane]


def time_line(held: Mapping[str, list[Row]]) -> TimeLine | None:
    """The time line of an event; None where all that has a day was said on one."""
    told = held["timeline"]
    if len({row["days"] for row in told}) < 2:
        return None
    sides = [side for side in (*SIDES, "") if any(row["side"] == side for row in told)]
    rows = [
        Lane(
            side,
            [
                Moment(row["days"], row["count"], row["corrected"])
                for row in told
                if row["side"] == side
            ],
            [
                (before, before + row["days"])
                for row in held["claim_revision"]
                if row["side"] == side and row["days"]
                for before in [max(0, (row["from_known_on"] - row["starts_on"]).days)]
            ],
        )
        for side in sides
    ]
    return TimeLine(Scale.over(row["days"] for row in told), rows)
