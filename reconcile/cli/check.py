"""`reconcile check`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import AsOf, Codebook, FailOn, Language, Workspace, database_of, prefix
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    from reconcile.finding import Findings
    from reconcile.formats.run import Run


def check(
    workspace: Workspace = Path(),
    output_format: Annotated[
        str, typer.Option("--format", "-f", help="text or json, to stdout.", metavar="FORMAT")
    ] = "text",
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            help="Also write a file, as json:findings.json.",
            metavar="FORMAT:PATH",
        ),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit 1 if a finding is at or above this severity.")
    ] = FailOn.ERROR,
    expectations: Annotated[
        bool,
        typer.Option(
            "--expectations/--no-expectations", help="Put the expectations too, or the laws alone."
        ),
    ] = True,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    language: Annotated[Language, typer.Option(help="The language of the messages.")] = Language.EN,
) -> None:
    """Find what breaks a law or wants a second look.

    The rows are held to the laws, the expectations put to the views. Prints every finding with
    file and line. Exit 0: nothing at or above --fail-on; 1: findings; 2: the run failed.

    Examples:

      reconcile check

      reconcile check my-ledger --fail-on warning -o json:findings.json

      reconcile check --no-expectations
    """
    files = [_output(told) for told in output or []]
    _known_format(output_format)
    findings, run = _findings(workspace, expectations, as_of, codebook, language)
    from reconcile.formats import render

    for name, path in files:
        _write(path, render(name, findings, run))
    if output_format == "text" and sys.stdout.isatty():
        _print_coloured(findings, run)
    else:
        sys.stdout.write(render(output_format, findings, run))
    if fail_on is not FailOn.NEVER:
        from reconcile.finding import Severity

        if findings.reach(Severity.named(fail_on)):
            raise typer.Exit(1)


def _findings(
    workspace: Path,
    expectations: bool,
    as_of: dt.datetime | None,
    codebook: str,
    language: str,
) -> tuple[Findings, Run]:
    with progress("reading the ledger"):
        from reconcile.pipeline import check as find
        from reconcile.pipeline import read

        ledger = read(workspace)
    from reconcile.formats.run import Run

    suites = None
    doing = "putting the expectations (loading Great Expectations takes some seconds)"
    with progress(doing if expectations else "holding the ledger to its laws"):
        if expectations:
            from reconcile.suite import suites as suites_of

            suites = {suite.relation: suite.bundled for suite in suites_of(workspace)}
        database = database_of(ledger, as_of, codebook) if expectations else None
        today = dt.date.today()
        findings = find(ledger, database, expectations=expectations, today=today)
    return findings, Run(ledger, prefix(workspace), suites, language)


def _known_format(name: str) -> None:
    from reconcile.formats import FORMATS

    if name not in FORMATS:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(FORMATS)}", param_hint="--format")


def _output(told: str) -> tuple[str, Path]:
    name, colon, path = told.partition(":")
    if not colon or not path:
        raise typer.BadParameter(f"{told!r} is not FORMAT:PATH", param_hint="--output")
    _known_format(name)
    return name, Path(path)


def _write(path: Path, text: str) -> None:
    from reconcile.finding import ReconcileError

    try:
        path.write_text(text, "utf-8")
    except OSError as fault:
        raise ReconcileError(f"{path} cannot be written: {fault.strerror}") from None


def _print_coloured(findings: Findings, run: Run) -> None:
    from rich.console import Console
    from rich.text import Text

    from reconcile.formats.text import lines_of, summary

    colours = {"error": "bold red", "warning": "yellow", "note": "cyan"}
    console = Console(highlight=False, soft_wrap=True)
    for one in findings.open:
        first, *rest = lines_of(one, run)
        line = Text(first)
        line.highlight_words([f": {one.severity}: "], colours[str(one.severity)])
        console.print(line)
        for also in rest:
            console.print(Text(also, "dim"))
    for told in summary(findings, run):
        console.print(Text(told))
