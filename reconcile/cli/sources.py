"""`reconcile sources`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import (
    AsOf,
    Codebook,
    Country,
    Form,
    FormOption,
    Workspace,
    database_of,
)
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    from reconcile.pages.sourcing import Table, Tendencies

_WORDS = ("source", "other source", "party, source", "of")


def sources(
    workspace: Workspace = Path(),
    pair: Annotated[
        bool, typer.Option("--pair", help="Each pair of sources that speak of one cell.")
    ] = False,
    country: Country = None,
    source: Annotated[str | None, typer.Option(help="Only this source.", metavar="ID")] = None,
    least: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Only rows on at least this many events; 5 unless --country or --source is given.",
            metavar="EVENTS",
        ),
    ] = None,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    form: FormOption = Form.TEXT,
) -> None:
    """Show how each named source tends to speak, and who is silent.

    Its own losses, the enemy's and those of third parties stand apart. In brackets stands the
    number of events behind a figure; nothing is said on fewer than five. With a country: how
    each party and its sources speak of the events there.

    Examples:

      reconcile sources

      reconcile sources --country ML

      reconcile sources --pair --source jnim --format csv
    """
    if pair and country is not None:
        raise typer.BadParameter("pairs are told over all countries", param_hint="--pair")
    with progress("reading the ledger"):
        from reconcile.pages.sourcing import coverage, pairs, records
        from reconcile.pipeline import read

        database = database_of(read(workspace), as_of, codebook)
        if country is not None:
            told = coverage(database, country, source, least)
        else:
            told = (pairs if pair else records)(database, source, least)
    if form is Form.CSV:
        _print_csv(told)
    else:
        for table in told.tables:
            _print(table)
    if told.left:
        typer.echo(
            f"rows on fewer than {told.least} events, left out: {told.left}; see --least", err=True
        )
    elif not told.rows:
        typer.echo("no source fits", err=True)


def _print(told: Table) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    from reconcile.escape import terminal

    if not told.lines:
        return
    grid = Grid(box=box.HORIZONTALS, show_edge=False, pad_edge=False, collapse_padding=True)
    for head in told.heads:
        if head in _WORDS:
            grid.add_column(head, overflow="fold", no_wrap=head == "of")
        else:
            grid.add_column(head, justify="right")
    for line in told.lines:
        grid.add_row(*(Text(terminal(cell)) for cell in line))
    console = Console(highlight=False)
    console.print(grid)
    console.print(Text(told.legend, "dim"))
    console.print()


def _print_csv(told: Tendencies) -> None:
    from reconcile.escape import spreadsheet

    writer = csv.writer(sys.stdout, lineterminator="\n")
    if told.rows:
        writer.writerow(told.rows[0])
    writer.writerows([spreadsheet(cell) for cell in row.values()] for row in told.rows)
