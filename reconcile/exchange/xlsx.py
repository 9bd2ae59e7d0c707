"""The ledger as a workbook (.xlsx) to be filled in: a sheet a table, lists to choose from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconcile.exchange import grid, table
from reconcile.exchange.mapping import Block, Source, TableMapping
from reconcile.exchange.proposal import Proposal
from reconcile.exchange.sheet import Sheet, letter
from reconcile.exchange.texts import texts
from reconcile.exchange.workbook import LONGEST_CELL, MOST_ROWS, book_in
from reconcile.finding import Address, Finding, ReconcileError
from reconcile.ledger import Ledger
from reconcile.reading.table import near
from reconcile.rules import rules
from reconcile.tables import TABLES, Column, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_ORDER = ("figures", "events", "sources", "documents", "parties", "attributions", "event_parts")
_FREE_LINES = 2_000
_LISTS = "lists"
_MADE = ("figures",)
_WIDTHS = {"name": 36, "title": 36, "url": 36, "note": 50, "stated": 30, "claim": 36, "event": 28}


def propose(paths: Sequence[Path], ledger: Ledger) -> Proposal:
    """The rows of the sheets that bear the names of tables; other faults than laws with their cell.

    The guidance is passed over. An id may be empty where one can be made.
    """
    proposal = Proposal(own=True)
    for path in paths:
        for sheet in grid.sheets_of(path, path.as_posix(), TABLES):
            _take(sheet, path, ledger, proposal)
            proposal.findings += sheet.faults
    return proposal


def _take(sheet: Sheet, path: Path, ledger: Ledger, proposal: Proposal) -> None:
    name = sheet.file.rpartition("#")[2]
    if sheet.faults or name in (_guidance(language)["sheet"] for language in ("en", "fr")):
        return
    if name not in TABLES:
        values = {"value": name, "near": near(name, TABLES)}
        at = Address(sheet.file)
        proposal.findings.append(
            Finding(rules()["unknown-file"], "file", (sheet.file,), at, values)
        )
        return
    known = [column.name for column in TABLES[name].columns]
    for column in filter(None, sheet.header):
        if column not in known:
            sheet.refuse(
                1, "unknown-column", column, column=column, value=column, near=near(column, known)
            )
    if not sheet.faults and sheet.header:
        columns = {column: Source(column) for column in sheet.header if column}
        table.take(sheet, TableMapping((Block(name, columns),)), ledger, proposal, path)


def export(ledger: Ledger, *, empty: bool = False) -> bytes:
    """The bytes of the workbook of a ledger, the same for the same ledger.

    `empty`: without its claims, to be filled in. Every cell is text and none a formula; the lists
    offer the ids of the other sheets. Raises ReconcileError for what no sheet can hold.
    """
    out = BytesIO()
    with book_in(out) as book:
        text = book.add_format({"num_format": "@", "valign": "top"})
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for language in ("en", "fr"):
            _guide(book.add_worksheet(_guidance(language)["sheet"]), language, head, wrapped)
        sheets = {name: book.add_worksheet(name) for name in _sheets()}
        words = _lists(book.add_worksheet(_LISTS), text)
        lines = {
            name: 0 if empty and name in ("figures", "waivers") else len(ledger.tables[name])
            for name in sheets
        }
        for name, sheet in sheets.items():
            rows = texts(ledger.tables[name]) if lines[name] else []
            _fill(sheet, TABLES[name], rows, head, text)
            for at, column in enumerate(TABLES[name].columns):
                source, where = _choice(column, lines, words)
                if source:
                    _offer(sheet, at, lines[name] + _FREE_LINES, source, where)
        sheets["figures"].activate()
    return out.getvalue()


def _sheets() -> list[str]:
    """The tables of a workbook; the journal is written by the program and by nobody's hand."""
    return [*_ORDER, *(name for name in TABLES if name not in (*_ORDER, "journal"))]


