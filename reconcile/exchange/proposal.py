"""What an outside file proposes for a ledger: rows with their origin, and what is wrong with it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace

from reconcile.finding import Address, Finding, Text
from reconcile.reading import characters
from reconcile.rules import rules
from reconcile.tables import TABLES

Cells = dict[str, str]
_LONGEST_ID = 60
_SPELLED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


@dataclass(frozen=True)
class Proposed:
    """A row for `table`, empty cells left out, and where in the outside file it comes from.

    `places` maps a column to the address of its own cell, where the file has such. `named`: its id
    stands in the file and was not made by the program.
    """

    table: str
    cells: Cells
    at: Address
    places: dict[str, Address] = field(default_factory=dict)
    named: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Its id, or for a table without ids all its cells."""
        identity = TABLES[self.table].identity
        if identity is not None:
            return (self.cells.get(identity, ""),)
        return tuple(self.cells.get(column.name, "") for column in TABLES[self.table].columns)


@dataclass
class Proposal:
    """Rows by table, in the order of the file; the drafts beside; findings; what was left out.

    `revises`: a claim with another figure than the ledger's corrects it. `own`: the rows are the
    user's, so that every difference from the ledger is told. `spare` names the rows that are there
    only for others to refer to. `left` counts what the format takes no row from, by a sentence.
    """

    revises: bool = False
    own: bool = False
    rows: dict[str, dict[tuple[str, ...], Proposed]] = field(default_factory=dict)
    drafts: list[Cells] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    spare: set[tuple[str, str]] = field(default_factory=set)
    left: Counter[Text] = field(default_factory=Counter)

    def add(self, table: str, at: Address, **cells: object) -> bool:
        """Propose a row; the second of one id is not taken. Whether it was taken."""
        return self.put(Proposed(table, {name: _text(cell) for name, cell in cells.items()}, at))

    def put(self, row: Proposed) -> bool:
        """Propose a row as it is, but for its empty cells; see `add`.

        The second row of one id fills in what the first left empty, but for a claim, of which each
        has its row. Where the two differ the first holds; if the id stands in the file, the second
        is a fault.
        """
        row = replace(row, cells={name: cell for name, cell in row.cells.items() if cell})
        rows = self.rows.setdefault(row.table, {})
        first = rows.setdefault(row.key, row)
        if first is row:
            return True
        alike = all(first.cells.get(name, cell) == cell for name, cell in row.cells.items())
        if alike and (row.table != "figures" or row.cells == first.cells):
            rows[row.key] = replace(first, cells={**row.cells, **first.cells})
        elif row.named:
            column = str(TABLES[row.table].identity)
            values = {"column": column, "value": row.key[0], "first": first.at}
            self.find("duplicate-id", row.table, (*row.key, str(row.at)), row.at, **values)
        return False

    def has(self, table: str, identity: str) -> bool:
        """Whether a row of that id is proposed."""
        return (identity,) in self.rows.get(table, {})

    def find(
        self, rule: str, relation: str, key: tuple[str, ...], at: Address, **values: object
    ) -> None:
        """Keep a finding about the file."""
        self.findings.append(Finding(rules()[rule], relation, key, at, values))


class ClaimIds:
    """The ids of the claims of a file, by custom, and the statements it has already made."""

    def __init__(self, proposal: Proposal) -> None:
        self._proposal = proposal
        self._taken: Counter[str] = Counter()
        self._said: dict[tuple[str, ...], Address] = {}

    def given(self, custom: str, statement: tuple[str, ...], at: Address) -> str | None:
        """An id for a statement, with a number from the second on; None, and a note, for one that
        the file has made before."""
        before = self._said.setdefault((custom, *statement), at)
        if before is not at:
            values = {"value": custom, "first": before}
            self._proposal.find("statement-twice", "figures", (custom, str(at)), at, **values)
            return None
        self._taken[custom] += 1
        return custom + (f"--{self._taken[custom]}" if self._taken[custom] > 1 else "")


def _text(cell: object) -> str:
    if cell is None or cell is False:
        return ""
    if cell is True:
        return "yes"
    return unicodedata.normalize("NFC", str(cell))


def slug(text: str) -> str:
    """A text as an id: its Latin letters without accents and its digits, with hyphens between."""
    spelled = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED))
    plain = "".join(one for one in spelled if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def identity(*parts: str) -> str:
    """An id of several texts; one that grows too long is cut and told apart by a few digits."""
    whole = "-".join(filter(None, map(slug, parts)))
    if len(whole) <= _LONGEST_ID:
        return whole
    digits = hashlib.sha256(whole.encode()).hexdigest()[:6]
    return f"{whole[:_LONGEST_ID].strip('-')}-{digits}"


def label(text: str) -> str:
    """A text as a name: without the characters that nobody sees."""
    while (found := characters.hidden(text)) is not None:
        text = text.replace(found, "")
    return text
