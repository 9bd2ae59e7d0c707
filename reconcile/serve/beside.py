"""Work done beside the answers, each piece once at a time, for which who asks waits a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from reconcile.finding import ReconcileError

_MOST = 20

T = TypeVar("T")


class BeingDrawnUpError(ReconcileError):
    """What is asked for is being drawn up, and that takes longer than an answer may."""


class Beside:
    """Threads in which work is done under a key; what fails is forgotten, and begun anew if asked.

    A fault goes to whoever waits; where nobody does, whoever asks next meets it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[Hashable, Future[Any]] = {}
        self._threads: list[threading.Thread] = []

    def begin(self, key: Hashable, work: Callable[[], T]) -> Future[T]:
        """Begin `work`, unless work of this key is under way.

        Raises BeingDrawnUpError where so much is under way that no more is begun.
        """
        with self._lock:
            future = self._begun.get(key)
            if future is None:
                if len(self._begun) >= _MOST:
                    raise BeingDrawnUpError("much is being drawn up; ask again")
                future = Future()
                told = (key, work, future)
                thread = threading.Thread(target=self._do, args=told, daemon=True)
                thread.start()  # It may fail; and until the lock is left nothing is forgotten.
                self._begun[key] = future
                self._threads = [*self.busy, thread]
        return future

    def wait(self, key: Hashable, work: Callable[[], T], seconds: float | None) -> T:
        """What `work` gives; without `seconds` however long it takes.

        Raises BeingDrawnUpError where it takes longer; it goes on nevertheless.
        """
        future = self.begin(key, work)
        try:
            return future.result(seconds)
        except TimeoutError:
            raise BeingDrawnUpError("what is asked is being drawn up; ask again") from None

    @property
    def busy(self) -> list[threading.Thread]:
        """The threads that are at work."""
        return [one for one in self._threads if one.is_alive()]

    def _do(self, key: Hashable, work: Callable[[], T], future: Future[T]) -> None:
        try:
            told = work()
        except BaseException as fault:
            self._forget(key)
            future.set_exception(fault)
        else:
            self._forget(key)
            future.set_result(told)

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            del self._begun[key]