def _fill(
    sheet: Worksheet, told: Table, rows: Sequence[Mapping[str, str]], head: Format, text: Format
) -> None:
    if len(rows) >= MOST_ROWS:
        raise ReconcileError(f"{told.name} has more rows than a sheet can hold; export a package")
    for at, column in enumerate(told.columns):
        sheet.set_column(at, at, _WIDTHS.get(column.name, max(12, len(column.name) + 2)), text)
        sheet.write_string(0, at, column.name, head)
    for line, cells in enumerate(rows, 1):
        for at, column in enumerate(told.columns):
            if cell := cells.get(column.name):
                if len(cell) > LONGEST_CELL:
                    key = cells.get(told.identity or "", "")
                    raise ReconcileError(
                        f"{column.name} of {key} in {told.name} is longer than the {LONGEST_CELL}"
                        " characters of a cell; export a package"
                    )
                sheet.write_string(line, at, cell, text)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(told.columns) - 1)


def _choice(
    column: Column, lines: Mapping[str, int], words: Mapping[tuple[str, ...], str]
) -> tuple[str, str]:
    """The cells that a drop-down of a column offers, and the sheet in which they are added."""
    if column.kind == "id" and column.refers:
        of = TABLES[column.refers]
        at = letter([one.name for one in of.columns].index(str(of.identity)))
        return f"={of.name}!${at}$2:${at}${lines[of.name] + _FREE_LINES}", of.name
    wanted = column.words or (("yes",) if column.kind == "yes" else ())
    return words.get(wanted, ""), ""


def _lists(sheet: Worksheet, text: Format) -> dict[tuple[str, ...], str]:
    """The hidden sheet of the words that columns know: where each list of them stands."""
    told: dict[tuple[str, ...], str] = {}
    sheet.hide()
    for words in dict.fromkeys(_vocabularies()):
        at = len(told)
        for line, word in enumerate(words):
            sheet.write_string(line, at, word, text)
        told[words] = f"={_LISTS}!${letter(at)}$1:${letter(at)}${len(words)}"
    return told


def _vocabularies() -> Iterator[tuple[str, ...]]:
    yield ("yes",)
    for name in _sheets():
        yield from (column.words for column in TABLES[name].columns if column.words)


def _offer(sheet: Worksheet, at: int, last: int, source: str, where: str) -> None:
    say = _guidance("en")
    message = say["choose"].format(sheet=where) if where else say["choose_word"]
    sheet.data_validation(
        1,
        at,
        last,
        at,
        {
            "validate": "list",
            "source": source,
            "error_title": say["choose_title"],
            "error_message": message,
        },
    )


def _guide(sheet: Worksheet, language: str, head: Format, wrapped: Format) -> None:
    say = _guidance(language)
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, 16)
    sheet.set_column(3, 3, 90, wrapped)
    sheet.write_string(0, 0, say["title"], head)
    line = 1
    for number, step in enumerate(say["steps"], 1):
        sheet.write_string(line, 2, f"{number}.", wrapped)
        sheet.write_string(line, 3, step, wrapped)
        line += 1
    line += 1
    for at, one in enumerate(("sheet_head", "column_head", "must_head", "meaning_head")):
        sheet.write_string(line, at, say[one], head)
    for told in (TABLES[name] for name in _sheets()):
        for column in told.columns:
            line += 1
            made = column.name == told.identity and told.name in _MADE
            must = say["id_may_be_empty"] if made else say["yes"] if column.filled else ""
            meaning = say.get(told.name, {}).get(column.name, column.meaning).replace("`", "")
            for at, cell in enumerate((told.name, column.name, must, meaning)):
                sheet.write_string(line, at, cell, wrapped)


@cache
def _guidance(language: str) -> dict[str, Any]:
    found = files("reconcile").joinpath("exchange", "guidance.toml").read_text("utf-8")
    told: dict[str, Any] = tomllib.loads(found)[language]
    return told
