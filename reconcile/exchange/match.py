"""Which rows of an outside file a ledger has already, and which of its figures are corrections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reconcile.breach import STATEMENT
from reconcile.exchange.proposal import Cells, Proposal, Proposed
from reconcile.exchange.texts import text, texts
from reconcile.finding import Finding, Text
from reconcile.ledger import Ledger
from reconcile.reading.cells import Fault
from reconcile.reading.table import value
from reconcile.rules import rules
from reconcile.tables import TABLES, Table

_TELLING = {
    "victims": ("within", "side"),
    "measures": ("within", "stock"),
    "parties": ("side", "country"),
    "sources": ("side", "party"),
    "events": ("starts_on", "ends_on", "country"),
}
_SAID = ("stated", "stance", "low", "best", "high", "victims_party")
_CELL = ("event", "source", "measure", "victims")
_OLDER = Text(
    "figures older than those of the ledger", "chiffres plus anciens que ceux du registre"
)


@dataclass
class Match:
    """Rows of a file by table: the ids that the ledger has, and the rows that it lacks."""

    matched: dict[str, tuple[str, ...]] = field(default_factory=dict)
    new: dict[str, tuple[Proposed, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def match(ledger: Ledger, proposal: Proposal) -> Match:
    """Compare the rows of a proposal with the ledger.

    A row is matched by its id, or by all it says where its table has none; a claim also by its
    statement. Where the two differ the ledger stands, and a finding says in which columns. Where
    the file is one of a data set that revises itself, a claim with another figure than the ledger's
    is a correction: a new claim that supersedes it.
    """
    found = Match()
    for table in TABLES.values():
        rows = proposal.rows.get(table.name)
        if not rows:
            continue
        if table.name == "figures":
            claims = _Claims(ledger, proposal, found)
            pairs = [(row, claims.placed(row)) for row in rows.values()]
        else:
            pairs = list(_rows(ledger, proposal, found, table, rows.values()))
        found.new[table.name] = tuple(placed for _, placed in pairs if placed is not None)
        lacking = (row.key[0] for row, placed in pairs if placed is None)
        found.matched[table.name] = tuple(lacking)
    _drop_spare(proposal, found)
    return found


def _drop_spare(proposal: Proposal, found: Match) -> None:
    """Leave out the new measures and victim groups that no new row refers to."""
    claims = found.new.get("figures", ())
    for table, column in (("measures", "measure"), ("victims", "victims")):
        rows = {row.key[0]: row for row in found.new.get(table, ())}
        spare = {identity for identity in rows if (table, identity) in proposal.spare}
        wanted = {row.cells.get(column, "") for row in claims}
        wanted |= {rows[one].cells.get("within", "") for one in set(rows) - spare}
        for identity in reversed(list(rows)):
            if identity in wanted:
                wanted.add(rows[identity].cells.get("within", ""))
        kept = tuple(row for one, row in rows.items() if one not in spare or one in wanted)
        if table in found.new:
            found.new[table] = kept


def _rows(
    ledger: Ledger, proposal: Proposal, found: Match, table: Table, rows: Iterable[Proposed]
) -> Iterable[tuple[Proposed, Proposed | None]]:
    """Each row, and again where the ledger lacks it."""
    told = list(rows)
    identity = table.identity
    frame = ledger.tables[table.name]
    if identity is None:
        known = {tuple(cells.get(c.name, "") for c in table.columns) for cells in texts(frame)}
        for row in told:
            cells = _canonical(table, row.cells)
            same = tuple(cells.get(column.name, "") for column in table.columns) in known
            yield row, None if same else row
        return
    ids = [row.key[0] for row in told]
    held = {cells[identity]: cells for cells in texts(frame[frame[identity].isin(ids)])}
    for row in told:
        if row.key[0] not in held:
            yield row, None if row.key[0] in ledger.ids[table.name] else row
            continue
        cells = _canonical(table, row.cells)
        columns = list(cells) if proposal.own else _TELLING.get(table.name, ())
        if (table.name, row.key[0]) not in proposal.spare:
            _compare(row, cells, held[row.key[0]], columns, found)
        yield row, None


class _Claims:
    """The claims of a file beside those of a ledger on the same events."""

    def __init__(self, ledger: Ledger, proposal: Proposal, found: Match) -> None:
        self._ledger, self._proposal, self._found = ledger, proposal, found
        figures = ledger.tables["figures"]
        rows = proposal.rows["figures"].values()
        events = {row.cells.get("event", "") for row in rows}
        ids = {row.cells.get("claim", "") for row in rows}
        near = figures[figures["event"].isin(events) | figures["claim"].isin(ids)]
        self._held = {cells["claim"]: cells for cells in texts(near)}
        self._statements = {_pick(cells, STATEMENT) for cells in self._held.values()}
        self._superseded = {
            one for cells in self._held.values() for one in cells.get("supersedes", "").split(";")
        }
        self._in_cell: dict[tuple[str, ...], list[Cells]] = {}
        for cells in self._held.values():
            self._in_cell.setdefault(_pick(cells, _CELL), []).append(cells)
        self._taken = set(ledger.ids["figures"]) | ids

    def placed(self, row: Proposed) -> Proposed | None:
        """The claim as it is to be added; None where the ledger has it."""
        cells = _canonical(TABLES["figures"], row.cells)
        if _pick(cells, STATEMENT) in self._statements:
            return None
        if self._proposal.revises:
            return self._revised(row, cells)
        if (held := self._held.get(cells.get("claim", ""))) is None:
            return None if cells.get("claim") in self._ledger.ids["figures"] else row
        if row.named:
            _compare(row, cells, held, list(cells), self._found)
            return None
        return replace(row, cells=row.cells | {"claim": self._free(cells["claim"])})

    def _revised(self, row: Proposed, cells: Cells) -> Proposed | None:
        custom = re.compile(re.escape(cells["claim"]) + r"(--\d+)?")
        earlier = self._in_cell.get(_pick(cells, _CELL), [])
        earlier = [one for one in earlier if custom.fullmatch(one["claim"])]
        standing = [one for one in earlier if one["claim"] not in self._superseded]
        if not earlier:
            return row
        if any(_pick(one, _SAID) == _pick(cells, _SAID) for one in standing):
            return None
        day = cells.get("asserted_on", "")
        if any(one.get("asserted_on", "") > day for one in standing):
            self._proposal.left[_OLDER] += 1
            return None
        told = {
            "claim": self._free(cells["claim"]),
            "supersedes": ";".join(one["claim"] for one in standing),
        }
        return replace(row, cells=row.cells | told)

    def _free(self, custom: str) -> str:
        number = 2
        while f"{custom}--{number}" in self._taken:
            number += 1
        self._taken.add(f"{custom}--{number}")
        return f"{custom}--{number}"


def _compare(
    row: Proposed, cells: Cells, held: Cells, columns: Iterable[str], found: Match
) -> None:
    other = [one for one in columns if cells.get(one) and cells[one] != held.get(one, "")]
    if other:
        at = row.places.get(other[0], row.at)
        values = {"value": row.key[0], "columns": ", ".join(other)}
        rule = rules()["other-in-the-ledger"]
        found.findings.append(Finding(rule, row.table, (*row.key, *other), at, values))


def _pick(cells: Cells, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(cells.get(column, "") for column in columns)


def _canonical(table: Table, cells: Mapping[str, str]) -> Cells:
    """The cells as a ledger gives them back; what breaks a law stays as it is."""
    told: Cells = {}
    for column in table.columns:
        if cell := cells.get(column.name, ""):
            read = value(cell, column)
            told[column.name] = cell if isinstance(read, Fault) else text(read)
    return told
