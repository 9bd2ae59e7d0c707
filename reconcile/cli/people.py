"""`reconcile people`."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import WorkspaceOption

if TYPE_CHECKING:
    from reconcile.serve.people import Person


class Deed(StrEnum):
    """What can be done with somebody's token."""

    ADD = "add"
    RENEW = "renew"
    REMOVE = "remove"


class Role(StrEnum):
    """What a person may do in the service."""

    READER = "reader"
    RECORDER = "recorder"
    REVIEWER = "reviewer"


def people(
    deed: Annotated[
        Deed | None,
        typer.Argument(help="add, renew or remove.", metavar="ACT", show_default=""),
    ] = None,
    name: Annotated[
        str | None, typer.Argument(help="The name under which they act.", metavar="NAME")
    ] = None,
    role: Annotated[
        Role, typer.Option(help="A recorder may read too, a reviewer may do both.")
    ] = Role.READER,
    workspace: WorkspaceOption = Path(),
) -> None:
    """List who may record and review through the service, or give somebody a token.

    A token is printed once, on stdout, and kept as a hash in .reconcile/ of the workspace, which
    git ignores. Whoever is removed stays in the journal for what they did.

    Examples:

      reconcile people

      reconcile people add "A. Recorder" --role recorder

      reconcile people renew "A. Recorder"

      reconcile people remove "A. Recorder"
    """
    from reconcile.finding import ReconcileError
    from reconcile.ledger import FOLDER
    from reconcile.serve.people import People
    from reconcile.serve.people import Role as Given

    if not (workspace / FOLDER).is_dir():
        raise ReconcileError(f"{workspace} is no workspace: it has no folder {FOLDER}")
    known = People(workspace)
    if deed is None:
        _print(known.everyone())
        return
    if name is None:
        raise typer.BadParameter("say whose token it is", param_hint="NAME")
    if deed is Deed.REMOVE:
        known.remove(name)
        typer.echo("removed; what they did stays in the journal", err=True)
        return
    if deed is Deed.ADD:
        token = known.add(name, Given.of(role.value), dt.date.today())
    else:
        token = known.renew(name)
    typer.echo("this token is shown once:", err=True)
    typer.echo(token)


def _print(everyone: list[Person]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from reconcile.escape import terminal

    if not everyone:
        typer.echo("nobody has a token; reconcile people add NAME --role recorder", err=True)
        return
    table = Table("name", "role", "since", box=box.HORIZONTALS, show_edge=False, pad_edge=False)
    for one in everyone:
        cells = (one.name, one.role.word, one.added_on.isoformat())
        table.add_row(*(Text(terminal(cell)) for cell in cells))
    Console(highlight=False).print(table)
