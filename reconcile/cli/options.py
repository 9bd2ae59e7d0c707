"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import SparkSession

    from reconcile.ledger import Ledger

Workspace = Annotated[
    Path, typer.Argument(help="The workspace: a folder that holds claims/.", show_default="here")
]
WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", "-w", help="The workspace: a folder that holds claims/."),
]
Event = Annotated[
    str | None, typer.Option(help="Only events whose id or name contains this.", metavar="TEXT")
]
Country = Annotated[
    str | None, typer.Option(help="Only events in this country, as ML, BF, NE.", metavar="CODE")
]
Since = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only events of this day or later.", metavar="DATE"),
]
Until = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only events of this day or earlier.", metavar="DATE"),
]

Measure = Annotated[str | None, typer.Option(help="Only this measure, as killed.", metavar="ID")]
Victims = Annotated[
    str | None, typer.Option(help="Only this victim group, as soldiers.", metavar="ID")
]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only what had been said by this day.", metavar="DATE"),
]
Codebook = Annotated[
    str,
    typer.Option(
        help="What a word for a number is worth: literal, idiomatic, acled, isaf, ucdp, or a .toml"
        " file of yours.",
        metavar="NAME|FILE",
    ),
]
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        help="Also write a file, as json:told.json; any number of times.",
        metavar="FORMAT:PATH",
    ),
]
Who = Annotated[str, typer.Option(help="Who accepts the finding.", metavar="NAME")]
Why = Annotated[str, typer.Option(help="Why, in a sentence.", metavar="REASON")]
Term = Annotated[
    dt.datetime | None,
    typer.Option(
        "--until",
        formats=["%Y-%m-%d"],
        help="The last day on which the waiver holds; without it there is none.",
        metavar="DATE",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the findings and nothing else.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say on stderr every step and how long it took.")
]


def _limit_memory(most: str | None) -> str | None:
    if most is not None:
        from reconcile.engine import limit_memory

        limit_memory(most)
    return most


MemoryLimit = Annotated[
    str | None,
    typer.Option(
        callback=_limit_memory,
        help="The most that the database may hold in memory, as 2GB; the rest lies in files"
        " meanwhile.",
        metavar="AMOUNT",
    ),
]


def _use_cache(wanted: bool) -> bool:
    from reconcile.reading.cache import use_cache

    use_cache(wanted)
    return wanted


Cache = Annotated[
    bool,
    typer.Option(
        "--cache/--no-cache",
        callback=_use_cache,
        help="Whether large files are read anew only where they or the program changed.",
    ),
]


class Form(StrEnum):
    """How a table is printed."""

    TEXT = "text"
    CSV = "csv"


FormOption = Annotated[Form, typer.Option("--format", "-f", help="text or csv.")]


class Engine(StrEnum):
    """What fills the views."""

    DUCKDB = "duckdb"
    SPARK = "spark"


EngineOption = Annotated[
    Engine, typer.Option(help="What fills the views; spark needs the extra spark and Java 17.")
]
Master = Annotated[
    str | None,
    typer.Option(
        help="Where Spark runs, as local[4] or spark://host:7077; without it as Spark is"
        " configured, else on this machine.",
        metavar="MASTER",
    ),
]


class FailOn(StrEnum):
    """The severity from which a check fails."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


class Language(StrEnum):
    """The languages of the product."""

    EN = "en"
    FR = "fr"


def day(moment: dt.datetime | None) -> dt.date | None:
    """The day of an option's moment."""
    return None if moment is None else moment.date()


def prefix(workspace: Path) -> str:
    """What makes an address of the workspace one that an editor finds from here."""
    return "" if workspace == Path() else f"{workspace.as_posix().rstrip('/')}/"


def database_of(
    ledger: Ledger, as_of: dt.datetime | None, codebook: str, *, quiet: bool = False
) -> duckdb.DuckDBPyConnection:
    """The database of a command; as of a day, stderr says how many claims have none."""
    from reconcile.database import connect_unfilled

    database = connect_unfilled(ledger, day(as_of), codebook)
    if as_of is not None and not quiet:
        _tell_undated(database, as_of)
    return database


def tell_undated(ledger: Ledger, as_of: dt.datetime) -> None:
    """Say on stderr how many claims bear no date and are left out as of a day."""
    with ledger.tables.shown() as tables:
        _tell_undated(tables, as_of)


def _tell_undated(database: duckdb.DuckDBPyConnection, as_of: dt.datetime) -> None:
    from reconcile.database import undated

    count = undated(database)
    typer.echo(f"as of {as_of.date()}; claims without a date are left out: {count}", err=True)


def spark_session(engine: Engine, master: str | None) -> SparkSession | None:
    """The session of Spark where that engine is asked for."""
    if engine is not Engine.SPARK:
        if master is not None:
            raise typer.BadParameter("--master is for --engine spark")
        return None
    from reconcile.spark import started

    return started(master)


def known_format(name: str, formats: Collection[str], option: str = "--format") -> None:
    """Refuse the name of a format that is none of `formats`."""
    if name not in formats:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(formats)}", param_hint=option)


def outputs(told: Iterable[str], formats: Collection[str]) -> list[tuple[str, Path]]:
    """What each --output asks for; a folder that is not there is said before the long run."""
    from reconcile.finding import ReconcileError

    asked: list[tuple[str, Path]] = []
    for one in told:
        name, colon, path = one.partition(":")
        if not colon or not path:
            raise typer.BadParameter(f"{one!r} is not FORMAT:PATH", param_hint="--output")
        known_format(name, formats, "--output")
        if Path(path) in (before for _, before in asked):
            raise typer.BadParameter(f"{path} is asked for twice", param_hint="--output")
        if not Path(path).parent.is_dir():
            raise ReconcileError(f"{path} cannot be written: there is no folder for it")
        asked.append((name, Path(path)))
    return asked


def write(path: Path, told: str | bytes) -> None:
    """Write a file that was asked for, whole or not at all.

    A device, a pipe and a link such as /dev/stdout are written to as they are. Raises
    ReconcileError where it cannot be written.
    """
    from reconcile.finding import ReconcileError
    from reconcile.replacing import Replacement, replace_all

    data = told.encode("utf-8") if isinstance(told, str) else told
    try:
        if not path.parent.is_dir():
            raise ReconcileError(f"{path} cannot be written: there is no folder for it")
        if path.is_symlink() or (path.exists() and not path.is_file()):
            path.write_bytes(data)
        else:
            before = path.read_bytes() if path.exists() else None
            replace_all([Replacement(path, before, data)])
    except OSError as fault:
        raise ReconcileError(f"{path} cannot be written: {fault.strerror}") from None
