"""The account of an event: its cells, the voices in each, and what relays moved to it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.model import Quantity
from reconcile.naming import Names
from reconcile.pages.parts import Contradiction, Share, contradictions, shares
from reconcile.pages.selection import Selection

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Voice:
    """What one source says of one cell, as it stands.

    `quantity` is there for a figure, and for a vague claim as "1 or more". `earlier` are the
    intervals that it gave before and corrected, oldest first; `readings` counts the documents in
    which this statement on this event was read; `answers` is the claim it denies.
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


@dataclass(frozen=True)
class Cell:
    """One measure of one victim group at an event: its status, its proof, and all its voices."""

    measure: str
    victims: str
    title: str
    status: str | None
    gap: int | None
    proof: tuple[str, str] | None
    voices: tuple[Voice, ...]

    def by(self, *sides: str) -> list[Voice]:
        """The voices of these sides."""
        return [voice for voice in self.voices if voice.side in sides]


@dataclass(frozen=True)
class Moved:
    """A statement on another event that relays put on this one."""

    title: str
    quantity: Quantity | None
    source_name: str
    said_of: str
    readings: int


@dataclass(frozen=True)
class EventAccount:
    """All that is said of one event; `told` is its row of the view event_overview."""

    event: str
    name: str
    country: str | None
    starts_on: dt.date
    ends_on: dt.date | None
    told: Mapping[str, Any]
    cells: tuple[Cell, ...]
    moved: tuple[Moved, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    shares: tuple[Share, ...] = ()


def accounts(database: duckdb.DuckDBPyConnection, wanted: Selection) -> list[EventAccount]:
    """The accounts of the events selected, by day and id."""
    chosen = wanted.events(database)
    cells = _cells(database, wanted)
    moved = _moved(database, wanted)
    broken, explained = contradictions(database), shares(database)
    events = rows_of(
        database,
        "SELECT o.*, e.ends_on FROM events AS e"
        " INNER JOIN event_overview AS o ON o.event = e.event"
        " WHERE e.event IN (SELECT UNNEST($events)) ORDER BY e.starts_on, e.event",
        {"events": chosen},
    )
    return [
        EventAccount(
            told["event"],
            told["name"],
            told["country"],
            told["starts_on"],
            told["ends_on"],
            told,
            tuple(cells[told["event"]]),
            tuple(moved[told["event"]]),
            tuple(filter(wanted.cell, broken.get(told["event"], ()))),
            tuple(filter(wanted.cell, explained.get(told["event"], ()))),
        )
        for told in events
        if cells[told["event"]] or moved[told["event"]]
    ]


def _cells(database: duckdb.DuckDBPyConnection, wanted: Selection) -> Mapping[str, list[Cell]]:
    named = Names(database)
    conflicts = {
        (told["event"], told["measure"], told["victims"]): told
        for told in rows_of(database, "SELECT * FROM event_conflict")
    }
    voices: dict[tuple[str, str, str], list[Voice]] = defaultdict(list)
    for key, voice in _voices(database):
        voices[key].append(voice)
    cells: dict[str, list[Cell]] = defaultdict(list)
    for (event, measure, victims), spoken in voices.items():
        told = conflicts.get((event, measure, victims), {})
        proof = (told["low_claim"], told["high_claim"]) if told.get("low_claim") else None
        title = named.cell(measure, victims).en
        cell = Cell(
            measure, victims, title, told.get("status"), told.get("gap"), proof, tuple(spoken)
        )
        if wanted.cell(cell):
            cells[event].append(cell)
    return cells


def _voices(
    database: duckdb.DuckDBPyConnection,
) -> Iterable[tuple[tuple[str, str, str], Voice]]:
    before = _corrected(database)
    told = rows_of(
        database,
        "WITH read AS (SELECT root, event, COUNT(*) AS readings FROM claim GROUP BY root, event)"
        " SELECT s.*, c.url, r.readings FROM standing AS s"
        " INNER JOIN claim AS c ON c.claim = s.claim"
        " INNER JOIN read AS r ON r.root = c.root AND r.event = s.event"
        " INNER JOIN measures AS m ON m.measure = s.measure"
        " INNER JOIN victims AS v ON v.victims = s.victims"
        " ORDER BY s.event, s.measure <> 'killed', m.row, v.row, s.low NULLS LAST,"
        " s.known_on NULLS LAST, s.claim",
    )
    for row in told:
        yield (
            (row["event"], row["measure"], row["victims"]),
            Voice(
                row["claim"],
                row["source"],
                row["source_name"],
                row["side"],
                row["stance"],
                _quantity(row["low"], row["high"], row["named"])
                if row["stance"] in ("figure", "vague")
                else None,
                _earlier(row["claim"], before),
                row["readings"],
                row["stated"],
                row["answers"],
                row["known_on"],
                row["document"],
                row["url"],
                row["row"],
            ),
        )


def _corrected(database: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, Quantity | None]]]:
    before: dict[str, list[tuple[str, Quantity | None]]] = defaultdict(list)
    for claim, superseded, low, high in database.execute(
        "SELECT claim, superseded, from_low, from_high FROM claim_revision"
        " WHERE measure = from_measure ORDER BY claim, from_known_on NULLS FIRST, superseded"
    ).fetchall():
        before[claim].append((superseded, _quantity(low, high)))
    return before


def _earlier(
    claim: str, before: Mapping[str, list[tuple[str, Quantity | None]]]
) -> tuple[Quantity, ...]:
    told: list[Quantity] = []
    for superseded, quantity in before.get(claim, []):
        told += _earlier(superseded, before)
        if quantity is not None and quantity not in told:
            told.append(quantity)
    return tuple(told)


def _moved(database: duckdb.DuckDBPyConnection, wanted: Selection) -> Mapping[str, list[Moved]]:
    named = Names(database)
    moved: dict[str, list[Moved]] = defaultdict(list)
    for told in rows_of(
        database,
        "SELECT c.event, c.measure, c.victims, c.low, c.high,"
        " c.source_name, nearest.event AS said_of,"
        " COUNT(*) AS readings FROM claim AS c"
        " INNER JOIN claim AS nearest ON nearest.claim = c.root AND nearest.event <> c.event"
        " WHERE ($measure IS NULL OR c.measure = $measure)"
        " AND ($victims IS NULL OR c.victims = $victims)"
        " GROUP BY ALL ORDER BY ALL",
        {"measure": wanted.measure, "victims": wanted.victims},
    ):
        moved[told["event"]].append(
            Moved(
                named.cell(told["measure"], told["victims"]).en,
                _quantity(told["low"], told["high"]),
                told["source_name"],
                told["said_of"],
                told["readings"],
            )
        )
    return moved


def _quantity(low: int | None, high: int | None, named: int | None = None) -> Quantity | None:
    return None if low is None else Quantity(low, high, named)
