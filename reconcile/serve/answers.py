"""Answers to what was written, by the key of the request, so that a repeat writes nothing again."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconcile.serve.keeping import kept_file
from reconcile.serve.problem import ProblemError

KEPT_SECONDS = 7 * 86_400.0
"""How long a key is known after its request."""

_TABLES = """
CREATE TABLE IF NOT EXISTS answer (
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL,
  body BLOB,
  at REAL NOT NULL,
  PRIMARY KEY (name, key)
) STRICT;
"""


@dataclass(frozen=True)
class Asked:
    """A request with a key; `body` is the answer that was given to it, None where there is none.

    `interrupted` is a request that was begun before and of which no answer is known: what it asked
    for may have been written.
    """

    body: bytes | None
    interrupted: bool


class Answers:
    """The answers to requests that wrote, kept for a week. Safe in several threads."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._active: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def answering(self, name: str, key: str, request: bytes, now: float) -> Iterator[Asked]:
        """What is known of a request of `name` with this key, held alone while it is answered.

        A request that ends in an exception is forgotten: it wrote nothing. Raises ProblemError 422
        for a key that came with another request, and 409 where the same is being answered now.
        """
        mark = hashlib.sha256(request).digest()
        with self._lock:
            if (name, key) in self._active:
                raise ProblemError(409, "a request with this key is being answered; ask again")
            self._active.add((name, key))
        try:
            known = self._begun(name, key, mark, now)
            try:
                yield known
            except Exception:
                self._change("DELETE FROM answer WHERE name = ? AND key = ?", name, key)
                raise
        finally:
            with self._lock:
                self._active.discard((name, key))

    def keep(self, name: str, key: str, body: bytes) -> None:
        """Keep the answer to a request that is being answered."""
        self._change("UPDATE answer SET body = ? WHERE name = ? AND key = ?", body, name, key)

    def _begun(self, name: str, key: str, mark: bytes, now: float) -> Asked:
        with self._connected() as database, database:
            database.execute("DELETE FROM answer WHERE at < ?", (now - KEPT_SECONDS,))
            row = database.execute(
                "SELECT request, body FROM answer WHERE name = ? AND key = ?", (name, key)
            ).fetchone()
            if row is None:
                told = (name, key, mark, now)
                database.execute("INSERT INTO answer VALUES (?, ?, ?, NULL, ?)", told)
                return Asked(None, interrupted=False)
        if row[0] != mark:
            raise ProblemError(422, "this key came with another request before; take a new one")
        return Asked(row[1], interrupted=row[1] is None)

    def _change(self, statement: str, *values: object) -> None:
        with self._connected() as database, database:
            database.execute(statement, values)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        path = kept_file(self._workspace, "answers.sqlite3")
        with closing(sqlite3.connect(path, timeout=10)) as database:
            database.executescript(_TABLES)
            yield database
