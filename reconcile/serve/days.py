"""What had been said by each of a few days."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from reconcile.serve.beside import BeingDrawnUpError, Beside
from reconcile.serve.drawn import Drawn


class Days:
    """The databases of the days asked for last, `most` of them, and of one that is kept.

    They are drawn up by `make`, one at a time, since each takes much of the memory.
    """

    def __init__(self, make: Callable[[dt.date], Drawn], most: int) -> None:
        self._make = make
        self._most = most
        self._held: OrderedDict[dt.date, Drawn] = OrderedDict()
        self._kept: dt.date | None = None
        self._lock = threading.Lock()
        self._alone = threading.Lock()
        self.beside = Beside()

    def keep(self, day: dt.date) -> None:
        """Draw up this day beside, where it is not, and let it go for no other.

        Where so much is under way that it is not begun, it is when this is said again.
        """
        with self._lock:
            self._kept = day
            there = day in self._held
        if not there:
            with suppress(BeingDrawnUpError):
                self.beside.begin(day, partial(self._draw_up, day))

    def of(self, day: dt.date, seconds: float | None) -> Drawn:
        """The database of a day; without `seconds` however long it takes to draw up.

        Raises BeingDrawnUpError where it takes longer.
        """
        with self._lock:
            if day in self._held:
                self._held.move_to_end(day)
                return self._held[day]
        return self.beside.wait(day, partial(self._draw_up, day), seconds)

    def __len__(self) -> int:
        return len(self._held)

    def _draw_up(self, day: dt.date) -> Drawn:
        with self._alone:
            with self._lock:
                if day in self._held:
                    return self._held[day]
            drawn = self._make(day).begin()
            with self._lock:
                self._held[day] = drawn
        with self._lock:
            others = [one for one in self._held if one != self._kept]
            for one in others[: max(0, len(others) - self._most)]:
                del self._held[one]
        return drawn
