"""What the pages tell of each event, gathered once and kept packed."""

from __future__ import annotations

import pickle
import time
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reconcile.pages.shown import Leaf, gathered

if TYPE_CHECKING:
    import duckdb

_AT_ONCE = 20
_AT_ONCE_OF_MANY = 4000
_PAUSE = 0.002
_NEWEST_FIRST = "SELECT event FROM events ORDER BY starts_on DESC, event"


class Leaves:
    """The leaf of each event of a database; one that is not gathered yet is asked of it.

    They are bytes of our own making: a long ledger has many, and few are read.
    """

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}

    def of(self, cursor: duckdb.DuckDBPyConnection, events: Sequence[str]) -> list[Leaf]:
        """The leaves of these events, by day and id; an event on which nobody speaks has none."""
        found, lacking = [], []
        for event in events:
            packed = self._packed.get(event)
            if packed is None:
                lacking.append(event)
            elif packed:
                found.append(_unpacked(packed))
        if lacking:
            found += gathered(cursor, lacking)
        return sorted(found, key=lambda leaf: (leaf.account.starts_on, leaf.account.event))

    def gather(
        self,
        database: duckdb.DuckDBPyConnection,
        like: Leaves | None,
        given_up: Callable[[], bool],
        *,
        many: bool,
    ) -> None:
        """Gather all, the newest events first, with a pause for who asks meanwhile.

        A leaf that is the same in `like` is kept once.
        """
        with database.cursor() as cursor:
            events = [str(one) for (one,) in cursor.execute(_NEWEST_FIRST).fetchall()]
            size = _AT_ONCE_OF_MANY if many else _AT_ONCE
            for start in range(0, len(events), size):
                if given_up():
                    return
                chosen = events[start : start + size]
                told = {leaf.account.event: _packed(leaf) for leaf in gathered(cursor, chosen)}
                for event in chosen:
                    packed = told.get(event, b"")
                    other = None if like is None else like._packed.get(event)
                    self._packed[event] = other if other is not None and other == packed else packed
                time.sleep(_PAUSE)


def _packed(leaf: Leaf) -> bytes:
    return zlib.compress(pickle.dumps(leaf, pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(packed: bytes) -> Leaf:
    leaf: Leaf = pickle.loads(zlib.decompress(packed))
    return leaf
