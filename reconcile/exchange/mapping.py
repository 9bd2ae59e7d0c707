"""How the columns of an outside table are to be read: a mapping, kept as TOML.

[read]
separator = ";"
day_first = true

[events]
place = "Lieu"
starts_on = "Date"
country = { always = "ML" }

[[figures]]
measure = { always = "killed" }
victims = { always = "soldiers" }
stated = "Militaires tués"

[words."sources.side"]
"Gouvernement" = "government"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconcile.exchange.delimited import SEPARATORS
from reconcile.finding import ReconcileError
from reconcile.reading.table import near
from reconcile.tables import TABLES

_READ: dict[str, type] = {
    **dict.fromkeys(("sheet", "separator", "encoding"), str),
    **dict.fromkeys(("day_first",), bool),
}
_PARTS = ("read", "words", *TABLES)


@dataclass(frozen=True)
class Source:
    """Where a cell comes from: a column of the file, or always the same words."""

    column: str = ""
    always: str = ""


@dataclass(frozen=True)
class Block:
    """The columns of one table of the ledger, each with where its cells come from.

    There may be several of figures: each makes a claim of a record.
    """

    table: str
    columns: Mapping[str, Source]


@dataclass(frozen=True)
class TableMapping:
    """A mapping: how the file is read, the rows a record makes, and words for words.

    `words` maps `table.column` to what the words of the file mean there.
    """

    blocks: tuple[Block, ...]
    sheet: str = ""
    separator: str = ""
    encoding: str = ""
    day_first: bool | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def block(self, table: str) -> Block | None:
        """The block of a table, the first where there are several."""
        return next((one for one in self.blocks if one.table == table), None)

    @property
    def columns(self) -> Iterator[str]:
        """The columns of the file that the mapping reads."""
        for block in self.blocks:
            yield from (one.column for one in block.columns.values() if one.column)


def load(path: Path) -> TableMapping:
    """The mapping in a file. Raises ReconcileError, with all that is wrong in it."""
    try:
        told = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ReconcileError(f"{path.as_posix()} cannot be read: {fault}") from None
    return parse(told, path.as_posix())


def parse(text: str, name: str) -> TableMapping:
    """The mapping in a text; `name` is what messages call it. Raises ReconcileError."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ReconcileError(f"{name} is no TOML: {fault}") from None
    faults: list[str] = []
    faults += _unknown("", told, _PARTS)
    read = _table(told, "read", faults)
    faults += _unknown("read", read, _READ)
    for key, kind in _READ.items():
        if key in read and not isinstance(read[key], kind):
            faults.append(f"[read] {key} is to be {'true or false' if kind is bool else 'a text'}")
    if read.get("separator") not in (None, *SEPARATORS):
        faults.append("[read] separator is one of a comma, a semicolon, a tab or a bar")
    words = _table(told, "words", faults)
    for target, meanings in words.items():
        table, _, column = target.partition(".")
        known = table in TABLES and column in _columns(table)
        texts = isinstance(meanings, dict) and all(
            isinstance(one, str) for one in meanings.values()
        )
        if not known:
            faults.append(f'[words."{target}"] is no column, such as sources.side')
        if not texts:
            faults.append(f'[words."{target}"] is a table of texts')
    blocks = [one for table in TABLES for one in _blocks(told, table, faults)]
    if not blocks and not faults:
        faults.append("it maps no column; a section is named for a table, as [events]")
    if faults:
        raise ReconcileError("\n".join([f"{name} is no mapping:", *faults]))
    given = {key: read[key] for key in _READ if key in read}
    return TableMapping(tuple(blocks), words=words, **given)


def own(header: Iterable[str]) -> TableMapping | None:
    """The mapping of a header that names columns of a ledger itself, or None.

    Either those of one table, or those of the figures and others as `sources.name`.
    """
    names = [name for name in header if name]
    for table in TABLES.values():
        needed = {column.name for column in table.columns if column.filled}
        if needed <= set(names) <= set(_columns(table.name)):
            return TableMapping((Block(table.name, {name: Source(name) for name in names}),))
    blocks: dict[str, dict[str, Source]] = {}
    for name in names:
        stem, _, column = (name if "." in name else f"figures.{name}").partition(".")
        if stem not in TABLES or column not in _columns(stem):
            return None
        blocks.setdefault(stem, {})[column] = Source(name)
    if "figures" not in blocks:
        return None
    return TableMapping(tuple(Block(stem, blocks[stem]) for stem in TABLES if stem in blocks))


def _columns(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns]


def _table(told: Mapping[str, Any], key: str, faults: list[str]) -> dict[str, Any]:
    found = told.get(key, {})
    if not isinstance(found, dict):
        faults.append(f"{key} is no section; write [{key}]")
        return {}
    return found


def _blocks(told: Mapping[str, Any], table: str, faults: list[str]) -> Iterator[Block]:
    found = told.get(table, [])
    several = found if isinstance(found, list) else [found]
    if len(several) > 1 and table != "figures":
        faults.append(f"[{table}] is there {len(several)} times; only figures may be several")
    for section in several:
        if not isinstance(section, dict):
            faults.append(f"{table} is no section; write [{table}]")
            continue
        faults += _unknown(table, section, _columns(table))
        columns = {}
        for column, source in section.items():
            if isinstance(source, str):
                columns[column] = Source(column=source)
            elif isinstance(source, dict) and [*source] == ["always"] and _plain(source["always"]):
                columns[column] = Source(always=str(source["always"]))
            else:
                written = '"Header"' + ' or { always = "text" }'
                faults.append(f"[{table}] {column} is to be {written}")
        yield Block(table, columns)


def _plain(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _unknown(where: str, found: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    place = f"[{where}] " if where else ""
    names = list(known)
    return [
        f"{place}{key} is unknown{near(key, names).en}; there are {', '.join(names)}"
        for key in found
        if key not in names
    ]
