"""The only writer of a ledger: rows are added below those that are there, all of them or none.

    append(workspace, {"sources": [{...}], "figures/2026": [{...}, {...}]})
    remove(workspace, {Address("claims/waivers.csv", 7): {"rule": "figures-apart"}})

Every byte that stands in a file stays as it is. Whether a row is lawful is not asked here: read the
ledger again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.bundled import empty_ledger
from reconcile.finding import Address, ReconcileError
from reconcile.ledger import FOLDER, files_of
from reconcile.reading import characters, text
from reconcile.reading.file import PARQUET
from reconcile.reading.records import LONGEST_CELL, holds_something, split, stripped
from reconcile.reading.table import shown
from reconcile.replacing import Replacement, alone, replace_all
from reconcile.tables import TABLES

Row = Mapping[str, object]
"""A row by column: None, False and an absent column are an empty cell, True is `yes`, a day is
written YYYY-MM-DD, a list of ids is joined by `;`."""

Rows = Mapping[str, Sequence[Row]]
"""Rows by the table, or the file of a table, that they go to."""

_PART = re.compile(r"\w[\w.-]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


def append(
    workspace: str | os.PathLike[str], rows: Rows | Callable[[], Rows]
) -> dict[str, tuple[Address, ...]]:
    """Add rows at the end of tables; the address of each new row, by the keys of `rows`.

    Given as a function, the rows are asked for once no other writer can come between, so that they
    may rest on what the ledger holds then; what it raises ends the matter, and nothing is written.
    A key is the name of a table, or `table/stem` for one of several files (`figures/2026`); a file
    that is not there is made with its header. Cells are put under the columns in the file's own
    order. Raises ReconcileError with all that is wrong, and writes nothing, where a table has
    several files and none is named, a filled column is not in the file's header, a cell holds a
    line break or another control character, or the file cannot be read or written.
    """
    claims = _claims(workspace)
    changes: list[Replacement] = []
    written: dict[str, tuple[Address, ...]] = {}
    faults: list[str] = []
    with alone(claims):
        told = rows() if callable(rows) else rows
        for key in sorted(told, key=_place):
            try:
                path = _path(claims, key)
                file = f"{FOLDER}/{path.relative_to(claims).as_posix()}"
                if any(change.path == path for change in changes):
                    raise _Refused((f"another key means {file} too; give its rows under one",))
                change, first = _extended(path, key.partition("/")[0], told[key])
            except _Refused as refused:
                faults += (f"{key}: {fault}" for fault in refused.faults)
            else:
                changes.append(change)
                lines = range(first, first + len(told[key]))
                written[key] = tuple(Address(file, line) for line in lines)
        if faults:
            raise ReconcileError("\n".join(["nothing was written:", *faults]))
        _write(claims, changes)
    return {key: written[key] for key in told}


def remove(workspace: str | os.PathLike[str], waivers: Mapping[Address, Row]) -> None:
    """Take the lines of `waivers` out of `claims/waivers.csv` (or its files), and nothing else.

    Each is given with cells that its line holds, so that no other goes where the file has changed
    since it was read. No other table loses a line: what a source said stays. Raises ReconcileError,
    and removes nothing, for an address of another table or of a line that is not there or holds
    other cells.
    """
    claims = _claims(workspace)
    with alone(claims):
        known = {
            f"{FOLDER}/{path.relative_to(claims).as_posix()}": path
            for path in files_of(claims, TABLES["waivers"])
        }
        lines: dict[str, set[int]] = {}
        for address in waivers:
            lines.setdefault(address.file, set()).add(address.line)
        changes = []
        for file, taken in sorted(lines.items()):
            if file not in known:
                raise ReconcileError(f"{file} holds no waivers; nothing else is ever removed")
            before = _bytes(known[file])
            kept = _LINE.findall(before)
            for line in sorted(taken):
                if not _holds(before, line, waivers[Address(file, line)]):
                    raise ReconcileError(
                        f"{file} has not that waiver on line {line}; nothing was removed."
                        " It was changed in the meantime: run it again"
                    )
            after = b"".join(line for at, line in enumerate(kept, 1) if at not in taken)
            changes.append(Replacement(known[file], before, after))
        _write(claims, changes)


def newest_file(workspace: str | os.PathLike[str], table: str) -> str:
    """The key under which `append` adds to a table: of several files that which is read last."""
    claims = _claims(workspace)
    _, *more = files_of(claims, TABLES[table]) or [claims / table]
    return more[-1].relative_to(claims).with_suffix("").as_posix() if more else table


def untouched(workspace: str | os.PathLike[str]) -> bool:
    """Whether there is no ledger in a workspace yet, or only what `reconcile init` puts there."""
    claims = Path(workspace) / FOLDER
    if not claims.is_dir():
        return not os.path.lexists(claims)
    made = empty_ledger()
    found = [path for path in claims.rglob("*") if not path.is_dir() or path.is_symlink()]
    names = (path.relative_to(claims).as_posix() for path in found)
    return all(made.get(name) == _bytes(path) for name, path in zip(names, found, strict=True))


def lay(workspace: str | os.PathLike[str], files: Mapping[str, bytes]) -> None:
    """Put the files of a whole ledger, by their place in the workspace, where there is none yet.

    What `reconcile init` made there gives way. Raises ReconcileError, and writes nothing, where a
    ledger has been begun or a file cannot be written.
    """
    claims = Path(workspace) / FOLDER
    try:
        claims.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ReconcileError(f"{claims} cannot be made: {fault.strerror}") from None
    with alone(claims):
        if not untouched(workspace):
            raise ReconcileError(f"{claims} holds a ledger already; nothing was written")
        old = {path: _bytes(path) for path in claims.iterdir() if path.is_file()}
        new = {Path(workspace) / name: told for name, told in files.items()}
        _write(claims, [Replacement(path, old.get(path), told) for path, told in new.items()])
        for path in old.keys() - new.keys():
            path.unlink()


@dataclass(frozen=True)
class _Refused(Exception):
    faults: tuple[str, ...]


def _claims(workspace: str | os.PathLike[str]) -> Path:
    claims = Path(workspace) / FOLDER
    if not claims.is_dir():
        raise ReconcileError(f"{workspace} is no workspace: it has no folder {FOLDER}")
    return claims


def _place(key: str) -> tuple[int, bool, str]:
    """What others refer to comes first; but no claim counts because its line is yet to come."""
    table = key.partition("/")[0]
    if table not in TABLES:
        raise ReconcileError(f"there is no table {table!r}; there are {', '.join(TABLES)}")
    return list(TABLES).index("figures" if table == "journal" else table), table != "journal", key


def _path(claims: Path, key: str) -> Path:
    """The file that a key means. Raises _Refused where it means none or one of several."""
    table, slash, stem = key.partition("/")
    if slash:
        if not all(_PART.fullmatch(part) for part in stem.split("/")):
            raise _Refused((f"this names no file of {table}; write for example {table}/2026",))
        return claims / f"{key}.csv"
    there = [one for one in files_of(claims, TABLES[table]) if one.suffix.lower() != PARQUET]
    if len(there) > 1:
        told = ", ".join(path.relative_to(claims).with_suffix("").as_posix() for path in there)
        raise _Refused((f"the table has several files; say which of {told}",))
    return there[0] if there else claims / f"{table}.csv"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise ReconcileError(f"{path} cannot be read: {fault.strerror}") from None


def _write(claims: Path, changes: Sequence[Replacement]) -> None:
    try:
        replace_all(changes, claims)
    except OSError as fault:
        raise ReconcileError(
            f"nothing was written: {fault.filename}: the system says {fault.strerror}"
        ) from None


def _holds(raw: bytes, line: int, row: Row) -> bool:
    """Whether a line of a file, below its header, holds the cells of `row`."""
    try:
        lines = text.lines(raw)
        header = next(at for at, one in enumerate(lines) if holds_something(one))
        if not header + 1 < line <= len(lines):
            return False
        cells = dict(zip(_columns(lines[header]), split(lines[line - 1]), strict=True))
    except (text.NotUtf8, StopIteration, csv.Error, ValueError, _Refused):
        return False
    return all(stripped(cells.get(name, "")) == cell_text(cell) for name, cell in row.items())


def _extended(path: Path, table: str, rows: Sequence[Row]) -> tuple[Replacement, int]:
    """The file with `rows` at its end, and the line of the first of them."""
    before = _bytes(path) if os.path.lexists(path) else None
    raw = before or b""
    try:
        lines = text.lines(raw)
    except text.NotUtf8 as fault:
        raise _Refused((f"the file is not UTF-8 on line {fault.line}; convert it first",)) from None
    header = next((at for at, line in enumerate(lines) if holds_something(line)), None)
    known = [column.name for column in TABLES[table].columns]
    columns = known if header is None else _columns(lines[header])
    cells = _cells(rows, columns, known)
    ending = text.LINE_BREAK.search(raw.decode("utf-8-sig"))
    added = io.StringIO()
    writer = csv.writer(added, lineterminator=ending.group() if ending else "\n")
    if lines[-1]:
        added.write(writer.dialect.lineterminator)
    if header is None:
        writer.writerow(columns)
    writer.writerows(cells)
    after = raw + added.getvalue().encode()
    return Replacement(path, before, after), len(text.lines(after)) - len(cells)


def _columns(header: str) -> list[str]:
    try:
        return [stripped(cell) for cell in split(header)]
    except csv.Error:
        raise _Refused(("the header cannot be split into columns; mend it first",)) from None


def _cells(rows: Sequence[Row], columns: list[str], known: list[str]) -> list[list[str]]:
    """The cells of each row under the columns of the file. Raises _Refused with every fault."""
    faults: list[str] = []
    lacking: Counter[str] = Counter()
    told = [{name: cell_text(cell) for name, cell in row.items()} for row in rows]
    for at, row in enumerate(told, 1):
        lacking.update(name for name, cell in row.items() if cell and name not in columns)
        faults += (
            f"row {at}: {name} {fault}"
            for name, cell in row.items()
            if (fault := _unwritable(cell)) is not None
        )
        if not any(row.get(name) for name in columns) and not set(row) - set(columns):
            faults.append(f"row {at} is empty")
    for name, times in sorted(lacking.items()):
        filled = f"which {times} row{' fills' if times == 1 else 's fill'}"
        if name in known:
            faults.append(f"the header has no column {name}, {filled}; add it to the header")
        else:
            faults.append(f"the table knows no column {name!r}, {filled}")
    for name, times in Counter(columns).items():
        if times > 1:
            faults.append(f"the header has the column {name} {times} times; keep one")
    if faults:
        raise _Refused(tuple(faults))
    return [[row.get(name, "") for name in columns] for row in told]


def cell_text(cell: object) -> str:
    """A value as it is written into a cell."""
    if cell is None or cell is False:
        return ""
    if cell is True:
        return "yes"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, list | tuple):
        return ";".join(map(cell_text, cell))
    return unicodedata.normalize("NFC", stripped(str(cell)))


def _unwritable(cell: str) -> str | None:
    """Why a cell cannot stand in a file of a ledger, or None."""
    if (found := characters.control(cell)) is not None:
        return f"holds {characters.name(found)}: {shown(cell)!r}"
    if (lone := _LONE_SURROGATE.search(cell)) is not None:
        return f"holds half a character, U+{ord(lone.group()):04X}"
    if len(cell) > LONGEST_CELL:
        return f"is longer than {LONGEST_CELL} characters"
    return None
