"""One state of a ledger, as it is served: what it says as of any day, and its digest."""

from __future__ import annotations

import datetime as dt
import threading
import time
import traceback
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from reconcile.database import shut
from reconcile.difference import ConflictChange
from reconcile.filling import fill
from reconcile.finding import ReconcileError
from reconcile.ledger import Ledger
from reconcile.naming import Names
from reconcile.pages.shown import Leaf
from reconcile.pipeline import read
from reconcile.serve import files
from reconcile.serve.beside import BeingDrawnUpError
from reconcile.serve.days import Days
from reconcile.serve.drawn import Drawn, Reader
from reconcile.tables import TABLES
from reconcile.trial import acceptance

if TYPE_CHECKING:
    import duckdb

_DAYS_KEPT = 3
_ACCEPTANCES_KEPT = 100
_DAYS_OF_MANY = 2
_WAITED = 3.0
_STOPPING = 3.0
_TRIES = 5
_DAYS = """
SELECT DISTINCT COALESCE(f.asserted_on, d.published_on)
FROM figures AS f INNER JOIN documents AS d ON d.document = f.document
UNION
SELECT DISTINCT COALESCE(a.asserted_on, d.published_on)
FROM attributions AS a INNER JOIN documents AS d ON d.document = a.document
"""


@dataclass(frozen=True)
class Basis:
    """What answers rest on: the state `digest`, as of a day or as it stands.

    `as_of` is the day that was asked; what is `drawn` may be that of an earlier day, where nothing
    was said in between. `without_day` counts the claims that no day holds.
    """

    digest: str
    drawn: Drawn
    as_of: dt.date | None
    without_day: int

    @contextmanager
    def reading(self, seconds: float) -> Iterator[Reader]:
        """As `Drawn.reading`."""
        with self.drawn.reading(seconds) as cursor:
            yield cursor

    @property
    def database(self) -> duckdb.DuckDBPyConnection:
        """The database itself, in which a view may not be filled yet."""
        return self.drawn.database

    @property
    def names(self) -> Names:
        """What things are called."""
        return self.drawn.names

    @property
    def question(self) -> dict[str, Any]:
        """What was asked, as a page says it: the day asked about, not that of the database."""
        told = {"as_of": self.as_of, "without_day": self.without_day}
        return {**self.drawn.asked, **told}

    def leaves(self, cursor: Any, events: list[str]) -> list[Leaf]:
        """What the pages tell of these events, by day and id."""
        return self.drawn.leaves.of(cursor, events)


