"""`reconcile timeline`."""

from __future__ import annotations

import csv
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import (
    AsOf,
    Codebook,
    Country,
    Event,
    Form,
    FormOption,
    Measure,
    Since,
    Until,
    Victims,
    Workspace,
    database_of,
    day,
)
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    from reconcile.pages.sequence import Utterance

_COLUMNS = (
    *("event", "known_on", "source", "side", "measure", "victims", "stance", "low", "high"),
    *("act", "repeats", "answers", "corrected_on", "stands", "stated", "claim", "document"),
)


def timeline(
    workspace: Workspace = Path(),
    event: Event = None,
    country: Country = None,
    since: Since = None,
    until: Until = None,
    measure: Measure = None,
    victims: Victims = None,
    source: Annotated[
        str | None, typer.Option(help="Only what this source says.", metavar="ID")
    ] = None,
    repeats: Annotated[
        bool, typer.Option("--repeats/--no-repeats", help="Tell repeats of a statement too.")
    ] = False,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    form: FormOption = Form.TEXT,
) -> None:
    """Tell who said what of an event, in the order of days.

    A source that corrects itself is told with what it said before. What has no date comes last.

    Examples:

      reconcile timeline --event boulikessi

      reconcile timeline --event djibo --measure killed --repeats

      reconcile timeline --event djibo --source jnim --format csv
    """
    with progress("reading the ledger"):
        from reconcile.pages.sequence import sequence
        from reconcile.pages.sourcing import known_source
        from reconcile.pipeline import read
        from reconcile.selection import Selection

        database = database_of(read(workspace), as_of, codebook)
        wanted = Selection(event, country, day(since), day(until), measure, victims)
        known_source(database, source)
        told = [
            one
            for one in sequence(database, wanted, repeats=repeats)
            if source in (None, one.source)
        ]
    if not told:
        typer.echo("no claim fits", err=True)
    elif form is Form.CSV:
        _print_csv(told)
    else:
        for _, of_event in groupby(told, key=lambda one: one.event):
            _print_event(list(of_event))


def _print_event(told: list[Utterance]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from reconcile.escape import terminal

    console = Console(highlight=False)
    console.print(
        Text.assemble(
            (terminal(told[0].event_name), "bold"), (terminal(f"  {told[0].event}"), "dim")
        )
    )
    table = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False)
    table.add_column("day", no_wrap=True, min_width=10)
    for head, ratio in (("who", 3), ("what", 2), ("says", 3), ("", 3)):
        table.add_column(head, ratio=ratio, overflow="fold")
    for one in told:
        cells = (one.known_on or "no date", one.source_name, one.title, one.says(), one.does())
        style = "" if one.stands else "dim"
        table.add_row(*(Text(terminal(cell), style) for cell in cells))
    console.print(table)
    console.print()


def _print_csv(told: list[Utterance]) -> None:
    from reconcile.escape import spreadsheet

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in told:
        low, high = (one.quantity.low, one.quantity.high) if one.quantity else (None, None)
        values = {"low": low, "high": high, "stands": "yes" if one.stands else "no"}
        cells = (values.get(name, getattr(one, name, None)) for name in _COLUMNS)
        writer.writerow([spreadsheet(cell) for cell in cells])
