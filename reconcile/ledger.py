"""Files to a ledger: every table of a workspace, parsed, typed, each row with its address."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from reconcile.dangling import dangling
from reconcile.finding import Address, Finding, ReconcileError
from reconcile.reading.columns import frame_of
from reconcile.reading.file import ENDINGS, read_file
from reconcile.reading.kept import Kept, Store
from reconcile.reading.table import FileReading, LineFault, TypedRows, near
from reconcile.rows import Ids, Numbers, Part, Rows, Tables, joined
from reconcile.rules import rules
from reconcile.tables import TABLES, Table

FOLDER = "claims"
"""The folder of a workspace that holds its tables."""

_SHEETS = (*ENDINGS, ".tsv", ".txt", ".xls", ".xlsx", ".ods")

LAST_ACT = ("state", "by", "on", "because", "chain")
"""What stands beside a claim that does not count, of its last act."""


@dataclass(frozen=True)
class Count:
    """How many records a file holds and how many of them could not be read."""

    records: int
    refused: int


@dataclass(frozen=True)
class Place:
    """Where the rows of one file stand, which are numbered from `first` on: the line of each."""

    file: str
    first: int
    lines: Sequence[int] | Numbers

    def runs(self) -> pd.DataFrame:
        """The runs of rows on successive lines: `first`, `file`, first `line`, how many `rows`."""
        lines = self.lines
        if isinstance(lines, range):
            starts, told, rows = np.array([0]), np.array([lines.start]), np.array([len(lines)])
        else:
            starts = np.flatnonzero(np.diff(lines, prepend=lines[0]) != 1)
            told, rows = np.asarray(lines)[starts], np.diff(starts, append=len(lines))
        columns = {"first": self.first + starts, "file": self.file, "line": told, "rows": rows}
        return pd.DataFrame(columns)


@cache
def none_withheld() -> pd.DataFrame:
    """The rows of no claim, as `Ledger.withheld` holds them."""
    columns = (*(column.name for column in TABLES["figures"].columns), *LAST_ACT)
    return pd.DataFrame({name: pd.Series(dtype="str") for name in columns}, pd.RangeIndex(0))


@dataclass(frozen=True, repr=False)
class Ledger:
    """The tables of a workspace.

    `tables` maps each table's name to a frame with a column per column of the format and the
    integer `row` as its unnamed index, unique over all tables; `places` say in which file and on
    which line each row stands. `ids` are the ids read in each table, also of refused rows;
    `unknown` the tables of which a file could not be read at all. `findings` are what was refused
    and why, `counts` the records by file, `left_out` how many rows by table were set aside only
    because what they refer to was refused. `withheld` are the lawful claims that do not count for
    their state in the journal, as rows of the figures with `state`, `by`, `on`, `because` and
    `chain` of their last act beside them. `half_read` are by table the rows with a cell that could
    not be read, which is empty there, until the laws have been held to their other cells; the
    column `mark` tells them apart, whatever they lack.
    """

    workspace: Path
    tables: Tables
    places: tuple[Place, ...]
    ids: Ids
    unknown: frozenset[str]
    findings: tuple[Finding, ...]
    counts: Mapping[str, Count]
    left_out: Mapping[str, int]
    withheld: pd.DataFrame = field(default_factory=none_withheld)
    half_read: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __repr__(self) -> str:
        rows = ", ".join(f"{len(rows)} {name}" for name, rows in self.tables.rows.items())
        return f"<Ledger {self.workspace}: {rows}; {len(self.findings)} findings>"

    def address(self, row: int) -> Address:
        """Where `row` stands."""
        place = self.places[bisect_right(self._first_rows, row) - 1]
        return Address(place.file, int(place.lines[row - place.first]))

    @property
    def records(self) -> int:
        """Records in all files, refused ones included."""
        return sum(count.records for count in self.counts.values())

    @property
    def refused(self) -> int:
        """Records that are not in the lawful tables, for a fault of their own."""
        lawful = sum(len(rows) for rows in self.tables.rows.values()) + len(self.withheld)
        return self.records - lawful - sum(self.left_out.values())

    @cached_property
    def addresses(self) -> pd.DataFrame:
        """The file and the line of each row, which are numbered from 0 on."""
        parts = [pd.DataFrame({"file": one.file, "line": one.lines}) for one in self.places]
        none = pd.DataFrame({"file": [], "line": []})
        told = pd.concat(parts or [none], ignore_index=True)
        return told.astype({"file": "str", "line": "int64"})

    @cached_property
    def _first_rows(self) -> list[int]:
        return [place.first for place in self.places]

    def without(self, refused: set[int], findings: Iterable[Finding]) -> Ledger:
        """The same ledger without the rows refused, and with the findings that say why.

        What refers to a row that is not there is left out as well, and counted.
        """
        found = (*self.findings, *findings)
        if not refused and not self.refused and not self.unknown:
            return replace(self, findings=found)
        gone, left_out = dangling(self.tables, refused)
        return replace(self, tables=self.tables.without(gone), findings=found, left_out=left_out)


def load(workspace: str | os.PathLike[str]) -> Ledger:
    """Parse every file of the workspace; what cannot be read becomes findings.

    Raises ReconcileError if there is no `claims` folder there. No law that needs more than one cell
    is tried here.
    """
    home = Path(workspace)
    folder = home / FOLDER
    try:
        os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        raise ReconcileError(
            f"{home} is no workspace: it has no folder {FOLDER}; reconcile init makes one"
        ) from None
    except OSError as fault:
        raise ReconcileError(f"{folder} cannot be read: {fault.strerror}") from None
    found = list(_stray_files(folder))
    rows: dict[str, Rows] = {}
    ids: dict[str, frozenset[str]] = {}
    unknown: set[str] = set()
    counts: dict[str, Count] = {}
    half_read: dict[str, list[Part]] = {}
    numbering, store = _Numbering(), Store()
    for table in TABLES.values():
        readings = [
            read_file(path, _name(path, home), table, store) for path in files_of(folder, table)
        ]
        if not readings and not table.optional:
            found.append(_missing(table))
            unknown.add(table.name)
        if not all(reading.whole for reading, _ in readings):
            unknown.add(table.name)
        for reading, _ in readings:
            found += (_finding(reading.file, table.name, fault) for fault in reading.faults)
            counts[reading.file] = Count(reading.records, reading.refused)
        parts = [numbering.number(reading.file, told) for reading, told in readings if len(told)]
        rows[table.name] = Rows(table, joined(parts or [_no_rows(table)]))
        half_read[table.name] = [
            numbering.number(reading.file, _marked(reading, table))
            for reading, _ in readings
            if reading.half_read.lines
        ]
        ids[table.name] = frozenset().union(*(reading.ids for reading, _ in readings))
    return Ledger(
        home,
        Tables(rows),
        tuple(numbering.places),
        Ids(rows, ids),
        frozenset(unknown),
        tuple(found),
        counts,
        {},
        half_read={
            name: pd.concat(part.frame() for part in parts)
            for name, parts in half_read.items()
            if parts
        },
    )


class _Numbering:
    """Gives rows their numbers, from 0 on, and keeps where they stand."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self._next = 0

    def number(self, file: str, told: pd.DataFrame | Kept) -> Part:
        """The rows of a file with their numbers; a frame has their lines as its index."""
        first = self._next
        self._next += len(told)
        if isinstance(told, Kept):
            self.places.append(Place(file, first, told.lines))
            return Part(told, first)
        self.places.append(Place(file, first, told.index.to_numpy()))
        return Part(told.set_axis(pd.RangeIndex(first, self._next)))


