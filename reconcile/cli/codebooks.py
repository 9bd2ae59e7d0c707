"""`reconcile codebooks`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import (
    AsOf,
    Codebook,
    Country,
    Event,
    Measure,
    Since,
    Until,
    Workspace,
    database_of,
    day,
)
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    from reconcile.pages.codebook_range import CodebookRange


def codebooks(
    workspace: Workspace = Path(),
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    event: Event = None,
    country: Country = None,
    since: Since = None,
    until: Until = None,
    measure: Measure = None,
    totals: Annotated[bool, typer.Option("--totals", help="Only the totals.")] = False,
) -> None:
    """Show how far the choice of codebook moves each event and total.

    A range runs from the lowest to the highest standing figure of a cell. Cells that no codebook
    moves are left out of the first table and counted below it; --codebook adds one of your own.

    Examples:

      reconcile codebooks

      reconcile codebooks --measure killed --totals
    """
    with progress("reading the ledger"):
        from reconcile.pages.codebook_range import cells, sums
        from reconcile.pipeline import read
        from reconcile.selection import Selection

        database = database_of(read(workspace), as_of, codebook)
        wanted = Selection(event, country, day(since), day(until), measure)
        moved, still = cells(database, wanted)
        summed = sums(database, wanted)
    if not totals:
        _print("event", moved)
        typer.echo(f"{still} cells are the same under every codebook\n")
    _print("total of", summed)
    typer.echo(
        "31+ is 31 or more. A total is the sum of the lowest and of the highest figure of each"
        " cell; period totals, strengths and wholes of which parts are told are left out."
    )


def _print(head: str, told: list[CodebookRange]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from reconcile.escape import terminal

    if not told:
        return
    table = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False)
    table.add_column(head, overflow="fold")
    table.add_column("who", overflow="fold")
    for name in told[0].ranges:
        table.add_column(terminal(Path(name).stem), justify="right", overflow="fold")
    for one in told:
        ranges = (Text(interval.short()) for interval in one.ranges.values())
        table.add_row(Text(terminal(one.group)), Text(terminal(one.title)), *ranges)
    Console(highlight=False).print(table)
