"""`reconcile init`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.options import Workspace

_VOCABULARIES = ("victims", "measures")


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
    from reconcile.bundled import content
    from reconcile.finding import ReconcileError
    from reconcile.tables import TABLES

    claims = workspace / "claims"
    if claims.exists():
        raise ReconcileError(f"{claims} is there already; nothing was changed")
    shipped = content("claims")
    texts: dict[Path, bytes] = {}
    if example:
        found = [*shipped.glob("*.csv"), *shipped.glob("*/*.csv")]
        texts = {path.relative_to(shipped): path.read_bytes() for path in sorted(found)}
    else:
        for table in TABLES.values():
            file = Path(f"{table.name}.csv")
            header = ",".join(column.name for column in table.columns) + "\n"
            texts[file] = (
                (shipped / file).read_bytes() if table.name in _VOCABULARIES else header.encode()
            )
    described = (shipped / "README.md").read_text("utf-8")
    texts[Path("README.md")] = (described if example else _format_of(described)).encode()
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


def _format_of(described: str) -> str:
    """What the README of the shipped ledger says of the format, without what is of that ledger."""
    begins = described.index("## How a file is written")
    ends = described.index("## Licences")
    return f"# A ledger of claims\n\n{described[begins:ends].rstrip()}\n"
