"""What every answer rests on: the state served, the limits, and the answers that are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from reconcile import __version__
from reconcile.serve.drawn import Reader
from reconcile.serve.judging import Judge
from reconcile.serve.keeper import Keeper
from reconcile.serve.snapshot import Basis, Snapshot

SECONDS = 5.0
"""The longest that the questions of one answer may take of the database."""

_KEPT_BYTES = 8 << 20
_KEPT_AT_MOST = 1 << 20


class Kept:
    """Answers by their ETag, those asked for last, up to a number of bytes."""

    def __init__(self, most: int = _KEPT_BYTES) -> None:
        self._most = most
        self._size = 0
        self._held: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str) -> tuple[bytes, str] | None:
        """The body and the media type of an answer."""
        with self._lock:
            if tag in self._held:
                self._held.move_to_end(tag)
            return self._held.get(tag)

    def put(self, tag: str, body: bytes, media_type: str) -> None:
        """Keep an answer; one too long is not kept."""
        if len(body) > _KEPT_AT_MOST:
            return
        with self._lock:
            if tag not in self._held:
                self._held[tag] = body, media_type
                self._size += len(body)
            while self._size > self._most:
                self._size -= len(self._held.popitem(last=False)[1][0])


class Once:
    """Makes an answer once for all who ask for it meanwhile; a fault goes to each of them too."""

    def __init__(self) -> None:
        self._begun: dict[str, Future[tuple[bytes, str]]] = {}
        self._lock = threading.Lock()

    def made(self, tag: str, make: Callable[[], tuple[bytes, str]]) -> tuple[bytes, str]:
        """What `make` gives to the first who asks, in whose thread it runs."""
        with self._lock:
            begun = self._begun.get(tag)
            if begun is None:
                future = self._begun[tag] = Future()
        if begun is not None:
            return begun.result()
        try:
            told = make()
        except BaseException as fault:
            future.set_exception(fault)
            raise
        else:
            future.set_result(told)
            return told
        finally:
            with self._lock:
                del self._begun[tag]


@dataclass
class Service:
    """The state served and what answers are made with; `today` tells the day."""

    keeper: Keeper
    judge: Judge
    seconds: float = SECONDS
    kept: Kept = field(default_factory=Kept)
    once: Once = field(default_factory=Once)

    @classmethod
    def of(
        cls,
        workspace: Path,
        today: Callable[[], dt.date],
        told: Callable[[str | None], None] = lambda digest: None,
    ) -> Service:
        """The service of a workspace, which has not begun to read it."""
        return cls(Keeper(workspace, told=told, today=today), Judge(workspace, today))

    def tag(self, snapshot: Snapshot, request: Request, *more: object) -> str:
        """The ETag of an answer: of the state, of what is asked, and of what else it depends on."""
        asked = sorted(request.query_params.multi_items())
        told = (__version__, snapshot.digest, request.url.path, asked, *more)
        return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'

    def answered(
        self,
        request: Request,
        tag: str,
        make: Callable[[], tuple[bytes, str]],
        headers: dict[str, str] | None = None,
    ) -> Response:
        """The answer that `make` gives, as a body and its media type, unless the asker holds it.

        304 where If-None-Match names the tag; what was made before, or is being made for another,
        is not made again.
        """
        told = {**(headers or {}), "ETag": tag, "Cache-Control": "no-cache"}
        if held(request, tag):
            return Response(status_code=304, headers=told)
        kept = self.kept.get(tag)
        if kept is None:
            kept = self.once.made(tag, make)
            self.kept.put(tag, *kept)
        return Response(kept[0], headers=told, media_type=kept[1])

    @contextmanager
    def reading(self, basis: Basis) -> Iterator[Reader]:
        """A cursor for one answer, under the time limit."""
        with basis.reading(self.seconds) as cursor:
            yield cursor


def held(request: Request, tag: str) -> bool:
    """Whether the asker has said that it holds the answer of this tag."""
    told = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in ("*", tag) for one in told.split(","))
