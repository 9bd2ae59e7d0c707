"""`reconcile import`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import Language
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconcile.exchange.plan import Plan

_NAMED = 4


def import_(
    format_: Annotated[
        str | None, typer.Argument(metavar="FORMAT", help="The format; --list names them.")
    ] = None,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="The files to take in.")
    ] = None,
    into: Annotated[
        Path, typer.Option(help="The workspace to add to.", metavar="WORKSPACE")
    ] = Path(),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be added, and write nothing.")
    ] = False,
    mapping: Annotated[
        Path | None,
        typer.Option(help="How the columns of a table are to be read, as TOML.", metavar="FILE"),
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Draft a mapping for a table, and write nothing.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the formats.")] = False,
    language: Annotated[Language, typer.Option(help="The language of the findings.")] = Language.EN,
) -> None:
    """Take data in: ACLED, UCDP, tables of yours, workbooks, packages.

    Rows are added below those that are there, all of them or none; what the ledger has is matched
    by its id and left as it is, so the same file twice adds nothing. Faults are named with the
    file's own line, or sheet and cell. Exit 0: done; 1: refused for errors, nothing written.

    Examples:

      reconcile import ucdp-ged GEDEvent.csv --into my-ledger --dry-run

      reconcile import table --suggest reports.csv > reports.toml

      reconcile import table reports.csv --mapping reports.toml --into my-ledger
    """
    if listed:
        _print_formats()
        return
    if format_ is None or not files:
        raise typer.BadParameter("name a format and a file; --list names the formats")
    if (mapping is not None or suggest) and format_ != "table":
        raise typer.BadParameter("--mapping and --suggest are for the format table")
    if suggest:
        sys.stdout.write(_suggested(files, into))
        return
    with progress("reading the files and trying them on a copy of the ledger"):
        told = _planned(format_, files, into, mapping)
    for line in _lines(told, language):
        typer.echo(line)
    if told.refused:
        typer.echo("nothing was written: the errors refuse the whole file", err=True)
        raise typer.Exit(1)
    if dry_run:
        typer.echo("nothing was written (--dry-run)", err=True)
        return
    _carry_out(told, files)
    typer.echo(f"next: reconcile check {shlex.quote(str(into))}", err=True)


def _print_formats() -> None:
    from reconcile.exchange import FORMATS

    for one in FORMATS.values():
        ways = " and ".join(
            way for way, there in (("import", one.comes_in), ("export", one.goes_out)) if there
        )
        typer.echo(f"{one.name:<12} {ways:<18} {one.what}")


def _planned(name: str, files: list[Path], into: Path, mapping: Path | None) -> Plan:
    from reconcile.exchange import propose
    from reconcile.exchange.plan import plan
    from reconcile.ledger import load

    if name == "package":
        from reconcile.exchange.package import plan as plan_of_packages

        return plan_of_packages(into, files)
    proposal = propose(name, files, load(into), mapping)
    return plan(into, name, proposal)


def _lines(told: Plan, language: str) -> Iterator[str]:
    from reconcile.escape import terminal

    if not told.refused:
        yield from _counts(told)
    for one in told.findings:
        said = f"{one.at}: {one.severity}: {one.message_in(language)} [{one.rule.name}]"
        yield terminal(said)
    for why, count in told.left.items():
        yield f"left out: {count} {why.in_language(language)}"
    if told.drafts:
        yield f"drafts: {len(told.drafts)} claims that the file tells of; none is added"


def _counts(told: Plan) -> Iterator[str]:
    from reconcile.escape import terminal
    from reconcile.tables import TABLES

    yield f"{'':<12} {'before':>8} {'in file':>8} {'matched':>8} {'to add':>8} {'after':>8}"
    for table, count in told.proposed.items():
        before, new = told.before[table], len(told.new[table])
        matched = len(told.matched[table])
        yield f"{table:<12} {before:>8} {count:>8} {matched:>8} {new:>8} {before + new:>8}"
    for table, ids in told.matched.items():
        if ids and TABLES[table].identity is not None:
            more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
            yield f"matched {table}: {terminal(', '.join(ids[:_NAMED]))}{more}"


def _carry_out(told: Plan, files: list[Path]) -> None:
    from reconcile.exchange import drafts
    from reconcile.exchange.plan import carry_out
    from reconcile.exchange.proposal import slug

    path = None
    if told.drafts:
        name = f"{told.format}-{slug(files[0].stem)}"
        path = drafts.write(told.workspace, name, list(told.drafts))
    carry_out(told)
    typer.echo(f"added {told.added} rows to {told.workspace}", err=True)
    if path is not None:
        into = shlex.quote(str(told.workspace))
        command = f"reconcile import table {shlex.quote(str(path))} --into {into}"
        typer.echo(f"wrote {path}; to add those that you keep there: {command}", err=True)


def _suggested(files: list[Path], into: Path) -> str:
    """The draft of a mapping; the sources of the workspace are known where it is one."""
    from reconcile.bundled import content
    from reconcile.exchange.suggest import suggest
    from reconcile.ledger import FOLDER, load

    if len(files) > 1:
        raise typer.BadParameter("one file at a time is suggested for")
    known = into if (into / FOLDER).is_dir() else content("claims").parent
    return suggest(files[0], load(known))