def _marked(reading: FileReading, table: Table) -> pd.DataFrame:
    """The rows of a file that were half read, with the mark of each."""
    told = frame_of(reading.half_read, table)
    return told.assign(mark=pd.Series(reading.marks, told.index, dtype="str"))


def _no_rows(table: Table) -> Part:
    return Part(frame_of(TypedRows(), table).set_axis(pd.RangeIndex(0)))


def files_of(folder: Path, table: Table) -> list[Path]:
    """The files of a table in the folder `claims`: its own, and those in a folder of its name."""
    found = [path for path in sorted(folder.iterdir()) if _is_table(path, table.name)]
    several = folder / table.name
    refused: list[OSError] = []
    for home, folders, names in os.walk(several, onerror=refused.append, followlinks=False):
        unwalked = [name for name in folders if _unwalked(Path(home, name))]
        found += [Path(home, name) for name in (*filter(_is_sheet, names), *unwalked)]
    found += [Path(fault.filename) for fault in refused if os.path.lexists(fault.filename)]
    return sorted(found)


def _unwalked(folder: Path) -> bool:
    """Whether a folder stands where a file should, or would lead out of the ledger."""
    return folder.is_symlink() or folder.suffix.lower() in ENDINGS


def _is_sheet(name: str) -> bool:
    """Whether somebody may take the file for a table; a README or an editor's copy is none."""
    return name.lower().endswith(_SHEETS)


def _is_table(path: Path, name: str) -> bool:
    return path.stem == name and path.suffix.lower() in ENDINGS


def _stray_files(folder: Path) -> Iterable[Finding]:
    for path in sorted(folder.iterdir()):
        known = path.stem in TABLES and (path.suffix.lower() in ENDINGS or path.is_dir())
        if not known and (path.is_dir() or _is_sheet(path.name)):
            values = {"value": path.name, "near": near(path.stem, list(TABLES))}
            fault = LineFault(0, "unknown-file", values, (path.name,))
            yield _finding(f"{FOLDER}/{path.name}", path.name, fault)


def _name(path: Path, home: Path) -> str:
    name = path.relative_to(home).as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _missing(table: Table) -> Finding:
    header = ",".join(column.name for column in table.columns if not column.optional)
    file = f"{FOLDER}/{table.name}.csv"
    fault = LineFault(0, "missing-table", {"file": file, "header": header}, (file,))
    return _finding(file, table.name, fault)


def _finding(file: str, relation: str, fault: LineFault) -> Finding:
    address = Address(file, fault.line)
    return Finding(rules()[fault.rule], relation, fault.key, address, fault.values)
