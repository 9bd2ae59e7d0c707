"""A time limit on what is asked of a database."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconcile.finding import ReconcileError
from reconcile.serve.beside import BeingDrawnUpError

if TYPE_CHECKING:
    import duckdb

_EVERY = 0.1


class TookTooLongError(ReconcileError):
    """A question to the database took longer than the service allows."""


class Watch:
    """Interrupts each cursor that is busy past its time; one thread for all of them."""

    def __init__(self) -> None:
        self._until: dict[int, tuple[duckdb.DuckDBPyConnection, float]] = {}
        self._lock = threading.Lock()
        self._busy = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def limited(self, cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
        """Whatever `cursor` runs in here, together, takes `seconds` at most.

        Raises TookTooLongError where it was interrupted.
        """
        until = time.monotonic() + seconds
        with self._lock:
            self._until[id(cursor)] = cursor, until
            self._begin()
        self._busy.set()
        try:
            yield
        except BeingDrawnUpError:
            raise
        except Exception as fault:
            if time.monotonic() >= until:
                raise TookTooLongError(f"the answer took longer than {seconds:g} s") from fault
            raise
        finally:
            with self._lock:
                self._until.pop(id(cursor), None)

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="time limit", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._busy.wait()
            with self._lock:
                now = time.monotonic()
                for cursor, until in self._until.values():
                    if now >= until:
                        cursor.interrupt()
                if not self._until:
                    self._busy.clear()
            time.sleep(_EVERY)
