"""What was said of an event, in the order of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.model import Quantity
from reconcile.naming import Names
from reconcile.pages.saying import DENIALS, approximate, quoted
from reconcile.selection import Selection

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Utterance:
    """One claim in the order in which an event was spoken of.

    `quantity` is None where no number was said. `before` are the intervals that it corrects;
    `repeats` and `answers` are claims; `corrected_on` is the day of its first correction, None also
    where that has no date (then `corrected`). `stands` says whether it stands on the day asked.
    """

    event: str
    event_name: str
    known_on: dt.date | None
    source: str
    source_name: str
    side: str
    measure: str
    victims: str
    title: str
    stance: str
    quantity: Quantity | None
    stated: str
    act: str
    before: tuple[Quantity, ...]
    repeats: str | None
    answers: str | None
    corrected: bool
    corrected_on: dt.date | None
    stands: bool
    claim: str
    document: str
    row: int

    def says(self) -> str:
        """What it says, in a few words."""
        words = f"“{quoted(self.stated)}”"
        if self.stance == "figure" and self.quantity is not None:
            told = self.quantity.text()
            return f"{told} ({words})" if approximate(self.quantity) else told
        if self.stance == "silence":
            return "no toll given"
        return f"{DENIALS.get(self.stance, 'no number')}: {words}"

    def does(self) -> str:
        """What it does to what was said before, and what became of it."""
        done = ""
        if self.act == "corrects":
            told = " and ".join(one.text() for one in self.before)
            done = f"corrects {told or 'an earlier claim'}"
        elif self.act == "repeats":
            done = f"repeats {self.repeats}"
        elif self.act == "answers":
            done = f"answers {self.answers}"
        if not self.corrected:
            return done
        later = f"corrected on {self.corrected_on}" if self.corrected_on else "corrected"
        return f"{done}; {later}" if done else later


def sequence(
    database: duckdb.DuckDBPyConnection, wanted: Selection, *, repeats: bool = True
) -> list[Utterance]:
    """What was said of the events selected: by event, then by day, what has no day last.

    Without `repeats` a statement is told once, by its nearest reading.
    """
    named = Names(database)
    told = rows_of(
        database,
        "SELECT t.*, e.name AS event_name FROM timeline AS t"
        " INNER JOIN events AS e ON e.event = t.event"
        " WHERE t.event IN (SELECT UNNEST($events)) ORDER BY e.starts_on, t.event, t.place",
        {"events": wanted.events(database)},
    )
    claims = {one["claim"]: one for one in told}
    utterances = (
        _utterance(one, claims, named)
        for one in claims.values()
        if repeats or one["act"] != "repeats"
    )
    return [one for one in utterances if wanted.cell(one)]


def _utterance(
    told: Mapping[str, Any], claims: Mapping[str, Mapping[str, Any]], named: Names
) -> Utterance:
    before = (_quantity(claims[one]) for one in told["corrects"] or () if one in claims)
    return Utterance(
        told["event"],
        told["event_name"],
        told["known_on"],
        told["source"],
        told["source_name"],
        told["side"],
        told["measure"],
        told["victims"],
        named.cell(told["measure"], told["victims"]).en,
        told["stance"],
        _quantity(told),
        told["stated"],
        told["act"],
        tuple(one for one in before if one is not None),
        told["repeats"],
        told["answers"],
        told["corrected_by"] is not None,
        told["corrected_on"],
        told["stands"],
        told["claim"],
        told["document"],
        told["row"],
    )


def _quantity(told: Mapping[str, Any]) -> Quantity | None:
    return None if told["low"] is None else Quantity(told["low"], told["high"], told["named"])
