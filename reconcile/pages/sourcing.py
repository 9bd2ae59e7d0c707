"""How sources tend to speak, and who is silent where: tables for a reader, rows for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconcile.database import HANDFUL, rows_of
from reconcile.finding import ReconcileError
from reconcile.reading.table import near
from reconcile.selection import Selection

if TYPE_CHECKING:
    import duckdb

_UNSAID = "·"
_BEHIND = (
    f"In brackets the events behind a figure; on fewer than {HANDFUL} nothing is said ({_UNSAID})."
)
_SHOWN = ("own", "enemy")

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """Lines for a reader, and what their heads mean."""

    heads: tuple[str, ...]
    lines: list[tuple[str, ...]]
    legend: str


@dataclass(frozen=True)
class Tendencies:
    """How sources or parties tend to speak: `rows` of a view, and `tables` made of them.

    `left` counts the rows that are not among them, on fewer than `least` events.
    """

    tables: list[Table]
    rows: list[Row]
    left: int
    least: int


def records(
    database: duckdb.DuckDBPyConnection, source: str | None = None, least: int | None = None
) -> Tendencies:
    """The record of each named source, by whose people the victims are to it.

    Only records on `least` events; if None a handful, and with `source` all of that source. Raises
    ReconcileError for a source that is not in the ledger.
    """
    told = rows_of(
        database,
        "SELECT * EXCLUDE (row, rows, log_ratio_to_observers, log_ratio_to_opponents),"
        " EXP(log_ratio_to_observers) AS ratio_to_observers,"
        " EXP(log_ratio_to_opponents) AS ratio_to_opponents FROM source_record"
        " WHERE $source IS NULL OR source = $source"
        " ORDER BY spoken_events DESC, source, interest",
        {"source": known_source(database, source)},
    )
    rows, left, fewest = _enough(list(told), "spoken_events", least, source)
    speaking = Table(
        ("source", "of", "speaks", "figures", "corrected", "days", "round"),
        [
            (
                *(row["source"], row["interest"], str(row["spoken_events"]), str(row["events"])),
                f"+{row['ups']} −{row['downs']}" if row["ups"] + row["downs"] else _UNSAID,
                _said(row["days_to_speak"], row["dated_events"], "{:g}"),
                _said(row["round_share"], row["named_events"], "{:.0%}"),
            )
            for row in rows
        ],
        "of: whose people the victims are to the source. speaks, figures: events on which it"
        " speaks of them, and gives a figure. corrected: how often up and down. days: from the"
        " event to its first figure, the median. round: share of its numbers in a step of 5, 10 or"
        f" more; chance alone gives a fifth. {_BEHIND}",
    )
    beside = Table(
        ("source", "of", "apart", "to observers", "to the other side"),
        [
            (
                *(row["source"], row["interest"]),
                _said(row["disjoint_share"], row["beside_events"], "{:.0%}"),
                _said(row["ratio_to_observers"], row["observer_events"], "×{:.2g}"),
                _said(row["ratio_to_opponents"], row["opponent_events"], "×{:.2g}"),
            )
            for row in rows
            if row["beside_events"]
        ],
        "apart: of the cells with a figure of another source, the share on which it shares no"
        " number with one of them. to observers, to the other side: the number it names as a"
        f" multiple of theirs, the median. {_BEHIND}",
    )
    return Tendencies([speaking, beside], rows, left, fewest)


def pairs(
    database: duckdb.DuckDBPyConnection, source: str | None = None, least: int | None = None
) -> Tendencies:
    """Each pair of named sources that give figures of one cell; otherwise as `records`."""
    told = rows_of(
        database,
        "SELECT * EXCLUDE (row, rows, log_ratio), EXP(log_ratio) AS ratio FROM source_pair"
        " WHERE $source IS NULL OR $source IN (source, other_source)"
        " ORDER BY events DESC, source, other_source, interest, other_interest",
        {"source": known_source(database, source)},
    )
    rows, left, fewest = _enough(list(told), "events", least, source)
    table = Table(
        ("source", "of", "other source", "of", "events", "apart", "higher", "ratio"),
        [
            (
                *(row["source"], row["interest"], row["other_source"], row["other_interest"]),
                str(row["events"]),
                f"{row['disjoint']} of {row['cells']}",
                f"{row['higher']} to {row['other_higher']}",
                _said(row["ratio"], row["named_events"], "×{:.2g}"),
            )
            for row in rows
        ],
        "of: whose people the victims are to the source. events: on which both give a figure of one"
        " cell. apart: cells on which they share no number. higher: cells on which the first names"
        " more, to those on which the other does. ratio: the number of the first as a multiple of"
        f" the other's, the median. {_BEHIND}",
    )
    return Tendencies([table], rows, left, fewest)


def coverage(
    database: duckdb.DuckDBPyConnection,
    country: str,
    source: str | None = None,
    least: int | None = None,
) -> Tendencies:
    """How each party concerned, and each named source that speaks for it, speaks in a country.

    Raises ReconcileError for a country or a source that is not in the ledger.
    """
    Selection(country=country).events(database)
    told = rows_of(
        database,
        "SELECT c.* EXCLUDE (row, rows) FROM party_coverage AS c"
        " INNER JOIN parties AS p ON p.party = c.party"
        " WHERE c.country = $country AND ($source IS NULL OR c.source = $source)"
        " ORDER BY COALESCE(p.country = c.country, FALSE) DESC, c.party_side, c.party,"
        " c.source NULLS FIRST, c.interest <> 'own', c.interest",
        {"source": known_source(database, source), "country": country.upper()},
    )
    rows, left, fewest = _enough(list(told), "events", least or 1, source)
    table = Table(
        (
            *("party, source", "of", "figure", "beside\nothers", "denies", "vague", "no toll"),
            "not\nrecorded",
        ),
        [
            (
                f" {row['source']}" if row["source"] else row["party"],
                row["interest"],
                _out_of(row["figure"], row["events"]),
                _out_of(row["figure_beside_others"], row["told_by_others"]),
                *(str(row[name]) for name in ("denial", "vague")),
                _out_of(row["silent"], row["recorded"]),
                str(row["not_recorded"]),
            )
            for row in rows
            if row["interest"] in _SHOWN
        ],
        "of: whose people the victims are to the party. figure: events on which it gives one, of"
        " those on which anybody does. beside others: the same where others do. vague: it speaks of"
        " them without a number. no toll: it spoke and gave none, of the events on which anything"
        " it says is recorded. Not recorded is not silence.",
    )
    return Tendencies([table], rows, left, fewest)


def known_source(database: duckdb.DuckDBPyConnection, source: str | None) -> str | None:
    """The source asked for. Raises ReconcileError, with the nearest one, where there is none."""
    known = {str(one) for (one,) in database.execute("SELECT source FROM sources").fetchall()}
    if source is not None and source not in known:
        raise ReconcileError(f"sources has no {source}{near(source, known).en}")
    return source


def _enough(
    told: list[Row], events: str, least: int | None, source: str | None
) -> tuple[list[Row], int, int]:
    """The rows on enough events, how many are left out, and how many events are enough."""
    fewest = least or (HANDFUL if source is None else 1)
    kept = [row for row in told if row[events] >= fewest]
    return kept, len(told) - len(kept), fewest


def _out_of(count: int, whole: int) -> str:
    return f"{count} of {whole}" if whole else _UNSAID


def _said(measure: float | None, events: int, form: str) -> str:
    return f"{_UNSAID if measure is None else form.format(measure)} ({events})"
