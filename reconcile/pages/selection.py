"""Which events, measures and victims a comparison or a report is of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconcile.finding import ReconcileError
from reconcile.reading.table import near

if TYPE_CHECKING:
    import duckdb


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

    def events(self, database: duckdb.DuckDBPyConnection) -> list[str]:
        """The ids of the events selected, by day and id.

        Raises ReconcileError, with the nearest id, where the measure or the victims are not in the
        ledger.
        """
        for column, table, wanted in (
            ("measure", "measures", self.measure),
            ("victims", "victims", self.victims),
        ):
            told = database.execute(f"SELECT {column} FROM {table}").fetchall()
            known = {str(one) for (one,) in told}
            if wanted is not None and wanted not in known:
                offer = near(wanted, known).en or f"; there are {', '.join(sorted(known))}"
                raise ReconcileError(f"{table} has no {wanted}{offer}")
        found = database.execute(
            "SELECT e.event FROM events AS e INNER JOIN event_overview AS o ON o.event = e.event"
            " WHERE ($event IS NULL OR CONTAINS(LOWER(e.event), LOWER($event))"
            "   OR CONTAINS(LOWER(e.name), LOWER($event)))"
            " AND ($country IS NULL OR UPPER($country) = e.country)"
            " AND ($since IS NULL OR COALESCE(e.ends_on, e.starts_on) >= $since)"
            " AND ($until IS NULL OR e.starts_on <= $until)"
            " AND (NOT $contested OR o.conflicting > 0) ORDER BY e.starts_on, e.event",
            {
                "event": self.event,
                "country": self.country,
                "since": self.since,
                "until": self.until,
                "contested": self.contested,
            },
        ).fetchall()
        return [str(event) for (event,) in found]
