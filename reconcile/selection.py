"""Which events, measures and victims a comparison or a report is of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reconcile.database import execute
from reconcile.finding import ReconcileError
from reconcile.reading.table import near

if TYPE_CHECKING:
    import duckdb


class OfCell(Protocol):
    """What is told of one measure and one victim group."""

    @property
    def measure(self) -> str:
        """The id of the measure."""

    @property
    def victims(self) -> str:
        """The id of the victim group."""


def among(column: str, few: list[str] | None) -> tuple[str, dict[str, object]]:
    """The condition that `column` is one of a few events, and its values; None is all events.

    A bare condition lets DuckDB pass over the rows of other events, which one with OR does not.
    """
    if few is None:
        return "TRUE", {}
    return f"{column} IN (SELECT UNNEST($few))", {"few": few}


GROUPS = {
    "victims": "''",
    "event": "e.event",
    "country": "COALESCE(e.country, 'several')",
    "month": "STRFTIME(e.starts_on, '%Y-%m')",
}
"""What events are totalled by, as an expression over `events AS e`; by victims all are one."""


@dataclass(frozen=True)
class Selection:
    """Events whose id or name holds `event`, in `country`, on a day of `since` to `until`.

    `contested` keeps those on which claims conflict; `measure` and `victims` keep cells.
    """

    event: str | None = None
    country: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    measure: str | None = None
    victims: str | None = None
    contested: bool = False

    @property
    def narrows(self) -> bool:
        """Whether any event may be left out."""
        return self != Selection()

    def cell(self, told: OfCell) -> bool:
        """Whether what is told is of a measure and a victim group selected."""
        return self.measure in (None, told.measure) and self.victims in (None, told.victims)

    def events(self, database: duckdb.DuckDBPyConnection) -> list[str]:
        """The ids of the events selected, by day and id.

        Raises ReconcileError, with the nearest one, where the measure, the victims or the country
        are not in the ledger, or no event there is called so, and where `since` is after `until`.
        """
        if self.since is not None and self.until is not None and self.since > self.until:
            raise ReconcileError(f"no day is {self.since} or later and {self.until} or earlier")
        country = None if self.country is None else self.country.upper()
        for column, table, wanted in (
            ("measure", "measures", self.measure),
            ("victims", "victims", self.victims),
            ("country", "events", country),
        ):
            told = execute(database, f"SELECT DISTINCT {column} FROM {table}").fetchall()
            known = {str(one) for (one,) in told if one is not None}
            if wanted is not None and wanted not in known:
                offer = near(wanted, known).en or f"; there are {', '.join(sorted(known))}"
                raise ReconcileError(f"{table} has no {wanted}{offer}")
        self._know_event(database)
        query = (
            "SELECT event FROM events"
            " WHERE ($event IS NULL OR CONTAINS(LOWER(event), LOWER($event))"
            "   OR CONTAINS(LOWER(name), LOWER($event)))"
            " AND ($country IS NULL OR $country = country)"
            " AND ($since IS NULL OR COALESCE(ends_on, starts_on) >= $since)"
            " AND ($until IS NULL OR starts_on <= $until)"
        )
        if self.contested:
            query += " AND event IN (SELECT event FROM event_overview WHERE contested)"
        found = execute(
            database,
            f"{query} ORDER BY starts_on, event",
            {"event": self.event, "country": country, "since": self.since, "until": self.until},
        ).fetchall()
        return [str(event) for (event,) in found]

    def _know_event(self, database: duckdb.DuckDBPyConnection) -> None:
        if self.event is None:
            return
        told = execute(database, "SELECT event, name FROM events").fetchall()
        wanted = self.event.lower()
        if not any(wanted in one.lower() for names in told for one in names if one):
            offer = near(self.event, {event for event, _ in told}).en
            raise ReconcileError(f"events has none whose id or name holds {self.event!r}{offer}")
