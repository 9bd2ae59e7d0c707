"""Findings, made in a process of their own: Great Expectations is large, and answers go on."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from reconcile.finding import Findings, ReconcileError
from reconcile.serve import files
from reconcile.serve.snapshot import Snapshot

_KEPT = 4

Asked = tuple[str, dt.date | None]


class Judge:
    """Puts the expectations to a state of a ledger, once, when somebody first asks.

    `today` tells the day by which waivers run out.
    """

    def __init__(self, workspace: Path, today: Callable[[], dt.date]) -> None:
        self._workspace = workspace
        self._today = today
        self._lock = threading.Lock()
        self._futures: OrderedDict[Asked, Future[Findings | None]] = OrderedDict()
        self._pool: ProcessPoolExecutor | None = None

    def findings(self, snapshot: Snapshot, as_of: dt.date | None = None) -> Findings | None:
        """All that is found in this state; None while it is being checked.

        Raises ReconcileError where the check itself fails.
        """
        key = snapshot.digest, snapshot.day(as_of)
        with self._lock:
            future = self._futures.get(key)
            if future is None:
                future = self._futures[key] = self._begin(key)
                while len(self._futures) > _KEPT:
                    self._futures.popitem(last=False)[1].cancel()
        if not future.done():
            return None
        try:
            found = future.result()
        except ReconcileError:
            raise
        except Exception as fault:
            self._forget(key)
            raise ReconcileError(f"the check broke off: {type(fault).__name__}") from fault
        if found is None:
            self._forget(key)
        return found

    def held(self, snapshot: Snapshot, as_of: dt.date | None = None) -> Findings | None:
        """The findings where they were asked for and are there; nothing is begun."""
        with self._lock:
            future = self._futures.get((snapshot.digest, snapshot.day(as_of)))
        if future is None or not future.done() or future.cancelled() or future.exception():
            return None
        return future.result()

    def close(self) -> None:
        """End the process in which findings are made; what is being made is given up."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._futures.clear()
        if pool is not None:
            for process in list((pool._processes or {}).values()):
                process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, key: Asked) -> Future[Findings | None]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                max_tasks_per_child=1,
            )
        return self._pool.submit(judged, self._workspace, *key, self._today())

    def _forget(self, key: Asked) -> None:
        with self._lock:
            self._futures.pop(key, None)


def judged(workspace: Path, digest: str, as_of: dt.date | None, today: dt.date) -> Findings | None:
    """The findings of the workspace; None where its files are no longer those of `digest`."""
    from reconcile.pipeline import check, read

    if files.digest(workspace) != digest:
        return None
    ledger = read(workspace)
    found = check(ledger, as_of=as_of, today=today)
    return found if files.digest(workspace) == digest else None
