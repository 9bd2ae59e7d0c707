"""Any table - CSV, XLSX, Parquet - by a mapping of its columns, one or more claims a record."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from reconcile.exchange import country, mapping, outside, vocabulary
from reconcile.exchange.claimants import Claimants, folded
from reconcile.exchange.mapping import Block, Source, TableMapping
from reconcile.exchange.proposal import Cells, ClaimIds, Proposal, Proposed, identity, slug
from reconcile.exchange.sheet import Record, Sheet
from reconcile.finding import Address, ReconcileError
from reconcile.ledger import Ledger
from reconcile.reading.table import near
from reconcile.tables import TABLES, Column

_ID = re.compile("[a-z0-9-]+")
_BOUNDS = ("low", "best", "high")
_FIRST = ("victims", "measures", "parties", "events", "sources", "documents")


def propose(files: Sequence[Path], ledger: Ledger, how: Path | None = None) -> Proposal:
    """The rows that the records of `files` make by the mapping in the file `how`.

    Without one the headers must be columns of a ledger, as those of drafts are. An event, a source
    and a document without an id get one from what is told of them; a source is that of the ledger
    which bears the same name. Raises ReconcileError for a mapping that is none or does not fit.
    """
    given = None if how is None else mapping.load(how)
    proposal = Proposal(own=True)
    for path in files:
        sheet, plan = opened(path, given)
        if plan is not None:
            take(sheet, plan, ledger, proposal, path)
        proposal.findings += sheet.faults
        proposal.findings += outside.encoding_of(sheet)
    return proposal


def opened(path: Path, given: TableMapping | None) -> tuple[Sheet, TableMapping | None]:
    """The sheet of a file that a mapping reads, and the mapping: of its header where none is given.

    Where the sheet has faults there is no mapping.
    """
    told = given or TableMapping(())
    sheets = outside.sheets(path, told.encoding, told.separator)
    if told.sheet:
        sheets = [one for one in sheets if one.faults or one.file.endswith(f"#{told.sheet}")]
    if not sheets or any(one.faults for one in sheets):
        refused = next((one for one in sheets if one.faults), None)
        if refused is None:
            raise ReconcileError(f"{path.as_posix()} has no sheet {told.sheet!r}")
        return refused, None
    sheet = max(sheets, key=lambda one: len(one.header))
    plan = given or mapping.own(sheet.header)
    if plan is None:
        command = f"reconcile import table --suggest {path.as_posix()} > mapping.toml"
        raise ReconcileError(
            f"{sheet.file}: its columns are not those of a ledger; draft a mapping with: {command}"
        )
    lacking = [one for one in dict.fromkeys(plan.columns) if one not in sheet.header]
    if lacking:
        told_near = [f"{one}{near(one, [*filter(None, sheet.header)]).en}" for one in lacking]
        raise ReconcileError(f"{sheet.file} has no column {'; '.join(told_near)}")
    return sheet, plan


def take(sheet: Sheet, plan: TableMapping, ledger: Ledger, proposal: Proposal, path: Path) -> None:
    """Propose the rows that the records of a sheet make."""
    reader = _Reader(plan, ledger, proposal, path)
    for record in sheet.records:
        reader.record(record)


class _Reader:
    def __init__(self, plan: TableMapping, ledger: Ledger, proposal: Proposal, path: Path) -> None:
        self._plan, self._proposal, self._path = plan, proposal, path
        self._ledger = ledger
        self._claimants = Claimants(ledger)
        sources = ledger.tables["sources"]
        self._by_name = {
            folded(name): source
            for name, source in zip(sources["name"], sources["source"], strict=True)
        }
        self._ids = ClaimIds(proposal)

    def record(self, record: Record) -> None:
        """Propose what one record says: the things first, then each claim."""
        ids: Cells = {}
        where = ""
        for table in (*_FIRST, "event_parts", "attributions", "journal", "waivers"):
            if (block := self._plan.block(table)) is None:
                continue
            cells = self._cells(record, block)
            if table == "events":
                where = cells.get("country", "")
            ids |= self._thing(record, block, cells, where, ids)
        for block in self._plan.blocks:
            if block.table == "figures":
                self._claim(record, block, ids)

    def _thing(self, record: Record, block: Block, cells: Cells, where: str, ids: Cells) -> Cells:
        """Propose a row that is no claim, under its own id or one made for it."""
        name = TABLES[block.table].identity
        if not cells:
            return {}
        if name is None:
            self._add(record, block, _known(block.table, ids) | cells)
            return {}
        column = name
        claims = self._plan.block("figures")
        if column not in cells and claims is not None and column in claims.columns:
            given = self._cells(record, Block("figures", {column: claims.columns[column]}))
            cells[column] = given.get(column, "")
        named = bool(cells.get(column))
        if not named:
            cells = self._made(block.table, cells, where)
        if not cells.get(column):
            return {}
        if block.table == "events":
            cells.setdefault("date_precision", "day")
            cells.setdefault("name", cells.get("place", ""))
        self._add(record, block, cells, named=named)
        return {column: cells[column]}

    def _made(self, table: str, cells: Cells, where: str) -> Cells:
        """The cells with an id, made of what is told of the thing."""
        name = cells.get("name", "")
        if table == "events":
            told = identity(cells.get("place") or name, cells.get("starts_on", ""))
            return {"event": told, **cells}
        if table == "sources":
            if known := self._by_name.get(folded(name)):
                return {"source": known}
            claimant = self._claimants.of_label(name, where or None, whole=True)
            if claimant is not None and "side" not in cells:
                party = claimant.party
                if party:
                    self._proposal.add("parties", Address(self._path.as_posix()), **party)
                return {**claimant.source, **cells}
            return {"source": identity(name), **cells}
        if table == "documents":
            return {"document": _document_id(cells), **cells}
        return {str(TABLES[table].identity): identity(name), **cells}

    def _claim(self, record: Record, block: Block, ids: Cells) -> None:
        cells = self._cells(record, block)
        silent = not any(cells.get(one) for one in ("stated", *_BOUNDS))
        if silent and "claim" not in block.columns:
            return
        cells = _known("figures", ids) | cells
        if "document" not in block.columns and "document" not in cells:
            cells["document"] = self._file_document(record)
        if "stated" not in block.columns:
            cells["stated"] = _words_of(cells)
        named = "claim" in cells
        if not named:
            parts = [cells.get(one, "") for one in ("event", "source", "measure", "victims")]
            statement = tuple(
                cells.get(one, "") for one in ("document", "asserted_on", "stated", *_BOUNDS)
            )
            told = self._ids.given("--".join(parts), statement, record.at())
            if told is None:
                return
            cells["claim"] = told
        for table, one in (("measures", "measure"), ("victims", "victims")):
            if cells.get(one, "") not in self._ledger.ids[table]:
                vocabulary.propose(self._proposal, table, cells.get(one, ""), record.at())
        self._add(record, block, cells, named=named)

    def _file_document(self, record: Record) -> str:
        """The file itself, as the document in which its claims were read."""
        told = slug(self._path.stem) or "table"
        row = {"document": told, "publisher": self._path.name, "title": f"[{self._path.name}]"}
        self._proposal.add("documents", record.at(), **row)
        return told

    def _add(self, record: Record, block: Block, cells: Cells, *, named: bool = True) -> None:
        places = {}
        if record.sheet.letters:
            places = {
                column: record.at(source.column)
                for column, source in block.columns.items()
                if source.column
            }
        self._proposal.put(Proposed(block.table, cells, record.at(), places, named))

    def _cells(self, record: Record, block: Block) -> Cells:
        """The filled cells of a block, read by the kind of each column."""
        told = {}
        for column in TABLES[block.table].columns:
            source = block.columns.get(column.name)
            if source is not None and (cell := self._cell(record, block.table, column, source)):
                told[column.name] = cell
        return told

    def _cell(self, record: Record, table: str, column: Column, source: Source) -> str:
        written = source.always or record[source.column]
        words = self._plan.words.get(f"{table}.{column.name}", {})
        if written in words:
            return words[written]
        if source.always or not written:
            return written
        if column.kind == "date":
            day = record.day(source.column, self._plan.day_first)
            return day.isoformat() if isinstance(day, dt.date) else ""
        if column.kind == "whole":
            return _written(record.count(source.column))
        if column.kind == "decimal":
            return _written(record.degrees(source.column))
        if column.kind == "country":
            return country.code(written) or written
        if column.kind == "id" and not _ID.fullmatch(written):
            return slug(written) or written
        return written


def _known(table: str, ids: Cells) -> Cells:
    """The ids of a record that a table refers to."""
    columns = {column.name for column in TABLES[table].columns}
    return {name: told for name, told in ids.items() if name in columns}


def _document_id(cells: Cells) -> str:
    """An id of publisher, day and title; a document without a day is told apart by its address."""
    title, url, day = (cells.get(one, "") for one in ("title", "url", "published_on"))
    named = "" if title.startswith("[") else title
    address = hashlib.sha256(url.encode()).hexdigest()[:6] if url and not day else ""
    return identity(cells.get("publisher", ""), day, named, address)


def _written(number: float | None) -> str:
    return "" if number is None else str(number)


def _words_of(cells: Cells) -> str:
    """The words for bare numbers."""
    low, best, high = (cells.get(one, "") for one in _BOUNDS)
    if low and best and high:
        return best if low == best == high else f"low {low}, best {best}, high {high}"
    if best:
        return best
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"at least {low}" if low else f"up to {high}" if high else ""
