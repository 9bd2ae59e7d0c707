"""`reconcile report`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.options import (
    AsOf,
    Codebook,
    Country,
    Event,
    Since,
    Until,
    Workspace,
    database_of,
    day,
)
from reconcile.cli.progress import progress


def report(
    workspace: Workspace = Path(),
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write, ending in .md; else stdout."),
    ] = None,
    event: Event = None,
    country: Country = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    expectations: Annotated[
        bool, typer.Option("--expectations/--no-expectations", help="Put the expectations too.")
    ] = True,
) -> None:
    """Write the discrepancy report.

    The first page, then every contested event.

    Examples:

      reconcile report -o discrepancies.md

      reconcile report --country ML --since 2025-05-01
    """
    if output is not None and output.suffix != ".md":
        raise typer.BadParameter(f"{output} does not end in .md", param_hint="--output")
    doing = "reading, checking and writing (loading Great Expectations takes some seconds)"
    with progress(doing):
        from reconcile.pages import report as write
        from reconcile.pages.selection import Selection
        from reconcile.pipeline import check, read

        ledger = read(workspace)
        database = database_of(ledger, as_of, codebook)
        findings = check(ledger, database, expectations=expectations, today=dt.date.today())
        selection = Selection(event, country, day(since), day(until))
        told = write(ledger, findings, database, selection=selection)
    if output is None:
        sys.stdout.write(told)
        return
    try:
        output.write_text(told, "utf-8")
    except OSError as fault:
        from reconcile.finding import ReconcileError

        raise ReconcileError(f"{output} cannot be written: {fault.strerror}") from None
    typer.echo(f"wrote {output}", err=True)
