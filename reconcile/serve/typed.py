"""What was typed into the form that records claims, and the rows that it means."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reconcile.reading import characters
from reconcile.reading.records import stripped
from reconcile.tables import TABLES

WRITTEN = ("documents", "sources", "events", "figures")
"""The tables that the form has fields for, in the order in which it asks for them."""

MOST = 20
"""The most rows of one table in a form."""

PROPOSED = "proposed"
"""The field that keeps the id that was proposed for a row, so that a changed one is known."""

_FIELD = re.compile(r"(documents|sources|events|figures)-([0-9]{1,2})-([a-z][a-z0-9_]*)")
_PLAIN = ("document", "because", "key", "seen")

Row = dict[str, str]
"""The cells of a row as they were typed, by column, without the empty ones."""


@dataclass(frozen=True)
class Typed:
    """The fields of the form.

    `tables` holds the rows by table: every claim, and of the others those that hold something.
    `document` is the known document that was chosen, `key` what this form alone bears, `seen` the
    mark of what was shown before it may be saved.
    """

    tables: Mapping[str, tuple[Row, ...]]
    document: str = ""
    because: str = ""
    key: str = ""
    seen: str = ""

    @classmethod
    def of(cls, fields: Iterable[tuple[str, str]]) -> Typed:
        """What the fields of a form say; those that the form does not have are passed over."""
        rows: dict[str, dict[int, Row]] = {table: {} for table in WRITTEN}
        plain: dict[str, str] = {}
        for name, told in fields:
            cell = stripped(told)
            if name in _PLAIN:
                plain[name] = cell
            elif (found := _FIELD.fullmatch(name)) and cell and column_known(found[1], found[3]):
                rows[found[1]].setdefault(int(found[2]), {})[found[3]] = cell
            elif found and found[1] == "figures":
                rows["figures"].setdefault(int(found[2]), {})
        tables = {
            table: tuple(row for _, row in sorted(those.items()))[:MOST]
            for table, those in rows.items()
        }
        return cls({**tables, "figures": tables["figures"] or ({},)}, **plain)

    def without(self, claim: int) -> Typed:
        """The same without one of its claims; the last one stays."""
        figures = self.tables["figures"]
        kept = tuple(row for at, row in enumerate(figures) if at != claim)
        return replace(self, tables={**self.tables, "figures": kept or figures})

    def with_claim(self) -> Typed:
        """The same with one more claim, of the event, the source and the day of the last."""
        figures = self.tables["figures"]
        taken = ("event", "source", "asserted_on", "measure")
        further = {name: figures[-1][name] for name in taken if name in figures[-1]}
        return replace(self, tables={**self.tables, "figures": (*figures, further)[:MOST]})

    @property
    def mark(self) -> str:
        """The mark of all rows as they are typed: another where a cell is another."""
        told = json.dumps([self.document, [self.tables[name] for name in WRITTEN]], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def rows(self) -> dict[str, list[Row]]:
        """The rows to be written by table, every claim with its document."""
        told = {
            table: [{name: cell for name, cell in row.items() if name != PROPOSED} for row in those]
            for table, those in self.tables.items()
        }
        new = told["documents"]
        document = self.document or (new[0].get("document", "") if new else "")
        for row in told["figures"]:
            if document:
                row["document"] = document
        return told

    def shown(self) -> Typed:
        """The same as a page shows it again: a control character is a space there."""
        tables = {
            name: tuple({at: _one_line(cell) for at, cell in row.items()} for row in rows)
            for name, rows in self.tables.items()
        }
        return replace(
            self,
            tables=tables,
            document=_one_line(self.document),
            because=_one_line(self.because),
        )


def column_known(table: str, column: str) -> bool:
    """Whether the form has a field for a column of a table."""
    if column == PROPOSED:
        return True
    if (table, column) == ("figures", "document"):
        return False
    return any(one.name == column for one in TABLES[table].columns)


def _one_line(cell: str) -> str:
    return "".join(" " if characters.control(one) else one for one in cell)
