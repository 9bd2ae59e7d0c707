"""`reconcile compare`."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reconcile.cli.options import (
    AsOf,
    Cache,
    Codebook,
    Country,
    Event,
    Form,
    FormOption,
    Measure,
    MemoryLimit,
    Since,
    Until,
    Victims,
    Workspace,
    database_of,
    day,
)
from reconcile.cli.progress import progress

_EVENT_COLUMNS = (
    *("event", "name", "country", "starts_on", "measure", "victims", "status", "gap", "side"),
    *("source", "stance", "says", "low", "high", "readings", "known_on", "stated", "claim"),
    *("document", "url"),
)

if TYPE_CHECKING:
    from reconcile.pages.account import EventAccount


class By(StrEnum):
    """What one row of a comparison stands for."""

    EVENT = "event"
    COUNTRY = "country"
    MONTH = "month"


def compare(
    workspace: Workspace = Path(),
    by: Annotated[By, typer.Option(help="A row for each event, country or month.")] = By.EVENT,
    event: Event = None,
    country: Country = None,
    since: Since = None,
    until: Until = None,
    measure: Measure = None,
    victims: Victims = None,
    contested: Annotated[
        bool, typer.Option("--contested", help="Only events on which claims conflict.")
    ] = False,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    memory_limit: MemoryLimit = None,
    cache: Cache = True,
    form: FormOption = Form.TEXT,
) -> None:
    """Set official and insurgent figures side by side.

    The other voices stand beside them. By event: what each voice says of each measure and
    victim group. By country or month: over how many events each side gives a figure, and what
    both say where both do.

    Examples:

      reconcile compare --event boulikessi

      reconcile compare --contested --country ML

      reconcile compare --by country --measure killed
    """
    with progress("reading the ledger"):
        from reconcile.pages.account import accounts
        from reconcile.pipeline import read
        from reconcile.selection import Selection
        from reconcile.totals.by_side import totals

        database = database_of(read(workspace), as_of, codebook)
        wanted = Selection(event, country, day(since), day(until), measure, victims, contested)
        told = accounts(database, wanted) if by is By.EVENT else totals(database, wanted, by)
    if not told:
        typer.echo("no event fits", err=True)
    elif form is Form.CSV:
        _print_csv(told, by)
    elif by is By.EVENT:
        _print_events(told)  # type: ignore[arg-type]
    else:
        _print_totals(told, by)


def _print_events(told: list[EventAccount]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from reconcile.escape import terminal
    from reconcile.pages.saying import SIDES, attributed, when

    console = Console(highlight=False)
    for account in told:
        place = f", {account.country}" if account.country else ""
        console.print(
            Text.assemble(
                (terminal(account.name), "bold"),
                terminal(f", {when(account)}{place}"),
                (terminal(f"  {account.event}"), "dim"),
            )
        )
        if account.cells:
            table = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False, show_lines=True)
            for head, ratio in (("", 2), ("official", 4), ("insurgent", 4), ("others", 5)):
                table.add_column(head, ratio=ratio, overflow="fold")
            for cell in account.cells:
                if not cell.voices:
                    continue
                others = [
                    line
                    for side in list(SIDES)[2:]
                    if cell.by(side)
                    for line in (f"{SIDES[side]}:", *map(attributed, cell.by(side)))
                ]
                sides = [
                    [attributed(voice) for voice in cell.by("government")],
                    [attributed(voice) for voice in cell.by("insurgent")],
                    others,
                ]
                title = terminal(cell.title.en)
                if cell.gap:
                    title += f"\n{cell.gap} apart"
                table.add_row(
                    Text(title), *(Text("\n".join(map(terminal, side)) or "·") for side in sides)
                )
            console.print(table)
        for broken in account.contradictions:
            console.print(Text(terminal(f"cannot all hold: {broken.text()}")))
        for share in account.shares:
            console.print(Text(terminal(f"parts: {share.text()}"), "dim"))
        for moved in account.moved:
            figure = moved.quantity.text() if moved.quantity else "no number"
            times = f"{moved.readings} readings" if moved.readings > 1 else "1 reading"
            line = (
                f"moved here by relays ({times}): {moved.title.en} {figure}, said by "
                f"{moved.source_name} of {moved.said_of}"
            )
            console.print(Text(terminal(line), "dim"))
        console.print()


def _print_totals(told: list[Any], by: By) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from reconcile.escape import terminal

    table = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False)
    table.add_column(by.value)
    for head in ("who", "official", "insurgent", "where both speak: official against insurgent"):
        table.add_column(head, overflow="fold")
    for one in told:
        table.add_row(*(Text(terminal(cell)) for cell in one.cells()))
    console = Console(highlight=False)
    console.print(table)
    console.print(
        Text(
            "Sums of the lowest and of the highest figure of each event; “or more” where one has no"
            " bound. Period totals and strengths are not added, nor a whole beside its parts.",
            "dim",
        )
    )


def _print_csv(told: list[Any], by: By) -> None:
    from reconcile.escape import spreadsheet
    from reconcile.pages.saying import saying

    writer = csv.writer(sys.stdout, lineterminator="\n")
    if by is not By.EVENT:
        writer.writerow(told[0].header(by.value))
        writer.writerows([spreadsheet(cell) for cell in one.values()] for one in told)
        return
    writer.writerow(_EVENT_COLUMNS)
    for account in told:
        for cell in account.cells:
            for voice in cell.voices:
                low, high = (
                    (voice.quantity.low, voice.quantity.high) if voice.quantity else (None, None)
                )
                row = (
                    account.event,
                    account.name,
                    account.country,
                    account.starts_on,
                    cell.measure,
                    cell.victims,
                    cell.status,
                    cell.gap,
                    voice.side,
                    voice.source,
                    voice.stance,
                    saying(voice),
                    low,
                    high,
                    voice.readings,
                    voice.known_on,
                    voice.stated,
                    voice.claim,
                    voice.document,
                    voice.url,
                )
                writer.writerow([spreadsheet(one) for one in row])
