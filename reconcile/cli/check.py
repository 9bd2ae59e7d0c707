"""`reconcile check`."""

from __future__ import annotations

import datetime as dt
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import (
    AsOf,
    Cache,
    Codebook,
    Engine,
    EngineOption,
    FailOn,
    Language,
    Master,
    MemoryLimit,
    Outputs,
    Quiet,
    Verbose,
    database_of,
    day,
    known_format,
    outputs,
    prefix,
    spark_session,
    tell_undated,
    write,
)
from reconcile.cli.progress import Talk, progress

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from reconcile.formats.run import Checked, Run


def check(
    workspaces: Annotated[
        list[Path] | None,
        typer.Argument(
            help="The workspaces: folders that hold claims/.",
            show_default="here",
            metavar="WORKSPACE",
        ),
    ] = None,
    output_format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="What stdout gets: text, json, github, sarif, junit, gitlab or markdown.",
            metavar="FORMAT",
        ),
    ] = "text",
    output: Outputs = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit 1 if a finding is at or above this severity.")
    ] = FailOn.ERROR,
    expectations: Annotated[
        bool,
        typer.Option(
            "--expectations/--no-expectations", help="Put the expectations too, or the laws alone."
        ),
    ] = True,
    changed_since: Annotated[
        str | None,
        typer.Option(
            help="Annotate (github) only lines changed since this git revision; all is checked.",
            metavar="REV",
        ),
    ] = None,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    language: Annotated[Language, typer.Option(help="The language of the messages.")] = Language.EN,
    engine: EngineOption = Engine.DUCKDB,
    master: Master = None,
    memory_limit: MemoryLimit = None,
    cache: Cache = True,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Find what breaks a law or wants a second look.

    The rows are held to the laws, the expectations put to the views. Prints every finding with
    file and line. Exit 0: nothing at or above --fail-on; 1: findings; 2: the run failed.

    Examples:

      reconcile check

      reconcile check my-ledger --fail-on warning -o sarif:findings.sarif -o junit:findings.xml

      reconcile check ledgers/mali ledgers/niger --format github --changed-since origin/main

      reconcile check --no-expectations
    """
    from reconcile.formats import FORMATS

    known_format(output_format, FORMATS)
    files = outputs(output or [], FORMATS)
    talk = Talk.of(quiet, verbose)
    if engine is Engine.SPARK and not expectations:
        raise typer.BadParameter(
            "the laws alone read no view for Spark to fill; leave --engine out"
        )
    session = spark_session(engine, master)
    checked = [
        _checked(one, expectations, as_of, codebook, changed_since, talk, session)
        for one in workspaces or [Path()]
    ]
    from reconcile.finding import Severity
    from reconcile.formats import render
    from reconcile.formats.run import Run

    severity = None if fail_on is FailOn.NEVER else Severity.named(fail_on)
    run = Run(tuple(checked), language, severity)
    for name, path in files:
        write(path, render(name, run))
    if output_format == "text":
        _print_text(run, quiet)
    else:
        sys.stdout.write(render(output_format, run))
    if run.failed:
        raise typer.Exit(1)


def _checked(
    workspace: Path,
    expectations: bool,
    as_of: dt.datetime | None,
    codebook: str,
    changed_since: str | None,
    talk: Talk,
    session: SparkSession | None,
) -> Checked:
    with progress(f"reading {prefix(workspace) or 'the ledger'}", talk):
        from reconcile.pipeline import check as find
        from reconcile.pipeline import read
        from reconcile.revision import changed_lines, root_of

        changed = None if changed_since is None else changed_lines(workspace, changed_since)
        ledger = read(workspace)
    from reconcile.formats.run import Checked

    suites = None
    database = None
    if expectations:
        from reconcile.suite import suites as suites_of

        suites = {suite.relation: suite.bundled for suite in suites_of(workspace)}
        if session is not None:
            from reconcile.spark import fill

            with progress("connecting the claims", talk):
                database = database_of(ledger, as_of, codebook, quiet=talk is Talk.QUIET)
            with progress("filling the views on Spark", talk):
                # What a message says of a claim stands in `standing`.
                fill(database, session, {"standing", *suites})
        elif as_of is not None and talk is not Talk.QUIET:
            tell_undated(ledger, as_of)
    findings = find(
        ledger,
        database,
        as_of=day(as_of) if database is None else None,
        codebook=codebook if database is None else "literal",
        expectations=expectations,
        today=dt.date.today(),
        step=partial(progress, talk=talk),
    )
    return Checked(ledger, findings, prefix(workspace), suites, root_of(workspace), changed)


def _print_text(run: Run, quiet: bool) -> None:
    """The findings, and the summary unless it is to be quiet; coloured on a terminal."""
    from reconcile.formats.text import lines_of, summary

    closing = [] if quiet else summary(run)
    if not sys.stdout.isatty():
        lines = (line for one in run.items for line in lines_of(one, run.language))
        sys.stdout.writelines(f"{line}\n" for line in (*lines, *closing))
        return
    from rich.console import Console
    from rich.text import Text

    colours = {"error": "bold red", "warning": "yellow", "note": "cyan"}
    console = Console(highlight=False, soft_wrap=True)
    for one in run.items:
        first, *rest = lines_of(one, run.language)
        line = Text(first)
        line.highlight_words([f": {one.severity}: "], colours[str(one.severity)])
        console.print(line)
        for also in rest:
            console.print(Text(also, "dim"))
    for told in closing:
        console.print(Text(told))
