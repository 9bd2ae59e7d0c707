"""The rows of the tables of a ledger: in frames, or where they are many in files beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

import numpy as np
import pandas as pd

from reconcile.engine import Connection, aside, opened, quoted
from reconcile.reading.kept import Kept, fetched, sql_type
from reconcile.tables import TABLES, Table

Numbers = np.ndarray
"""Numbers of rows."""


def _none() -> Numbers:
    return np.array([], dtype="int64")


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows: a frame with their numbers as index, or kept ones, numbered from `first` on."""

    rows: pd.DataFrame | Kept
    first: int = 0

    def frame(self) -> pd.DataFrame:
        """The rows as a frame."""
        if isinstance(self.rows, pd.DataFrame):
            return self.rows
        return self.rows.frame().set_axis(pd.RangeIndex(self.first, self.first + len(self.rows)))


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts, frames that follow each other as one: hundreds of them are slow to query."""
    told: list[Part] = []
    for are_kept, together in groupby(parts, lambda part: isinstance(part.rows, Kept)):
        if are_kept:
            told += together
        else:
            frames = [part.frame() for part in together]
            told.append(Part(frames[0] if len(frames) == 1 else pd.concat(frames)))
    return tuple(told)


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one table: those of its parts without the rows `gone`, or `chosen` ones of them.

    The numbers of the chosen ones ascend.
    """

    table: Table
    parts: tuple[Part, ...]
    gone: Numbers = field(default_factory=_none)
    chosen: Numbers | None = None

    def __len__(self) -> int:
        if self.chosen is not None:
            return len(self.chosen)
        return sum(len(part.rows) for part in self.parts) - len(self.gone)

    @property
    def are_kept(self) -> bool:
        """Whether some of them are in a file."""
        return any(isinstance(part.rows, Kept) for part in self.parts)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows as a frame, with their numbers as its unnamed index."""
        frames = [part.frame() for part in self.parts]
        told = frames[0] if len(frames) == 1 else pd.concat(frames)
        if self.chosen is not None:
            return told.loc[self.chosen]
        return told[~told.index.isin(self.gone)] if len(self.gone) else told

    def without(self, numbers: Numbers) -> Rows:
        """The same rows without these, which are among them."""
        if not len(numbers):
            return self
        gone = np.concatenate([self.gone, numbers])
        chosen = None if self.chosen is None else np.setdiff1d(self.chosen, numbers)
        return replace(self, gone=gone, chosen=chosen)

    def only(self, numbers: Numbers) -> Rows:
        """These of the rows; the numbers ascend."""
        return replace(self, chosen=numbers)

    def where(self, database: Connection, condition: str) -> pd.DataFrame:
        """Those of which a condition holds, as a frame; `database` shows the tables it reads."""
        database.execute(
            f"CREATE OR REPLACE TABLE chosen AS SELECT * FROM {self.table.name} WHERE {condition}"
        )
        return fetched(database, "chosen", self.table, "row")

    @contextmanager
    def shown(self, database: Connection) -> Iterator[str]:
        """A query for the rows, `row` before the columns of the table, while the context lasts."""
        names = [(quoted(one.name), sql_type(one)) for one in self.table.columns]
        values = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in names)
        frames: dict[str, pd.DataFrame] = {}
        selects = []
        asked = [(part, self._chosen_of(part)) for part in self.parts]
        held = [(part, given) for part, given in asked if given is None or len(given)]
        for at, (part, given) in enumerate(held or asked[:1]):
            if isinstance(part.rows, Kept):
                numbered = f"SELECT {part.first} + nth AS row, {values}"
                selects.append(f"{numbered} FROM {part.rows.source}{_bounds(part, given)}")
            else:
                name = f"{self.table.name}_frame_{at}"
                rows = part.rows if given is None else part.rows[part.rows.index.isin(given)]
                frames[name] = rows.rename_axis("row").reset_index()
                selects.append(f"SELECT CAST(row AS BIGINT) AS row, {values} FROM {name}")
        query = " UNION ALL ".join(selects)
        if self.chosen is not None:
            name = f"{self.table.name}_chosen"
            frames[name] = pd.DataFrame({"row": self.chosen})
            query = f"SELECT * FROM ({query}) WHERE row IN (SELECT row FROM {name})"
        elif len(self.gone):
            gone = f"{self.table.name}_gone"
            frames[gone] = pd.DataFrame({"row": self.gone})
            query = f"SELECT * FROM ({query}) WHERE row NOT IN (SELECT row FROM {gone})"
        for name, frame in frames.items():
            database.register(name, frame)
        try:
            yield query
        finally:
            for name in frames:
                database.unregister(name)

    def _chosen_of(self, part: Part) -> Numbers | None:
        """Those of the chosen numbers that lie between the least and the greatest of a part."""
        if self.chosen is None:
            return None
        if isinstance(part.rows, Kept):
            first, end = part.first, part.first + len(part.rows)
        elif len(part.rows):
            first, end = part.rows.index.min(), part.rows.index.max() + 1
        else:
            first = end = 0
        return self.chosen[slice(*np.searchsorted(self.chosen, [first, end]))]


def _bounds(part: Part, chosen: Numbers | None) -> str:
    """What spares reading a file from end to end where the chosen rows lie together."""
    if chosen is None:
        return ""
    if not len(chosen):
        return " WHERE FALSE"
    return f" WHERE nth BETWEEN {chosen[0] - part.first} AND {chosen[-1] - part.first}"


class Tables(Mapping[str, pd.DataFrame]):
    """The tables of a ledger by name, each as a frame that is made when it is first asked for."""

    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self.rows = dict(rows)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.rows[name].frame

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def having(self, **frames: pd.DataFrame) -> Tables:
        """The same tables with these in the place of those of their names."""
        new = {name: Rows(TABLES[name], (Part(frame),)) for name, frame in frames.items()}
        return Tables({**self.rows, **new})

    def without(self, numbers: Mapping[str, Numbers]) -> Tables:
        """The same tables without these rows of each."""
        return Tables(
            {name: rows.without(numbers.get(name, _none())) for name, rows in self.rows.items()}
        )

    def only(self, numbers: Mapping[str, Numbers]) -> Tables:
        """The same tables, with these rows alone of each that is named; the numbers ascend."""
        return Tables(
            {
                name: rows.only(numbers[name]) if name in numbers else rows
                for name, rows in self.rows.items()
            }
        )

    @contextmanager
    def shown(self) -> Iterator[Connection]:
        """A database in which each table can be read, `row` before its columns, while it lasts."""
        database = opened()
        with ExitStack() as stack:
            for name, rows in self.rows.items():
                query = stack.enter_context(rows.shown(database))
                database.execute(f"CREATE VIEW {name} AS {query}")
            yield database


class Ids(Mapping[str, frozenset[str]]):
    """The ids read in each table: those of its `rows`, and others of rows that were refused."""

    def __init__(self, rows: Mapping[str, Rows], others: Mapping[str, frozenset[str]]) -> None:
        self._rows, self.others = rows, others
        self._known: dict[str, frozenset[str]] = {}

    def __getitem__(self, name: str) -> frozenset[str]:
        if name not in self._known:
            kept = (part.rows for part in self._rows[name].parts if isinstance(part.rows, Kept))
            self._known[name] = self.others[name].union(*map(_ids_of, kept))
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.others)

    def __len__(self) -> int:
        return len(self.others)

    def among(self, name: str, words: Iterable[str]) -> set[str]:
        """Those of the words that are ids of the table, of which not all are fetched for that."""
        asked = set(words)
        told = asked & self._known.get(name, self.others[name])
        if name not in self._known:
            for part in self._rows[name].parts:
                if isinstance(part.rows, Kept) and asked - told:
                    told |= _ids_of(part.rows, asked - told)
        return told


def _ids_of(kept: Kept, among: Iterable[str] | None = None) -> set[str]:
    """The ids in rows that are kept; with `among`, those of these words that are such."""
    if kept.table.identity is None:
        return set()
    database, name = aside(), quoted(kept.table.identity)
    query = f"SELECT DISTINCT {name} FROM {kept.source}"
    if among is not None:
        database.register("word_frame", pd.DataFrame({"word": sorted(among)}, dtype="str"))
        query += f" WHERE {name} IN (SELECT word FROM word_frame)"
    return {one for (one,) in database.execute(query).fetchall()}
