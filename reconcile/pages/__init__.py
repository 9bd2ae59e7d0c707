"""The discrepancy report: views into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile.finding import Findings
from reconcile.ledger import Ledger

if TYPE_CHECKING:
    import duckdb

    from reconcile.pages.selection import Selection


def report(
    ledger: Ledger,
    findings: Findings,
    db: duckdb.DuckDBPyConnection | None = None,
    *,
    selection: Selection | None = None,
) -> str:
    """The discrepancy report as Markdown: the first page, then every contested event.

    `findings` are those of `reconcile.check`; `db` a database made by `reconcile.connect` (made
    here if None); `selection` narrows the events. The same ledger gives the same bytes.
    """
    from reconcile.database import connect
    from reconcile.pages.markdown import render
    from reconcile.pages.selection import Selection

    return render(ledger, findings, db or connect(ledger), selection or Selection())
