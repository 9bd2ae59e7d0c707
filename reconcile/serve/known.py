"""What a recorder may mean by what is typed: ids and names of the ledger, and the nearest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reconcile.finding import Text
from reconcile.ledger import Ledger
from reconcile.reading.table import near, nearest
from reconcile.serve.typed import Row, Typed

if TYPE_CHECKING:
    from reconcile.serve.drawn import Reader

OFFERED = 300
"""The most that a page offers for a field before anything is typed."""

_PROPOSALS = 20
_NAMED = {
    "events": ("event", "name", "starts_on DESC, event"),
    "sources": ("source", "name", "source"),
    "documents": ("document", "publisher || ': ' || title", "published_on DESC NULLS LAST, row"),
}
_CLAIMS = """
SELECT f.claim, s.name || ': ' || f.stated FROM figures AS f
INNER JOIN sources AS s ON s.source = f.source
WHERE f.event IN (SELECT UNNEST($events)) AND contains(lower(f.claim || ' ' || s.name), $text)
ORDER BY f.row DESC LIMIT $most
"""

Offer = list[tuple[str, str]]
"""Ids with what they are called."""


@dataclass(frozen=True)
class Known:
    """A ledger, and a cursor of its database."""

    ledger: Ledger
    cursor: Reader

    def offers(
        self, table: str, text: str = "", most: int = _PROPOSALS, events: Iterable[str] = ()
    ) -> Offer:
        """The rows of a table whose id or name holds `text`, the newest first; claims of events."""
        asked: dict[str, Any] = {"text": text.lower(), "most": most}
        if table == "figures":
            told = self.cursor.execute(_CLAIMS, {**asked, "events": list(events)})
        else:
            column, name, order = _NAMED[table]
            told = self.cursor.execute(
                f"SELECT {column}, {name} FROM {table} WHERE contains(lower({column} || ' ' ||"
                f" {name}), $text) ORDER BY {order} LIMIT $most",
                asked,
            )
        return [(str(one), str(name)) for one, name in told.fetchall()]

    def many(self, table: str) -> bool:
        """Whether a page cannot offer all rows of a table at once."""
        return len(self.ledger.ids[table]) > OFFERED

    def settled(self, typed: Typed) -> Typed:
        """The same with the id in place of a name, where one row of the ledger alone bears it."""
        columns = {"figures": ("event", "source"), "documents": ("origin",)}
        tables: dict[str, tuple[Row, ...]] = {**typed.tables}
        for table, names in columns.items():
            tables[table] = tuple(
                row | {name: self._id(_table(name), row[name]) for name in names if name in row}
                for row in tables[table]
            )
        document = self._id("documents", typed.document) if typed.document else ""
        return replace(typed, tables=tables, document=document)

    def nearest(self, table: str, text: str, fresh: Iterable[str]) -> Text:
        """Words that offer what is most like `text` of a table's names and ids, or nothing."""
        offered = near(text, {*self.ledger.ids[table], *fresh})
        if offered.en or table not in _NAMED:
            return offered
        column, name, _ = _NAMED[table]
        told = self.cursor.execute(f"SELECT {name}, {column} FROM {table}").fetchall()
        names: Mapping[str, str] = {str(called): str(one) for called, one in told}
        if (found := nearest(text, names)) is None:
            return offered
        called = f"{found} ({names[found]})"
        return Text(f"; did you mean {called}?", f" ; vouliez-vous dire {called} ?")

    def language_of(self, document: str) -> str | None:
        """The language of a document; None where it has none or is not known."""
        query = "SELECT language FROM documents WHERE document = $document"
        told = self.cursor.execute(query, {"document": document}).fetchone()
        return told[0] if told else None

    def _id(self, table: str, text: str) -> str:
        if text in self.ledger.ids[table]:
            return text
        column, name, _ = _NAMED[table]
        found = self.cursor.execute(
            f"SELECT {column} FROM {table} WHERE lower({name}) = $text LIMIT 2",
            {"text": text.lower()},
        ).fetchall()
        return str(found[0][0]) if len(found) == 1 else text


def _table(column: str) -> str:
    return "documents" if column == "origin" else f"{column}s"
