"""One state of a ledger, as it is served: its tables, its views as of any day, its digest."""

from __future__ import annotations

import datetime as dt
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.database import connect_unfilled, fill
from reconcile.difference import ConflictChange
from reconcile.finding import ReconcileError
from reconcile.ledger import Ledger
from reconcile.pipeline import read
from reconcile.serve import files
from reconcile.serve.watch import Watch
from reconcile.trial import acceptance

if TYPE_CHECKING:
    import duckdb

_DAYS_KEPT = 3
_ACCEPTANCES_KEPT = 100
_TRIES = 5
_WATCH = Watch()
_DAYS = """
SELECT DISTINCT COALESCE(f.asserted_on, d.published_on)
FROM figures AS f INNER JOIN documents AS d ON d.document = f.document
UNION
SELECT DISTINCT COALESCE(a.asserted_on, d.published_on)
FROM attributions AS a INNER JOIN documents AS d ON d.document = a.document
"""


@dataclass(frozen=True)
class Basis:
    """The database that answers rest on: of the state `digest`, as of a day or as it stands.

    `as_of` is the day that was asked; the database may be that of an earlier day, where nothing
    was said in between. `without_day` counts the claims that no day holds.
    """

    digest: str
    database: duckdb.DuckDBPyConnection
    as_of: dt.date | None
    without_day: int

    @contextmanager
    def reading(self, seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of one's own, whose questions together take `seconds` at most.

        Raises TookTooLongError where they take longer.
        """
        with self.database.cursor() as cursor, _WATCH.limited(cursor, seconds):
            yield cursor


class Snapshot:
    """A ledger that was read, with every view filled; nothing in it changes.

    `digest` is that of the files it was read from.
    """

    def __init__(self, ledger: Ledger, digest: str) -> None:
        self.ledger = ledger
        self.digest = digest
        self._whole = _closed(ledger, None)
        self._days: OrderedDict[dt.date, duckdb.DuckDBPyConnection] = OrderedDict()
        self._aside: duckdb.DuckDBPyConnection | None = None
        self._acceptances: OrderedDict[str, tuple[ConflictChange, ...]] = OrderedDict()
        self._building = threading.Lock()

    @classmethod
    def of(cls, workspace: Path) -> Snapshot:
        """The workspace as it is now.

        Raises ReconcileError where it cannot be read, or where its files do not stay as they are
        for as long as reading takes.
        """
        for _ in range(_TRIES):
            digest = files.digest(workspace)
            ledger = read(workspace)
            if files.digest(workspace) == digest:
                return cls(ledger, digest)
        raise ReconcileError(f"the files in {workspace} change while they are read")

    def basis(self, as_of: dt.date | None = None) -> Basis:
        """What answers as of that day rest on; without a day, on all that is said.

        A day on which nothing was said is answered as the last one on which something was. A few
        days are kept; one that is not is built, which takes about as long as a start.
        """
        day = self.day(as_of)
        database = self._whole if day is None else self._as_of(day)
        return Basis(self.digest, database, as_of, self.without_day)

    def day(self, as_of: dt.date | None) -> dt.date | None:
        """The day as of which the database says the same as on `as_of`; None for all that is said.

        All claims and attributions have a day and none is later: then nothing is left out.
        """
        if as_of is None:
            return None
        days = self._known
        at = bisect_right(days, as_of)
        if at == len(days) and not self._undated:
            return None
        return days[at - 1] if at else dt.date.min

    def _as_of(self, day: dt.date) -> duckdb.DuckDBPyConnection:
        with self._building:
            if day not in self._days:
                self._days[day] = _closed(self.ledger, day)
                while len(self._days) > _DAYS_KEPT:
                    self._days.popitem(last=False)
            self._days.move_to_end(day)
            return self._days[day]

    def aside(self) -> Basis:
        """What is asked of the claims that do not count: of all of them, and of no other."""
        with self._building:
            if self._aside is None:
                columns = self.ledger.tables["figures"].columns
                rows = self.ledger.withheld[columns]
                told = replace(self.ledger, tables={**self.ledger.tables, "figures": rows})
                self._aside = _closed(told, None, ["claim"])
        return Basis(self.digest, self._aside, None, 0)

    def acceptance(self, claim: str) -> tuple[ConflictChange, ...]:
        """The conflicts that would change if a claim that waits were accepted; a few are kept."""
        with self._building:
            told = self._acceptances.get(claim)
        if told is None:
            with self._whole.cursor() as cursor:
                told = acceptance(self.ledger, cursor, claim)
        with self._building:
            self._acceptances[claim] = told
            while len(self._acceptances) > _ACCEPTANCES_KEPT:
                self._acceptances.popitem(last=False)
        return told

    @cached_property
    def _told(self) -> list[dt.date | None]:
        with self._whole.cursor() as cursor:
            return [day for (day,) in cursor.execute(_DAYS).fetchall()]

    @cached_property
    def _known(self) -> list[dt.date]:
        """The days on which something was said, in their order."""
        return sorted(day for day in self._told if day is not None)

    @property
    def newest(self) -> dt.date | None:
        """The last day on which something was said; None where nothing has a day."""
        return self._known[-1] if self._known else None

    @property
    def _undated(self) -> bool:
        return None in self._told

    def year_of(self, event: str) -> str:
        """The year in which an event began; empty where the ledger has no such event."""
        with self._whole.cursor() as cursor:
            query = "SELECT starts_on FROM events WHERE event = $event"
            told = cursor.execute(query, {"event": event}).fetchone()
        return f"{told[0].year:04}" if told else ""

    @cached_property
    def without_day(self) -> int:
        """The claims that no day holds, which are left out as of any day."""
        with self._whole.cursor() as cursor:
            told = cursor.execute("SELECT COUNT(*) FROM claim WHERE known_on IS NULL").fetchone()
        return int(told[0]) if told else 0


def _closed(
    ledger: Ledger, day: dt.date | None, wanted: Iterable[str] | None = None
) -> duckdb.DuckDBPyConnection:
    """The database with the views filled, from which nothing outside it can be reached."""
    database = connect_unfilled(ledger, day)
    fill(database, wanted)
    for setting in (
        "enable_external_access = false",
        "python_enable_replacements = false",
        "lock_configuration = true",
    ):
        database.execute(f"SET {setting}")
    return database
