"""Who speaks of whose dead: by government, and of one event; and how many voices stand behind a
figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.model import Quantity
from reconcile.naming import Names

if TYPE_CHECKING:
    import duckdb

_WHOSE = {"own": "its own", "enemy": "its enemy's"}
_SPEAKS = {
    "figure": "gives a figure",
    "denial": "denies",
    "vague": "gives no number",
    "silent": "gives no toll",
    "not recorded": "not recorded",
}


def losses(
    database: duckdb.DuckDBPyConnection, chosen: Collection[str]
) -> list[tuple[str, str, Mapping[str, int]]]:
    """Per government, and of its own and its enemy's people: on how many of the events it speaks.

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
    governments = dict.fromkeys(sorted(name for name, _ in counts))
    return [
        (name, words, counts[name, whose])
        for name in governments
        for whose, words in _WHOSE.items()
        if (name, whose) in counts
    ]


def speakers(database: duckdb.DuckDBPyConnection) -> Mapping[str, list[str]]:
    """By event, what each party concerned does, as "Mali gives no toll, is accused by hrw"."""
    names = Names(database)
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(
        database, "SELECT * FROM event_party ORDER BY event, governs DESC, party_side, party"
    ):
        acts = [_SPEAKS[row["speaks"]]]
        acts += [
            f"of {words} {_SPEAKS[row[f'of_{whose}']]}"
            for whose, words in _WHOSE.items()
            if row[f"of_{whose}"] not in (None, row["speaks"])
        ]
        acts += ["claims the deed"] if row["claims_it"] else []
        acts += [f"is accused by {', '.join(row['accusers'])}"] if row["accused_by"] else []
        acts += ["denies the deed"] if row["denies_it"] else []
        told[row["event"]].append(f"{names.party(row['party'])}: {', '.join(acts)}")
    return told


def voices(database: duckdb.DuckDBPyConnection) -> Mapping[str, list[str]]:
    """By event, the figures read in several documents, with the independent voices of each."""
    names = Names(database)
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(
        database,
        "SELECT f.* FROM figure_support AS f INNER JOIN measures AS m ON m.measure = f.measure"
        " INNER JOIN victims AS v ON v.victims = f.victims WHERE f.documents > 1"
        " ORDER BY f.event, m.row, v.row, f.low, f.high NULLS LAST, f.named NULLS LAST, f.row",
    ):
        told[row["event"]].append(_support(row, names))
    return told


def _support(row: Mapping[str, Any], names: Names) -> str:
    cell = names.cell(row["measure"], row["victims"]).en
    figure = Quantity(row["low"], row["high"]).text()
    return f"{cell} {figure}: {row['voices']} in {row['documents']} documents"
