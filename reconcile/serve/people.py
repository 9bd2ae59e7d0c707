"""Who may do what: people, their roles and their tokens, beside the ledger and never in it.

They are kept in `.reconcile/people.sqlite3` of the workspace, in a folder that git ignores. A token
is shown once, when it is made; what is kept is its SHA-256, which is enough for a random token of
256 bits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from reconcile.finding import ReconcileError
from reconcile.serve.keeping import FOLDER, kept_file

_FILE = "people.sqlite3"
LONGEST_NAME = 100
_SIGN = "rcl_"
_TABLES = """
CREATE TABLE IF NOT EXISTS person (
  name TEXT PRIMARY KEY COLLATE NOCASE,
  role INTEGER NOT NULL,
  token BLOB NOT NULL UNIQUE,
  added_on TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
  mark BLOB PRIMARY KEY,
  name TEXT NOT NULL REFERENCES person (name) ON DELETE CASCADE ON UPDATE CASCADE,
  ends REAL NOT NULL
) STRICT;
"""


class Role(IntEnum):
    """What a person may do; each may do what those before it may."""

    READER = 1
    RECORDER = 2
    REVIEWER = 3

    @property
    def word(self) -> str:
        """The role as it is written: reader, recorder, reviewer."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Role:
        """The role of a word. Raises ReconcileError for a word that names none."""
        try:
            return cls[word.upper()]
        except KeyError:
            known = ", ".join(role.word for role in cls)
            raise ReconcileError(f"no role is called {word!r}; there are {known}") from None


@dataclass(frozen=True)
class Person:
    """Somebody who was given a token."""

    name: str
    role: Role
    added_on: dt.date

    def may(self, role: Role) -> bool:
        """Whether what `role` may do is allowed to them."""
        return self.role >= role


class People:
    """The people of a workspace. Safe to use from several threads and processes at once."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._path = workspace / FOLDER / _FILE

    def add(self, name: str, role: Role, on: dt.date) -> str:
        """A new person, and the only time that their token is told.

        Raises ReconcileError for a name that is empty, too long, of two lines or taken.
        """
        name = _known_name(name)
        token = _SIGN + secrets.token_urlsafe(32)
        try:
            with self._writing() as database:
                database.execute(
                    "INSERT INTO person VALUES (?, ?, ?, ?)",
                    (name, int(role), _hash(token), on.isoformat()),
                )
        except sqlite3.IntegrityError:
            raise ReconcileError(
                f"{name} has a token already; take it away first, or give a new one"
            ) from None
        return token

    def renew(self, name: str) -> str:
        """A new token for somebody; the old one and their sessions end. Raises ReconcileError."""
        token = _SIGN + secrets.token_urlsafe(32)
        with self._writing() as database:
            database.execute("UPDATE person SET token = ? WHERE name = ?", (_hash(token), name))
            self._know_change(database, name)
            database.execute("DELETE FROM session WHERE name = ?", (name,))
        return token

    def remove(self, name: str) -> None:
        """Take somebody's token and sessions away. Raises ReconcileError where there is none.

        What they recorded keeps their name: the journal is of the ledger.
        """
        with self._writing() as database:
            database.execute("DELETE FROM person WHERE name = ?", (name,))
            self._know_change(database, name)

    def everyone(self) -> list[Person]:
        """All people, by name."""
        with self._reading() as database:
            if database is None:
                return []
            told = database.execute("SELECT name, role, added_on FROM person ORDER BY name")
            return [_person(row) for row in told.fetchall()]

    def of_token(self, token: str) -> Person | None:
        """Whose token this is; None where it is nobody's."""
        return self._one("SELECT name, role, added_on FROM person WHERE token = ?", _hash(token))

    def begin(self, person: Person, now: float, seconds: float) -> str:
        """The secret of a new session, for a cookie; it ends `seconds` after `now` (epoch)."""
        secret = secrets.token_urlsafe(32)
        with self._writing() as database:
            database.execute("DELETE FROM session WHERE ends <= ?", (now,))
            database.execute(
                "INSERT INTO session VALUES (?, ?, ?)", (_hash(secret), person.name, now + seconds)
            )
        return secret

    def of_session(self, secret: str, now: float) -> Person | None:
        """Whose session this is; None where it is nobody's or has ended by `now` (epoch)."""
        return self._one(
            "SELECT p.name, p.role, p.added_on FROM session AS s"
            " INNER JOIN person AS p ON p.name = s.name WHERE s.mark = ? AND s.ends > ?",
            _hash(secret),
            now,
        )

    def end(self, secret: str) -> None:
        """End a session; one that is none is passed over."""
        with self._writing() as database:
            database.execute("DELETE FROM session WHERE mark = ?", (_hash(secret),))

    def _one(self, query: str, *values: object) -> Person | None:
        with self._reading() as database:
            row = None if database is None else database.execute(query, values).fetchone()
        return None if row is None else _person(row)

    @staticmethod
    def _know_change(database: sqlite3.Connection, name: str) -> None:
        if database.execute("SELECT changes()").fetchone() == (0,):
            raise ReconcileError(f"nobody here is called {name}")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection, or None where nobody was ever added: reading makes no file."""
        if not self._path.exists():
            yield None
            return
        with closing(self._connected()) as database:
            yield database

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that is kept whole or not at all."""
        kept_file(self._workspace, _FILE)
        with closing(self._connected()) as database, database:
            yield database

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=10)
        database.execute("PRAGMA foreign_keys = ON")
        database.executescript(_TABLES)
        return database


def _person(row: tuple[str, int, str]) -> Person:
    return Person(row[0], Role(row[1]), dt.date.fromisoformat(row[2]))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def _known_name(name: str) -> str:
    told = " ".join(name.split(" ")).strip()
    if not told or len(told) > LONGEST_NAME or not told.isprintable():
        raise ReconcileError(
            f"a name is one line of at most {LONGEST_NAME} characters that can be printed"
        )
    return told
