"""One state of a ledger, as it is served: what it says as of any day, and its digest."""

from __future__ import annotations

import datetime as dt
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconcile.finding import ReconcileError
from reconcile.ledger import Ledger
from reconcile.naming import Names
from reconcile.pages.shown import Leaf
from reconcile.pipeline import read
from reconcile.serve import files
from reconcile.serve.drawn import BeingDrawnUpError, Drawn, Reader

if TYPE_CHECKING:
    import duckdb

_DAYS_KEPT = 3
_DAYS_OF_MANY = 1
_WAITED = 3.0
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

    `digest` is that of the files it was read from. As of `today` it answers at once, as it does of
    all that is said.
    """

    def __init__(self, ledger: Ledger, digest: str, today: dt.date | None = None) -> None:
        self.ledger = ledger
        self.digest = digest
        self._given_up = threading.Event()
        self._days: OrderedDict[dt.date, Future[Drawn]] = OrderedDict()
        self._building = threading.Lock()
        self._today: tuple[dt.date, Drawn] | None = None
        self._whole = Drawn(ledger, None)
        with ThreadPoolExecutor(1) as beside:
            of_today = beside.submit(self.keep_today, today)
            self._whole.begin()
            of_today.result()

    def keep_today(self, today: dt.date | None) -> None:
        """Have ready what had been said by `today`, for as long as that is today."""
        day = self.day(today)
        if day is not None and (self._today is None or self._today[0] != day):
            self._today = day, Drawn(self.ledger, day).begin()

    def finish(self) -> None:
        """Draw up the rest of all that is said and of today, until `give_up` is called."""
        self._whole.finish(self._given_up.is_set)
        if self._today is not None:
            self._today[1].finish(self._given_up.is_set, self._whole)

    def give_up(self) -> None:
        """Draw up nothing more that nobody asks for."""
        self._given_up.set()

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
        days are kept; one that is not is drawn up, which takes about as long as a start. Raises
        BeingDrawnUpError where the ledger is so large that nobody waits for that.
        """
        day = self.day(as_of)
        drawn = self._whole if day is None else self._as_of(day)
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

    def _as_of(self, day: dt.date) -> Drawn:
        if self._today is not None and self._today[0] == day:
            return self._today[1]
        many = self._whole.many
        with self._building:
            future = self._days.get(day)
            if future is None:
                future = self._days[day] = Future()
                threading.Thread(target=self._build, args=[day, future], daemon=True).start()
                while len(self._days) > (_DAYS_OF_MANY if many else _DAYS_KEPT):
                    self._days.popitem(last=False)
            self._days.move_to_end(day)
        try:
            return future.result(_WAITED if many else None)
        except TimeoutError:
            raise BeingDrawnUpError("what had been said by that day is being drawn up") from None

    def _build(self, day: dt.date, future: Future[Drawn]) -> None:
        try:
            future.set_result(Drawn(self.ledger, day).begin())
        except BaseException as fault:
            with self._building:
                self._days.pop(day, None)
            future.set_exception(fault)

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

    @cached_property
    def without_day(self) -> int:
        """The claims that no day holds, which are left out as of any day."""
        return int(self._whole.asked["without_day"])
