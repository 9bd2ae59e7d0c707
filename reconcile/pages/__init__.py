"""The discrepancy report: views into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile.finding import Findings, ReconcileError
from reconcile.ledger import Ledger

if TYPE_CHECKING:
    import duckdb

    from reconcile.pages.changes import Changes
    from reconcile.selection import Selection

FORMS = ("html", "md")
"""The forms of the report: one file of HTML that loads nothing, or Markdown."""


def report(
    ledger: Ledger,
    findings: Findings,
    db: duckdb.DuckDBPyConnection | None = None,
    *,
    selection: Selection | None = None,
    changes: Changes | None = None,
    form: str = "md",
    language: str = "en",
) -> str:
    """The discrepancy report: the first page, then each event and each source.

    `findings` are those of `reconcile.check`; `db` a database made by `reconcile.connect` (made
    here if None); `selection` narrows the events; `changes` says what
    changed (`reconcile.pages.changes`); `form` is "html" or "md", `language` "en" or
    "fr". The same ledger gives the same bytes. Raises ReconcileError for another form or language.
    """
    from reconcile.database import connect_unfilled
    from reconcile.pages import hypertext, markdown
    from reconcile.pages.catalogue import LANGUAGES
    from reconcile.pages.discrepancies import gather
    from reconcile.selection import Selection

    for wanted, known in ((form, FORMS), (language, LANGUAGES)):
        if wanted not in known:
            raise ReconcileError(f"no report in {wanted!r}; there are {', '.join(known)}")
    told = gather(
        ledger, findings, db or connect_unfilled(ledger), selection or Selection(), changes
    )
    render = hypertext.render if form == "html" else markdown.render
    return render(told, language)
