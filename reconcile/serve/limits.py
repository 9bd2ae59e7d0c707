"""How much one asker may ask: bytes of a body, and requests in a time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from reconcile.serve.problem import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_BODY = 1 << 20
"""The most bytes of what is sent."""

READS = (100.0, 400)
"""Reads a second that one asker may make, and how many at once after a pause."""

WRITES = (2.0, 20)
"""The same of requests that write or name a token that is none."""

_ASKERS = 10_000


class Pace:
    """A bucket for each asker that fills at `rate` a second up to `most`; a request takes one."""

    def __init__(self, rate: float, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._most, self._clock = rate, float(most), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, asker: str) -> float:
        """Take one; 0.0, or the seconds until there is one again."""
        with self._lock:
            now = self._clock()
            held, at = self._buckets.pop(asker, (self._most, now))
            held = min(self._most, held + (now - at) * self._rate)
            took = held >= 1
            self._buckets[asker] = (held - 1 if took else held, now)
            while len(self._buckets) > _ASKERS:
                self._buckets.popitem(last=False)
            return 0.0 if took else (1 - held) / self._rate


class Limits:
    """Wraps an application: 429 with Retry-After for who asks too fast, 413 for too long a body."""

    def __init__(self, app: ASGIApp, reads: Pace | None = None, writes: Pace | None = None) -> None:
        self._app = app
        self._reads = reads or Pace(*READS)
        self._writes = writes or Pace(*WRITES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._know_pace(scope)
            length = Headers(scope=scope).get("content-length", "0")
            if not length.isdecimal() or int(length) > LONGEST_BODY:
                raise _too_long()
            await self._app(scope, _Counting(receive), send)
        except ProblemError as refused:
            await refused.response()(scope, receive, send)

    def _know_pace(self, scope: Scope) -> None:
        asker = scope["client"][0] if scope.get("client") else "-"
        pace = self._reads if scope["method"] in ("GET", "HEAD") else self._writes
        if seconds := pace.wait(asker):
            headers = {"Retry-After": str(int(seconds) + 1)}
            raise ProblemError(429, "too many requests at once; ask again later", headers=headers)


class _Counting:
    """Receives a body of which the length was not told, up to the longest."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._got = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._got += len(message.get("body", b""))
        if self._got > LONGEST_BODY:
            raise _too_long()
        return message


def _too_long() -> ProblemError:
    return ProblemError(413, f"a body has {LONGEST_BODY} bytes at most, and tells its length")
