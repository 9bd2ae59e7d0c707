"""`reconcile export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import (
    AsOf,
    Cache,
    Codebook,
    Engine,
    EngineOption,
    Master,
    MemoryLimit,
    WorkspaceOption,
    database_of,
    spark_session,
    write,
)
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    import duckdb

    from reconcile.ledger import Ledger

_TEXTS = ("csv", "json", "geojson")
_OF_VIEWS = ("csv", "parquet", "json", "xlsx", "geojson")
_WHOLE = {"geojson": ["event_side"]}
"""The views that a format of the whole ledger rests on, where these are not all of them."""


def export(
    format_: Annotated[
        str, typer.Argument(metavar="FORMAT", help="reconcile import --list names them.")
    ],
    relation: Annotated[
        str | None, typer.Argument(metavar="RELATION", help="A table or view, as event_gap.")
    ] = None,
    workspace: WorkspaceOption = Path(),
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write; a folder or .zip for a package."),
    ] = None,
    licence: Annotated[
        str, typer.Option(help="Under which a package is passed on.", metavar="NAME")
    ] = "",
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    engine: EngineOption = Engine.DUCKDB,
    master: Master = None,
    memory_limit: MemoryLimit = None,
    cache: Cache = True,
) -> None:
    """Give data away: workbook, CSV, Parquet, JSON, GeoJSON, data package.

    A package holds the whole ledger byte for byte and is sealed; reconcile verify says whether a
    byte was altered. The other formats hold no formula.

    Examples:

      reconcile export template -o to-fill-in.xlsx

      reconcile export csv event_gap > gaps.csv

      reconcile export package -o my-ledger.zip --licence CC-BY-4.0
    """
    from reconcile.finding import ReconcileError

    if output is None and format_ not in _TEXTS:
        raise typer.BadParameter(f"{format_} is no text: name a file with -o")
    if licence and format_ != "package":
        raise typer.BadParameter("--licence is for a package")
    if format_ == "package" and (as_of is not None or codebook != "literal"):
        raise typer.BadParameter(
            "a package is the whole ledger, byte for byte; leave --as-of and --codebook out"
        )
    if engine is Engine.SPARK and format_ not in _OF_VIEWS:
        raise typer.BadParameter(f"{format_} holds no view for Spark to fill; leave --engine out")
    session = spark_session(engine, master)
    with progress("reading the ledger"):
        from reconcile.exchange import export as exported
        from reconcile.pipeline import check, read

        ledger = read(workspace)
        if format_ == "package":
            if relation is not None:
                raise ReconcileError("a package is of the whole ledger; name no relation")
            assert output is not None
            _package(ledger, output, licence)
            return

        def database() -> duckdb.DuckDBPyConnection:
            made = database_of(ledger, as_of, codebook)
            check(ledger, made, expectations=False)
            if session is not None:
                from reconcile.spark import fill

                fill(made, session, _WHOLE.get(format_) if relation is None else [relation])
            return made

        told = exported(format_, ledger, database, relation)
    if output is None:
        sys.stdout.write(told.decode())
        return
    write(output, told)
    typer.echo(f"wrote {output}", err=True)


def _package(ledger: Ledger, output: Path, licence: str) -> None:
    from reconcile.exchange.package import export as files_of
    from reconcile.exchange.seal import SEAL, digest, zipped
    from reconcile.finding import ReconcileError
    from reconcile.replacing import Replacement, replace_all

    files = files_of(ledger, licence=licence)
    if output.suffix == ".zip":
        write(output, zipped(files))
    elif output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ReconcileError(f"{output} is there already and not empty; nothing was written")
    else:
        try:
            replace_all([Replacement(output / name, None, told) for name, told in files.items()])
        except OSError as fault:
            raise ReconcileError(f"{output} cannot be written: {fault.strerror}") from None
    typer.echo(f"wrote {output} with {len(files)} files", err=True)
    typer.echo(f"digest sha256:{digest(files[SEAL])}")
