"""Which rows of a large table may break a law, so that nobody looks at the others one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pandas as pd

from reconcile.engine import Connection, quoted
from reconcile.ledger import Ledger
from reconcile.tables import TABLES, Table

ANY_ROW = "TRUE"
"""That any row may break a law, in SQL."""


class Sieve:
    """The rows of a ledger's tables of which a law may be broken; the rest surely keep it."""

    def __init__(self, ledger: Ledger, database: Connection | None) -> None:
        self._ledger, self._database = ledger, database

    def suspects(self, table: Table, conditions: Iterable[str]) -> pd.DataFrame:
        """The rows of a table of which one of the conditions holds, in SQL.

        The conditions may read every table, and of each that has ids all that were read as
        `<table>_id(id)`. A table that is a frame already is given as a whole.
        """
        rows = self._ledger.tables.rows[table.name]
        if self._database is None or not rows.are_kept:
            return rows.frame
        asked = dict.fromkeys(conditions)
        if ANY_ROW in asked:
            return rows.frame
        return rows.where(self._database, " OR ".join(f"({one})" for one in asked) or "FALSE")


@contextmanager
def sieve(ledger: Ledger) -> Iterator[Sieve]:
    """The sieve of a ledger that was just loaded, while the context lasts."""
    if not any(rows.are_kept for rows in ledger.tables.rows.values()):
        yield Sieve(ledger, None)
        return
    with ledger.tables.shown() as database:
        for name, others in ledger.ids.others.items():
            if (identity := TABLES[name].identity) is not None:
                told = pd.DataFrame({"id": sorted(others)}, dtype="str")
                database.register(f"{name}_other", told)
                database.execute(
                    f"CREATE VIEW {name}_id AS SELECT {quoted(identity)} AS id FROM {name}"
                    f" UNION ALL SELECT id FROM {name}_other"
                )
        yield Sieve(ledger, database)