class Snapshot:
    """A ledger that was read, with the views on which events and lists rest; nothing in it changes.

    `digest` is that of the files it was read from. What had been said by `today` is drawn up before
    anybody asks: of a long ledger before this returns, of a short one right after.
    """

    def __init__(self, ledger: Ledger, digest: str, today: dt.date | None = None) -> None:
        self.ledger = ledger
        self.digest = digest
        self._given_up = threading.Event()
        self._stopped = threading.Event()
        self._aside: Drawn | None = None
        self._acceptances: OrderedDict[str, tuple[ConflictChange, ...]] = OrderedDict()
        self._building = threading.Lock()
        self._today: dt.date | None = None
        self._drawn: WeakSet[Drawn] = WeakSet()
        self._whole = self._new(None)
        self._days = Days(self._new, _DAYS_OF_MANY if self._whole.many else _DAYS_KEPT)
        if not self._whole.many:
            self._whole.begin()
        self.keep_today(today)
        if self._whole.many:
            self._whole.begin()
            if self._today is not None:
                self._days.of(self._today, None)

    def keep_today(self, today: dt.date | None) -> None:
        """Draw up, beside those who ask, what had been said by `today`."""
        self._today = self.day(today)
        if self._today is not None:
            self._days.keep(self._today)

    def begin_to_finish(self) -> None:
        """Draw up the rest of all that is said and of today beside, until `give_up` is called."""
        self._days.beside.begin("finish", self._finish_for_nobody)

    def _finish_for_nobody(self) -> None:
        try:
            self.finish()
        except Exception:
            if not self._given_up.is_set():
                traceback.print_exc()

    def finish(self) -> None:
        """Draw up the rest of all that is said and of today."""
        self._whole.finish(self._given_up.is_set)
        if self._today is not None:
            self._days.of(self._today, None).finish(self._given_up.is_set, self._whole)

    def give_up(self) -> None:
        """Draw up nothing more that nobody asks for."""
        self._given_up.set()

    def stop(self) -> None:
        """Break off whatever is being drawn up, for nothing is asked any more."""
        self.give_up()
        self._stopped.set()
        until = time.monotonic() + _STOPPING
        while time.monotonic() < until:
            threads = [thread for one in list(self._drawn) for thread in one.break_off()]
            busy = [one for one in (*self._days.beside.busy, *threads) if one.is_alive()]
            if not busy:
                return
            busy[0].join(0.02)

    def _new(self, day: dt.date | None) -> Drawn:
        if self._stopped.is_set():
            raise ReconcileError("the service stops")
        if day is not None and self._given_up.is_set():
            raise BeingDrawnUpError("another state of the ledger is served by now; ask again")
        drawn = Drawn(self.ledger, day)
        self._drawn.add(drawn)
        return drawn

    @classmethod
    def of(cls, workspace: Path, today: dt.date | None = None) -> Snapshot:
        """The workspace as it is now.

        Raises ReconcileError where it cannot be read, or where its files do not stay as they are
        for as long as reading takes.
        """
        for _ in range(_TRIES):
            digest = files.digest(workspace)
            ledger = read(workspace)
            if files.digest(workspace) == digest:
                return cls(ledger, digest, today)
        raise ReconcileError(f"the files in {workspace} change while they are read")

    def basis(self, as_of: dt.date | None = None) -> Basis:
        """What answers as of that day rest on; without a day, on all that is said.

        A day on which nothing was said is answered as the last one on which something was. A few
        days are kept; others are drawn up one at a time, each in about the time of a start. Raises
        BeingDrawnUpError where the ledger is so large that nobody waits for that, or where many
        days are under way.
        """
        day = self.day(as_of)
        waited = _WAITED if self._whole.many else None
        drawn = self._whole if day is None else self._days.of(day, waited)
        return Basis(self.digest, drawn, as_of, self.without_day)

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

    def aside(self) -> Basis:
        """What is asked of the claims that do not count: of all of them, and of no other."""
        with self._building:
            if self._aside is None:
                columns = [column.name for column in TABLES["figures"].columns]
                rows = self.ledger.withheld[columns]
                told = replace(self.ledger, tables=self.ledger.tables.having(figures=rows))
                drawn = Drawn(told, None)
                fill(drawn.database, ["claim"])
                shut(drawn.database)
                self._aside = drawn
        return Basis(self.digest, self._aside, None, 0)

    def acceptance(self, claim: str, seconds: float) -> tuple[ConflictChange, ...]:
        """The conflicts that would change if a claim that waits were accepted; a few are kept.

        What it asks of the database may take so many `seconds`.
        """
        with self._building:
            told = self._acceptances.get(claim)
        if told is None:
            with self._whole.reading(seconds) as cursor:
                told = acceptance(self.ledger, cursor, claim)  # type: ignore[arg-type]
        with self._building:
            self._acceptances[claim] = told
            while len(self._acceptances) > _ACCEPTANCES_KEPT:
                self._acceptances.popitem(last=False)
        return told

    @cached_property
    def _told(self) -> list[dt.date | None]:
        with self._whole.database.cursor() as cursor:
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
        with self._whole.database.cursor() as cursor:
            query = "SELECT starts_on FROM events WHERE event = $event"
            told = cursor.execute(query, {"event": event}).fetchone()
        return f"{told[0].year:04}" if told else ""

    @cached_property
    def without_day(self) -> int:
        """The claims that no day holds, which are left out as of any day."""
        return int(self._whole.asked["without_day"])
