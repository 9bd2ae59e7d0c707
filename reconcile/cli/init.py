"""`reconcile init`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.options import Workspace


def init(
    workspace: Workspace = Path(),
    example: Annotated[
        bool, typer.Option("--example", help="Put the Sahel ledger of 2025 into it, to try.")
    ] = False,
) -> None:
    """Make a workspace: claims/ with its tables and headers.

    Its README.md describes the format. The trees of victims and measures come filled; with
    --example the whole Sahel ledger does. Nothing that is there is touched: a folder that
    already holds claims/ is refused.

    Examples:

      reconcile init my-ledger

      reconcile init --example sahel
    """
    from reconcile.bundled import content, empty_ledger
    from reconcile.finding import ReconcileError

    claims = workspace / "claims"
    if claims.exists():
        raise ReconcileError(f"{claims} is there already; nothing was changed")
    shipped = content("claims")
    texts = empty_ledger()
    if example:
        found = [*shipped.glob("*.csv"), *shipped.glob("*/*.csv"), shipped / "README.md"]
        texts = {path.relative_to(shipped).as_posix(): path.read_bytes() for path in sorted(found)}
    try:
        for file, text in texts.items():
            (claims / file).parent.mkdir(parents=True, exist_ok=True)
            (claims / file).write_bytes(text)
    except OSError as fault:
        raise ReconcileError(f"{claims} cannot be made: {fault.strerror}") from None
    typer.echo(
        f"made {claims} with {len(texts)} files; its README.md describes every column", err=True
    )
    typer.echo(f"next: reconcile check {shlex.quote(str(workspace))}", err=True)
