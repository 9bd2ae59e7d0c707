"""Who speaks and who stays silent, by country."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconcile.database import execute
from reconcile.pages.saying import SIDES

if TYPE_CHECKING:
    import duckdb

SPEAKING = ("figure", "denial", "vague", "silent", "not recorded")
"""How a voice speaks of an event, the most that it says first; not recorded is not silent."""

_MOST_COUNTRIES = 6
_MOST_PARTIES = 10

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
    """The speakers as rows, the countries as columns, those with most events first.

    Of many countries those with fewest events stand together as "*"; of many parties those that
    speak of fewest events are left out, and `more` counts them.
    """

    speakers: list[Speaker]
    countries: list[str]
    more: int


def matrix(database: duckdb.DuckDBPyConnection, chosen: Collection[str]) -> Matrix:
    """Who speaks of the events chosen; the country is empty where an event lies in several."""
    best: dict[tuple[str, str, str, str], int] = {}
    sizes: dict[str, set[str]] = defaultdict(set)
    for side, name, country, event, speaks in execute(
        database, f"{_COVERAGE} UNION ALL {_SIDES}"
    ).fetchall():
        if event in chosen:
            key, rank = (side, name, country, event), SPEAKING.index(speaks)
            best[key] = min(rank, best.get(key, rank))
            sizes[country].add(event)
    countries = sorted(sizes, key=lambda one: (one == "", -len(sizes[one]), one))
    if len(countries) > _MOST_COUNTRIES:
        countries = [*countries[: _MOST_COUNTRIES - 1], "*"]
    told: dict[tuple[str, str], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for (side, name, country, _), rank in best.items():
        told[side, name][country if country in countries else "*"][SPEAKING[rank]] += 1
    speakers = [Speaker(side, name, dict(events)) for (side, name), events in told.items()]
    speakers = sorted(
        (one for one in speakers if one.total), key=lambda one: (-one.total, one.name)
    )
    parties = [one for one in speakers if one.name]
    shown = [*parties[:_MOST_PARTIES], *(one for one in speakers if not one.name)]
    return Matrix(
        sorted(shown, key=lambda one: list(SIDES).index(one.side)),
        countries,
        len(parties[_MOST_PARTIES:]),
    )
