"""`reconcile totals`."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from enum import StrEnum
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
    Victims,
    Workspace,
    database_of,
    day,
    prefix,
)
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    from reconcile.totals.by_rule import RuleTotal, RuleTotals
    from reconcile.totals.weighing import Weighed


class By(StrEnum):
    """What figures are added up over."""

    VICTIMS = "victims"
    EVENT = "event"
    COUNTRY = "country"
    MONTH = "month"


class Form(StrEnum):
    """How totals are printed."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


def totals(
    workspace: Workspace = Path(),
    by: Annotated[
        By, typer.Option(help="A total for each event, country or month, else for all together.")
    ] = By.VICTIMS,
    event: Event = None,
    country: Country = None,
    since: Since = None,
    until: Until = None,
    measure: Measure = None,
    victims: Victims = None,
    conclude: Annotated[
        str | None,
        typer.Option(
            help="A conclusion to try: two rules, or a rule and a number, with > or < between.",
            metavar="'RULE > RULE'",
        ),
    ] = None,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    form: Annotated[Form, typer.Option("--format", "-f", help="text, csv or json.")] = Form.TEXT,
) -> None:
    """Add figures up under every rule, side by side, with the range over the rules.

    A rule says which number stands for the several claims on an event (reconcile explain median).
    Nobody is counted twice, except in the plain sum of all reports.

    --conclude says whether a conclusion holds of the events selected, by how much, and names claims
    without which it turns round: all of them together do it, no fewer of them would. They are taken
    from what stands; a figure that one of them corrected does not come back.

    Examples:

      reconcile totals --measure killed --victims soldiers

      reconcile totals --by country --since 2025-05-01 --format csv

      reconcile totals --measure killed --victims soldiers --conclude 'mode>900'
    """
    if conclude is not None and by is not By.VICTIMS:
        raise typer.BadParameter("a conclusion is on the whole selection", param_hint="--by")
    with progress("reading the ledger"):
        from reconcile.pipeline import read
        from reconcile.selection import Selection
        from reconcile.totals.by_rule import rule_totals
        from reconcile.totals.conclusion import conclusion
        from reconcile.totals.weighing import weigh

        concluded = None if conclude is None else conclusion(conclude)
        database = database_of(read(workspace), as_of, codebook)
        wanted = Selection(event, country, day(since), day(until), measure, victims)
        told = rule_totals(database, wanted, by) if concluded is None else []
        weighed = None if concluded is None else weigh(database, wanted, concluded)
    if weighed is not None:
        certificate = _certificate(weighed, prefix(workspace))
        if form is Form.TEXT:
            _print_weighed(weighed, certificate)
        else:
            _print_rows(certificate, form)
    elif told and form is Form.TEXT:
        _print_tables(told)
    elif told:
        _print_rows([_row(one, rule) for one in told for rule in one.rules], form)
    else:
        typer.echo("nobody gives a figure there", err=True)


def _row(one: RuleTotals, rule: RuleTotal) -> dict[str, object]:
    return {"group": one.group, "measure": one.measure, "victims": one.victims} | asdict(rule)


def _certificate(told: Weighed, folder: str) -> list[dict[str, object]]:
    """A row for each claim of the set that turns the conclusion; one row where there is no set."""
    drawn = {
        "conclusion": str(told.conclusion),
        "of": told.title,
        "events": told.events,
        "left": told.left,
        "right": told.right,
        "holds": told.holds,
        "exact": told.exact,
    }
    if told.turning is None:
        none = ("left_without", "right_without", "events_without", "at", "claim", "event")
        return [drawn | dict.fromkeys((*none, "source", "stated", "number"))]
    return [
        drawn
        | {
            "left_without": told.turning.left,
            "right_without": told.turning.right,
            "events_without": told.turning.events,
            "at": f"{folder}{one.at}",
            "claim": one.claim,
            "event": one.event,
            "source": one.source_name,
            "stated": one.stated,
            "number": one.quantity.text(),
        }
        for one in told.turning.removed
    ]


def _print_rows(rows: list[dict[str, object]], form: Form) -> None:
    from reconcile.escape import spreadsheet

    told = [{name: _whole(cell) for name, cell in row.items()} for row in rows]
    if form is Form.JSON:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(told[0])
    writer.writerows([spreadsheet(cell) for cell in row.values()] for row in told)


def _whole(cell: object) -> object:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _print_tables(told: list[RuleTotals]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from reconcile.escape import terminal
    from reconcile.totals.by_rule import people, span, worded

    console = Console(highlight=False)
    for one in told:
        head = f"{one.group}, {one.title}" if one.group else one.title
        head += f": {span(one.least, one.most)} by the rules"
        if one.aside:
            head += f", {one.spoken - one.aside} of {one.spoken} events added"
        console.print(Text(terminal(head), "bold"))
        table = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False)
        table.add_column("rule")
        for column in ("total", "as worded", "events", "silent on", "range there"):
            table.add_column(column, justify="right", overflow="fold")
        for rule in one.rules:
            told_there = (people(rule.number), worded(rule.low, rule.high))
            counts = (str(rule.events or "·"), str(rule.silent or "·"))
            table.add_row(rule.rule, *told_there, *counts, span(rule.least, rule.most))
        console.print(table)
        console.print()
    console.print(Text(_FOOT, "dim"))


_FOOT = (
    "A total, how far the words of its claims leave it open (31+ is 31 or more), and what the"
    " rules range over on the events that it adds. Where a rule is silent, others give a figure."
    " Strengths and period totals are not added, nor wholes of which parts are told; all-reports"
    " adds all, and counts people twice. What a rule draws: reconcile explain median."
)


def _print_weighed(told: Weighed, certificate: list[dict[str, object]]) -> None:
    from reconcile.escape import terminal
    from reconcile.totals.weighing import sentences

    for line in sentences(told):
        typer.echo(terminal(line))
    for row in certificate if told.turning else ():
        words = f"{row['at']}: {row['source']}: “{row['stated']}” ({row['number']}), {row['event']}"
        typer.echo(f"  {terminal(words)}")
