"""Who speaks of whose dead, by government."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from reconcile.database import rows_of

if TYPE_CHECKING:
    import duckdb

_WHOSE = ("own", "enemy")


def losses(
    database: duckdb.DuckDBPyConnection, chosen: Collection[str]
) -> list[tuple[str, str, Mapping[str, int]]]:
    """Per government, and of its "own" and its "enemy" people: on how many of the events it speaks.

    Of the events chosen those on which somebody gives a figure of such victims, counted by the most
    that the government says of them (`figure`, `denial`, `vague`, `silent`, `not recorded`), beside
    `events` and those with an `unanswered` figure of the opposing side.
    """
    told = rows_of(
        database,
        "SELECT p.name, c.interest, c.event, c.speaks, c.unanswered FROM event_coverage AS c"
        " INNER JOIN parties AS p ON p.party = c.party"
        " WHERE c.party_side = 'government' AND c.interest IN ('own', 'enemy')"
        " AND c.figures_of_others + c.figures > 0",
    )
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in told:
        if row["event"] in chosen:
            count = counts[row["name"], row["interest"]]
            count.update([row["speaks"], "events"])
            count["unanswered"] += row["unanswered"] > 0
    return [
        (name, whose, counts[name, whose])
        for name in dict.fromkeys(sorted(name for name, _ in counts))
        for whose in _WHOSE
        if (name, whose) in counts
    ]
