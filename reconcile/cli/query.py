"""`reconcile sql`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

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
)
from reconcile.cli.progress import progress

_NARROWEST = 12


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT over the tables and views.")],
    workspace: WorkspaceOption = Path(),
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, also on a terminal.")] = False,
    engine: EngineOption = Engine.DUCKDB,
    master: Master = None,
    memory_limit: MemoryLimit = None,
    cache: Cache = True,
) -> None:
    """Ask the tables and views of a ledger with SQL, that of DuckDB or of Spark.

    Prints a table on a terminal, or the rows one below the other where it is too narrow, and CSV
    elsewhere. `reconcile explain` lists the relations. Nothing outside the ledger can be read, and
    nothing is written.

    Examples:

      reconcile sql "SELECT event, status, gap FROM event_conflict ORDER BY gap DESC LIMIT 10"

      reconcile sql "SELECT * FROM standing WHERE side = 'insurgent'" --csv > insurgent.csv

      reconcile sql "SELECT side, COUNT(*) FROM standing GROUP BY ALL" --engine spark
    """
    session = spark_session(engine, master)
    with progress("reading the ledger"):
        from reconcile.database import ask
        from reconcile.pipeline import check, read

        ledger = read(workspace)
        database = database_of(ledger, as_of, codebook)
        check(ledger, database, expectations=False)
    if session is None:
        names, rows = ask(database, query)
    else:
        from reconcile.spark import ask as ask_spark

        with progress("asking Spark"):
            names, rows = ask_spark(database, session, query)
    if as_csv or not sys.stdout.isatty():
        _print_csv(names, rows)
    else:
        _print_table(names, rows)


def _print_csv(names: list[str], rows: list[tuple[object, ...]]) -> None:
    from reconcile.escape import spreadsheet

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([spreadsheet(_flat(cell)) for cell in row] for row in rows)


def _print_table(names: list[str], rows: list[tuple[object, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from reconcile.escape import terminal

    console = Console(highlight=False)
    cells = [[terminal(_flat(cell) or "") for cell in row] for row in rows]
    if len(names) * _NARROWEST > console.width:
        for at, row in enumerate(cells, 1):
            console.print(Text(f"{at}.", "bold"))
            for name, cell in zip(names, row, strict=True):
                console.print(Text(f"   {terminal(name)}: {cell}"))
    else:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for at, name in enumerate(names):
            numbers = all(isinstance(row[at], int | float | None) for row in rows)
            head = Text(terminal(name))
            table.add_column(head, justify="right" if numbers else "left", overflow="fold")
        for row in cells:
            table.add_row(*map(Text, row))
        console.print(table)
    console.print(Text(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", "dim"))


def _flat(cell: object) -> str | None:
    if cell is None:
        return None
    return "; ".join(map(str, cell)) if isinstance(cell, list) else str(cell)
