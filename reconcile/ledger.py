"""Files to a ledger: every table of a workspace, parsed, typed, each row with its address."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from reconcile.finding import Address, Finding, ReconcileError
from reconcile.reading.columns import frame_of
from reconcile.reading.file import ENDINGS, read_file
from reconcile.reading.table import FileReading, LineFault, near
from reconcile.rules import rules
from reconcile.tables import TABLES, Table

FOLDER = "claims"
"""The folder of a workspace that holds its tables."""

_SHEETS = (*ENDINGS, ".tsv", ".txt", ".xls", ".xlsx", ".ods")
_STANDS_ALONE = ("supersedes", "answers", "origin")


LAST_ACT = ("state", "by", "on", "because", "chain")
"""What stands beside a claim that does not count, of its last act."""


@dataclass(frozen=True)
class Count:
    """How many records a file holds and how many of them could not be read."""

    records: int
    refused: int


def _none_withheld() -> pd.DataFrame:
    columns = (*(column.name for column in TABLES["figures"].columns), *LAST_ACT)
    return pd.DataFrame({name: pd.Series(dtype="str") for name in columns}, pd.RangeIndex(0))


@dataclass(frozen=True, repr=False)
class Ledger:
    """The tables of a workspace.

    `tables` maps each table's name to a frame with a column per column of the format and the
    integer `row` as its unnamed index, unique over all tables; `addresses` maps each row to its
    file and line. `ids` are the ids read in each table, also of refused rows; `unknown` the tables
    of which a file could not be read at all. `findings` are what was refused and why, `counts` the
    records by file, `left_out` how many rows by table were set aside only because what they refer
    to was refused. `withheld` are the lawful claims that do not count for their state in the
    journal, as rows of the figures with `state`, `by`, `on`, `because` and `chain` of their last
    act beside them.
    """

    workspace: Path
    tables: Mapping[str, pd.DataFrame]
    addresses: pd.DataFrame
    ids: Mapping[str, frozenset[str]]
    unknown: frozenset[str]
    findings: tuple[Finding, ...]
    counts: Mapping[str, Count]
    left_out: Mapping[str, int]
    withheld: pd.DataFrame = field(default_factory=_none_withheld)

    def __repr__(self) -> str:
        rows = ", ".join(f"{len(frame)} {name}" for name, frame in self.tables.items())
        return f"<Ledger {self.workspace}: {rows}; {len(self.findings)} findings>"

    def address(self, row: int) -> Address:
        """Where `row` stands."""
        files, lines = self._places
        return Address(str(files[row]), int(lines[row]))

    @property
    def records(self) -> int:
        """Records in all files, refused ones included."""
        return sum(count.records for count in self.counts.values())

    @property
    def refused(self) -> int:
        """Records that are not in the lawful tables, for a fault of their own."""
        lawful = sum(len(frame) for frame in (*self.tables.values(), self.withheld))
        return self.records - lawful - sum(self.left_out.values())

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """File and line of each row, which are numbered from 0 on."""
        files, lines = self.addresses["file"], self.addresses["line"]
        return files.to_numpy(dtype="object"), lines.to_numpy()

    def without(self, refused: set[int], findings: Iterable[Finding]) -> Ledger:
        """The same ledger without the rows refused, and with the findings that say why.

        What refers to a row that is not there is left out as well, and counted.
        """
        found = (*self.findings, *findings)
        if not refused and not self.refused and not self.unknown:
            return replace(self, findings=found)
        tables = {name: frame[~frame.index.isin(refused)] for name, frame in self.tables.items()}
        tables, left_out = _without_dangling(tables)
        return replace(self, tables=tables, findings=found, left_out=left_out)


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
    frames: dict[str, pd.DataFrame] = {}
    ids: dict[str, frozenset[str]] = {}
    unknown: set[str] = set()
    counts: dict[str, Count] = {}
    places: list[pd.DataFrame] = []
    next_row = 0
    for table in TABLES.values():
        readings = [read_file(path, _name(path, home), table) for path in files_of(folder, table)]
        if not readings and not table.optional:
            found.append(_missing(table))
            unknown.add(table.name)
        if not all(reading.whole for reading, _ in readings):
            unknown.add(table.name)
        for reading, _ in readings:
            found += (_finding(reading.file, table.name, fault) for fault in reading.faults)
            counts[reading.file] = Count(reading.records, reading.refused)
        parts = [frame for _, frame in readings] or [frame_of(FileReading(""), table)]
        frame = pd.concat(parts) if len(parts) > 1 else parts[0]
        rows = pd.RangeIndex(next_row, next_row + len(frame))
        next_row += len(frame)
        files = [reading.file for reading, part in readings for _ in range(len(part))]
        place = pd.DataFrame({"file": files, "line": frame.index}, index=rows)
        places.append(place.astype({"file": "str", "line": "int64"}))
        frames[table.name] = frame.set_axis(rows)
        ids[table.name] = frozenset().union(*(reading.ids for reading, _ in readings))
    return Ledger(
        home, frames, pd.concat(places), ids, frozenset(unknown), tuple(found), counts, {}
    )


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


def _without_dangling(
    tables: dict[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    left_out: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for table in TABLES.values():
            frame = tables[table.name]
            kept = pd.Series(True, frame.index)
            for column in table.columns:
                if column.refers and column.name not in _STANDS_ALONE:
                    known = tables[column.refers][TABLES[column.refers].identity]
                    kept &= frame[column.name].isna() | frame[column.name].isin(known)
            if not kept.all():
                left_out[table.name] = left_out.get(table.name, 0) + int((~kept).sum())
                tables = {**tables, table.name: frame[kept]}
                changed = True
    return tables, left_out


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
