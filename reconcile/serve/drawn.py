"""The database of one day: what events and lists rest on at once, the rest as it is wanted."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from reconcile.database import NoSuchTable, asked, connect_unfilled, shut
from reconcile.filling import fill
from reconcile.ledger import Ledger
from reconcile.naming import Names
from reconcile.pages.shown import Glance, glance
from reconcile.serve.asking import in_ascii
from reconcile.serve.beside import Beside
from reconcile.serve.leaves import Leaves
from reconcile.serve.listing import IN_ASCII, LISTINGS, drawn_up
from reconcile.serve.watch import Watch
from reconcile.view import reads

if TYPE_CHECKING:
    import duckdb

FEW = 50_000
"""Up to so many claims every view is filled before anybody asks for it."""

_FIRST = (
    *("claim", "timeline", "standing", "claim_revision", "relay", "event_conflict"),
    *("event_overview", "event_party", "figure_support", "part_whole", "part_share"),
)
_WATCH = Watch()


class Drawn:
    """A ledger as of a day, None for all that is said; nothing in it changes but by being filled.

    `many`: it is so large that a view on which no event and no list rests waits until it is asked.
    """

    def __init__(self, ledger: Ledger, day: dt.date | None) -> None:
        self.ledger = ledger
        self.many = len(ledger.tables.rows["figures"]) > FEW
        self.database = connect_unfilled(ledger, day)
        self.leaves = Leaves()
        self._working: list[duckdb.DuckDBPyConnection] = [self.database]
        self._filling = threading.RLock()
        self._beside = Beside()
        self._glance: Glance | None = None

    def begin(self) -> Drawn:
        """Fill the views that events and lists rest on, and the lists; nothing outside is reached.

        Returns itself.
        """
        fill(self.database, _FIRST)
        self.database.create_function(IN_ASCII, in_ascii, ["VARCHAR"], "VARCHAR")
        for listing in LISTINGS:
            for statement in drawn_up(listing, many=self.many):
                self.database.execute(statement)
        shut(self.database)
        return self

    def finish(self, given_up: Callable[[], bool], like: Drawn | None = None) -> None:
        """Do the rest, beside those who ask, until it is given up."""
        if not given_up():
            self.leaves.gather(
                self.database, like.leaves if like else None, given_up, many=self.many
            )
        if not self.many and not given_up():
            self._fill(None)
            self._look()

    def glance(self, seconds: float) -> Glance:
        """The whole ledger at a glance, looked at once; of a long ledger beside, as `fill`."""
        if self._glance is not None:
            return self._glance
        return self._beside.wait("glance", self._look, seconds) if self.many else self._look()

    def _look(self) -> Glance:
        with self._filling:
            if self._glance is None:
                with self._at_work() as cursor:
                    self._glance = glance(self.ledger, cursor, self.asked)
            return self._glance

    @contextmanager
    def reading(self, seconds: float) -> Iterator[Reader]:
        """A cursor of one's own, whose questions together take `seconds` at most.

        Raises TookTooLongError where they take longer, BeingDrawnUpError where what they read does.
        """
        with self.database.cursor() as cursor, _WATCH.limited(cursor, seconds):
            yield Reader(self, cursor, seconds)

    def fill(self, wanted: frozenset[str], seconds: float) -> None:
        """Fill the views `wanted`; those that another fills are waited for.

        Raises BeingDrawnUpError where that takes longer than `seconds` of a long ledger; it goes on
        nevertheless.
        """
        if self.many:
            self._beside.wait(wanted, partial(self._fill, wanted), seconds)
        else:
            self._fill(wanted)

    def _fill(self, wanted: frozenset[str] | None) -> None:
        with self._filling, self._at_work() as cursor:
            fill(cursor, wanted)

    @contextmanager
    def _at_work(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor that `break_off` interrupts."""
        with self.database.cursor() as cursor:
            self._working.append(cursor)
            try:
                yield cursor
            finally:
                self._working.remove(cursor)

    def break_off(self) -> list[threading.Thread]:
        """Break off what is being filled; returns the threads that may take a moment to end."""
        for one in list(self._working):
            with suppress(Exception):
                one.interrupt()
        return self._beside.busy

    @cached_property
    def names(self) -> Names:
        """What things are called in it."""
        return Names(self.database.cursor())

    @cached_property
    def asked(self) -> Mapping[str, Any]:
        """What it was asked, as `reconcile.database.asked` tells it."""
        with self.database.cursor() as cursor:
            return asked(cursor)


class Reader:
    """A cursor that fills the views which it lacks, as far as pages and lists use a cursor.

    `has_json` says whether the lists hold their rows as JSON, in the column `told`.
    """

    def __init__(self, drawn: Drawn, cursor: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._drawn = drawn
        self._cursor = cursor
        self._seconds = seconds
        self.has_json = not drawn.many

    def execute(self, query: str, values: object = None) -> duckdb.DuckDBPyConnection:
        """Run a query, its `$names` filled by `values`."""
        try:
            return self._cursor.execute(query, values)
        except NoSuchTable:
            self._drawn.fill(reads(query), self._seconds)
            return self._cursor.execute(query, values)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Another cursor of the same database."""
        return self._cursor.cursor()

    def interrupt(self) -> None:
        """Break off what is being run."""
        self._cursor.interrupt()
