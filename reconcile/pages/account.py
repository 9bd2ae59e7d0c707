"""The account of an event: its cells, the voices in each, and what relays moved to it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reconcile.database import execute, rows_of
from reconcile.finding import Text
from reconcile.model import Quantity
from reconcile.naming import Names
from reconcile.pages.cell import Cell, Voice, telling
from reconcile.pages.parts import Contradiction, Share, contradictions, shares
from reconcile.selection import Selection, among

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Moved:
    """A statement on another event that relays put on this one."""

    title: Text
    quantity: Quantity | None
    source_name: str
    said_of: str
    readings: int


@dataclass(frozen=True)
class EventAccount:
    """All that is said of one event; `told` is its row of the view event_overview, with the
    place and the precision of the date."""

    event: str
    name: str
    country: str | None
    starts_on: dt.date
    ends_on: dt.date | None
    latitude: float | None
    longitude: float | None
    told: Mapping[str, Any]
    cells: tuple[Cell, ...]
    moved: tuple[Moved, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    shares: tuple[Share, ...] = ()

    @cached_property
    def headline(self) -> Cell | None:
        """The cell that tells most: the widest gap, else a denied figure, else the first figure.

        Counts of a moment, such as a strength, are looked at last; None where nobody speaks.
        """
        return max(self.cells, key=telling, default=None)

    @property
    def widest(self) -> int:
        """People between the two claims of the headline furthest apart; 0 without a conflict."""
        cell = self.headline
        return (cell.gap or 0) if cell is not None and cell.status == "conflicting" else 0


def accounts(
    database: duckdb.DuckDBPyConnection, wanted: Selection, only: Collection[str] | None = None
) -> list[EventAccount]:
    """The accounts of the events selected, by day and id; with `only` of these and no others."""
    chosen = wanted.events(database) if only is None else list(only)
    few = None if only is None else chosen
    named = Names(database)
    cells = _cells(database, named, wanted, few)
    moved = _moved(database, named, wanted, few)
    broken, explained = contradictions(database, named, few), shares(database, named, few)
    events = rows_of(
        database,
        "SELECT o.*, e.ends_on, e.latitude, e.longitude, e.date_precision, e.place FROM events AS e"
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
            told["latitude"],
            told["longitude"],
            told,
            tuple(cells[told["event"]]),
            tuple(moved[told["event"]]),
            tuple(filter(wanted.cell, broken.get(told["event"], ()))),
            tuple(filter(wanted.cell, explained.get(told["event"], ()))),
        )
        for told in events
        if cells[told["event"]] or moved[told["event"]]
    ]


def _cells(
    database: duckdb.DuckDBPyConnection, named: Names, wanted: Selection, few: list[str] | None
) -> Mapping[str, list[Cell]]:
    wanted_events, values = among("event", few)
    conflicts = {
        (told["event"], told["measure"], told["victims"]): told
        for told in rows_of(
            database,
            "SELECT event, measure, victims, status, gap, low_claim, high_claim, low_high,"
            " high_low, common_low, common_high FROM event_conflict"
            f" WHERE {wanted_events}",
            values,
        )
    }
    stocks = {
        one for (one,) in execute(database, "SELECT measure FROM measures WHERE stock").fetchall()
    }
    voices: dict[tuple[str, str, str], list[Voice]] = defaultdict(list)
    for key, voice in _voices(database, few):
        voices[key].append(voice)
    cells: dict[str, list[Cell]] = defaultdict(list)
    for (event, measure, victims), spoken in voices.items():
        cell = Cell(
            measure,
            victims,
            named.cell(measure, victims),
            measure in stocks,
            conflicts.get((event, measure, victims), {}),
            tuple(voice for voice in spoken if not voice.corrected),
            tuple(voice for voice in spoken if voice.corrected),
        )
        if wanted.cell(cell):
            cells[event].append(cell)
    return cells


def _voices(
    database: duckdb.DuckDBPyConnection, few: list[str] | None
) -> Iterable[tuple[tuple[str, str, str], Voice]]:
    before = _corrected(database, few)
    (here, values), (there, _) = among("event", few), among("c.event", few)
    told = rows_of(
        database,
        "WITH read AS (SELECT root, event, COUNT(*) AS readings FROM claim"
        f" WHERE {here} GROUP BY root, event)"
        " SELECT c.claim, c.event, c.measure, c.victims, c.source, c.source_name, c.side, c.stance,"
        " c.low, c.high, c.named, c.stated, c.answers, c.known_on, c.document, c.url, c.row,"
        " c.language, d.publisher, d.archive_url, r.readings, s.claim IS NULL AS corrected"
        " FROM claim AS c LEFT JOIN standing AS s ON s.claim = c.claim"
        " LEFT JOIN (SELECT DISTINCT superseded FROM claim_revision) AS b ON b.superseded = c.claim"
        " INNER JOIN documents AS d ON d.document = c.document"
        " INNER JOIN read AS r ON r.root = c.root AND r.event = c.event"
        " INNER JOIN measures AS m ON m.measure = c.measure"
        " INNER JOIN victims AS v ON v.victims = c.victims"
        " WHERE (s.claim IS NOT NULL OR b.superseded IS NOT NULL)"
        f" AND {there}"
        " ORDER BY c.event, c.measure <> 'killed', m.row, v.row, c.low NULLS LAST,"
        " c.known_on NULLS LAST, c.claim",
        values,
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
                row["publisher"],
                row["archive_url"],
                row["language"],
                row["corrected"],
            ),
        )


def _corrected(
    database: duckdb.DuckDBPyConnection, few: list[str] | None
) -> dict[str, list[tuple[str, Quantity | None]]]:
    before: dict[str, list[tuple[str, Quantity | None]]] = defaultdict(list)
    here, values = among("event", few)
    for claim, superseded, low, high in execute(
        database,
        "SELECT claim, superseded, from_low, from_high FROM claim_revision"
        f" WHERE measure = from_measure AND {here}"
        " ORDER BY claim, from_known_on NULLS FIRST, superseded",
        values,
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


def _moved(
    database: duckdb.DuckDBPyConnection, named: Names, wanted: Selection, few: list[str] | None
) -> Mapping[str, list[Moved]]:
    here, values = among("c.event", few)
    moved: dict[str, list[Moved]] = defaultdict(list)
    for told in rows_of(
        database,
        "SELECT c.event, c.measure, c.victims, c.low, c.high,"
        " c.source_name, nearest.event AS said_of,"
        " COUNT(*) AS readings FROM claim AS c"
        " INNER JOIN claim AS nearest ON nearest.claim = c.root AND nearest.event <> c.event"
        " WHERE ($measure IS NULL OR c.measure = $measure)"
        " AND ($victims IS NULL OR c.victims = $victims)"
        f" AND {here} GROUP BY ALL ORDER BY ALL",
        {"measure": wanted.measure, "victims": wanted.victims, **values},
    ):
        moved[told["event"]].append(
            Moved(
                named.cell(told["measure"], told["victims"]),
                _quantity(told["low"], told["high"]),
                told["source_name"],
                told["said_of"],
                told["readings"],
            )
        )
    return moved


def _quantity(low: int | None, high: int | None, named: int | None = None) -> Quantity | None:
    return None if low is None else Quantity(low, high, named)
