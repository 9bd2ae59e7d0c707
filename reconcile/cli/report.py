"""`reconcile report`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import (
    AsOf,
    Cache,
    Codebook,
    Country,
    Event,
    Language,
    MemoryLimit,
    Since,
    Until,
    Workspace,
    database_of,
    day,
    write,
)
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    import duckdb

    from reconcile.selection import Selection

_PAGES = (".html", ".md")
_FORMS = (*_PAGES, ".xlsx", ".json")


def report(
    workspace: Workspace = Path(),
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file to write; its ending chooses the form: .html, .md, or the data behind"
            " it as .xlsx or .json. Without it Markdown goes to stdout.",
        ),
    ] = None,
    event: Event = None,
    country: Country = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    memory_limit: MemoryLimit = None,
    cache: Cache = True,
    changed_since: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Say what has been said after this day.", metavar="DATE"
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Say what changed from the ledger of this workspace.", metavar="FOLDER"),
    ] = None,
    language: Annotated[
        Language, typer.Option("--language", help="The language of the pages.")
    ] = Language.EN,
    expectations: Annotated[
        bool, typer.Option("--expectations/--no-expectations", help="Put the expectations too.")
    ] = True,
) -> None:
    """Write the discrepancy report.

    One file: the first page, every event with all that is said of it, every source, a map. The
    HTML needs no network and no script and prints on A4.

    Examples:

      reconcile report -o discrepancies.html

      reconcile report -o divergences.html --language fr --country ML --since 2025-05-01

      reconcile report -o discrepancies.html --changed-since 2025-06-04

      reconcile report -o discrepancies.xlsx --as-of 2025-06-04
    """
    if output is not None and output.suffix not in _FORMS:
        raise typer.BadParameter(
            f"{output} does not end in {', '.join(_FORMS[:-1])} or {_FORMS[-1]}",
            param_hint="--output",
        )
    if changed_since is not None and against is not None:
        raise typer.BadParameter("give --changed-since or --against, not both")
    if (changed_since or against) and output is not None and output.suffix not in _PAGES:
        raise typer.BadParameter(
            f"changes are told on pages, and {output} is none; write {' or '.join(_PAGES)}"
        )
    doing = "reading, checking and writing (loading Great Expectations takes a second or two)"
    with progress(doing):
        from reconcile.pages import changes as changes_of
        from reconcile.pages import report as pages
        from reconcile.pipeline import check, read
        from reconcile.selection import Selection

        ledger = read(workspace)
        database = database_of(ledger, as_of, codebook)
        findings = check(ledger, database, expectations=expectations, today=dt.date.today())
        wanted = Selection(event, country, day(since), day(until))
        changes = None
        if changed_since is not None:
            changes = changes_of.changed_since(ledger, database, changed_since.date())
        elif against is not None:
            changes = changes_of.changed_against(ledger, database, against)
        suffix = ".md" if output is None else output.suffix
        if suffix in _PAGES:
            told = pages(
                ledger,
                findings,
                database,
                selection=wanted,
                changes=changes,
                form=suffix[1:],
                language=language.value,
            ).encode()
        else:
            told = _data(database, wanted, suffix)
    if output is None:
        sys.stdout.write(told.decode())
        return
    write(output, told)
    typer.echo(f"wrote {output}", err=True)


def _data(database: duckdb.DuckDBPyConnection, wanted: Selection, suffix: str) -> bytes:
    """The views behind the pages, every row with its file and line."""
    from reconcile.database import asked, execute
    from reconcile.exchange.document import document
    from reconcile.exchange.relation import relations
    from reconcile.exchange.workbook import workbook

    told = relations(database, wanted.events(database) if wanted.narrows else None)
    about = asked(database)
    if suffix == ".json":
        return "".join(document(told, about)).encode()
    newest = execute(database, "SELECT MAX(known_on) FROM claim").fetchone()
    return workbook(told, newest[0] if newest else None)
