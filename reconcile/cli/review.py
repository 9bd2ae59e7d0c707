"""`reconcile review`."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import Form, FormOption, Quiet, WorkspaceOption, prefix
from reconcile.cli.progress import Talk, progress

if TYPE_CHECKING:
    from reconcile.ledger import Ledger

_COLUMNS = ("claim", "state", "by", "on", "because", "source", "stated", "file", "line")
_SHOWN = ("claim", "state", "by", "on", "because", "says")


class Deed(StrEnum):
    """What can be done with a claim in review."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    RETRACT = "retract"


_DONE = {
    Deed.SUBMIT: "submitted",
    Deed.ACCEPT: "accepted",
    Deed.RETURN: "returned",
    Deed.RETRACT: "retracted",
}


def review(
    deed: Annotated[
        Deed | None,
        typer.Argument(help="submit, accept, return or retract.", metavar="ACT", show_default=""),
    ] = None,
    claim: Annotated[str | None, typer.Argument(help="The claim.", metavar="CLAIM")] = None,
    by: Annotated[str, typer.Option(help="Who acts.", metavar="NAME")] = "",
    because: Annotated[str, typer.Option(help="Why, in a sentence.", metavar="REASON")] = "",
    workspace: WorkspaceOption = Path(),
    form: FormOption = Form.TEXT,
    quiet: Quiet = False,
) -> None:
    """List the claims that wait for review, or act on one.

    Only an accepted claim counts, and one without a line in claims/journal.csv is accepted. A draft
    is submitted; a submitted claim is accepted, or returned and then submitted again; an accepted
    one can be retracted, for good, and its row stays. Whoever submits does not accept, once a
    second person is named in the journal. Nothing is written where the act may not follow.

    Examples:

      reconcile review

      reconcile review accept djibo--jnim--7 --by "I. Cissé" --because "As the communiqué has it"

      reconcile review return djibo--jnim--7 --by "I. Cissé" --because "Of the day before"

      reconcile review -w my-ledger --format csv
    """
    if deed is None:
        _list(workspace, form)
        return
    if claim is None:
        raise typer.BadParameter("name the claim to act on", param_hint="CLAIM")
    for option, told in (("--by", by), ("--because", because)):
        if not told.strip():
            raise typer.BadParameter("an act says who acts and why", param_hint=option)
    with progress("reading the ledger", Talk.of(quiet, False)):
        from reconcile.escape import terminal
        from reconcile.review import act_on

        now = dt.datetime.now(dt.UTC)
        at = act_on(workspace, claim, _DONE[deed], by=by, because=because, on=now)
    if not quiet:
        typer.echo(terminal(f"{claim} is {_DONE[deed]}, at {prefix(workspace)}{at}"), err=True)


def _list(workspace: Path, form: Form) -> None:
    with progress("reading the ledger"):
        from reconcile.journal import ACCEPTED, standing_aside
        from reconcile.pipeline import read

        ledger = read(workspace)
    rows = _rows(ledger)
    waiting = [row for row in rows if row["state"] not in (ACCEPTED, "retracted")]
    if form is Form.CSV:
        from reconcile.escape import spreadsheet

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([spreadsheet(row[name]) for name in _COLUMNS] for row in waiting)
    elif waiting:
        _print(waiting)
    beside = standing_aside(ledger)
    said = f"{len(waiting) or 'no'} claim{'' if len(waiting) == 1 else 's'} to look at"
    if beside.get("retracted"):
        said += f"; {beside['retracted']} retracted"
    if beside.get("repeating"):
        said += f"; {beside['repeating']} left out, for repeating one that does not count"
    typer.echo(said, err=True)


def _rows(ledger: Ledger) -> list[dict[str, str]]:
    """The claims that do not count, by the moment of the last act on them."""
    told = ledger.withheld.sort_values("on", kind="stable").fillna({"by": "", "on": ""})
    places = [ledger.address(int(row)) for row in told.index]
    rows = told[[*_COLUMNS[:-2]]].astype("str").to_dict("records")
    return [
        {str(name): cell for name, cell in row.items()} | {"file": at.file, "line": str(at.line)}
        for row, at in zip(rows, places, strict=True)
    ]


def _print(rows: list[dict[str, str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from reconcile.escape import terminal

    grid = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False, collapse_padding=True)
    for name in _SHOWN:
        grid.add_column(name, overflow="fold")
    for row in rows:
        told = row | {"on": row["on"][:10], "says": f"{row['source']}: {row['stated']}"}
        grid.add_row(*(Text(terminal(told[name])) for name in _SHOWN))
    Console(highlight=False).print(grid)
