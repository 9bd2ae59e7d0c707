"""Who speaks and who stays silent, by country."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconcile.pages.saying import SIDES

if TYPE_CHECKING:
    import duckdb

SPEAKING = ("figure", "denial", "vague", "silent", "not recorded")
"""How a voice speaks of an event, the most that it says first; not recorded is not silent."""

_COVERAGE = """
SELECT p.side, p.name, COALESCE(c.country, ''), c.event, c.speaks
FROM event_coverage AS c INNER JOIN parties AS p ON p.party = c.party
"""
_SIDES = """
SELECT side, '', COALESCE(country, ''), event,
  CASE WHEN figures > 0 THEN 'figure' WHEN denials > 0 THEN 'denial' WHEN vague > 0 THEN 'vague'
    ELSE 'silent' END
FROM event_side WHERE side NOT IN ('government', 'insurgent')
"""


@dataclass(frozen=True)
class Speaker:
    """A party, or a side of which no party is named: how it speaks, by country.

    `events` counts the events of each country by how the speaker speaks of them; an event counts
    once, by the most that is said. For a party these are the events that concern it.
    """

    side: str
    name: str
    events: dict[str, Counter[str]]

    @property
    def total(self) -> int:
        """The events on which it says anything at all."""
        return sum(
            count
            for told in self.events.values()
            for speaks, count in told.items()
            if speaks != "not recorded"
        )


@dataclass(frozen=True)
class Matrix:
    """The speakers as rows, the countries as columns, those with most events first."""

    speakers: list[Speaker]
    countries: list[str]


def matrix(database: duckdb.DuckDBPyConnection, chosen: Collection[str]) -> Matrix:
    """Who speaks of the events chosen; the country is empty where an event lies in several."""
    best: dict[tuple[str, str, str, str], int] = {}
    for side, name, country, event, speaks in database.execute(
        f"{_COVERAGE} UNION ALL {_SIDES}"
    ).fetchall():
        if event in chosen:
            key, rank = (side, name, country, event), SPEAKING.index(speaks)
            best[key] = min(rank, best.get(key, rank))
    told: dict[tuple[str, str], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    sizes: dict[str, set[str]] = defaultdict(set)
    for (side, name, country, event), rank in best.items():
        told[side, name][country][SPEAKING[rank]] += 1
        sizes[country].add(event)
    speakers = [Speaker(side, name, dict(events)) for (side, name), events in told.items()]
    return Matrix(
        sorted(
            (one for one in speakers if one.total),
            key=lambda one: (list(SIDES).index(one.side), -one.total, one.name),
        ),
        sorted(sizes, key=lambda one: (one == "", -len(sizes[one]), one)),
    )
