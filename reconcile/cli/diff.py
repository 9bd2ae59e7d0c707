"""`reconcile diff`."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.options import (
    AsOf,
    Codebook,
    FailOn,
    Language,
    Outputs,
    Quiet,
    Verbose,
    WorkspaceOption,
    day,
    known_format,
    outputs,
    prefix,
    write,
)
from reconcile.cli.progress import Talk, progress


def diff(
    old: Annotated[
        str,
        typer.Argument(help="A workspace, or a git revision of --workspace.", metavar="OLD"),
    ],
    new: Annotated[
        str,
        typer.Argument(help="The newer one.", show_default="--workspace", metavar="NEW"),
    ] = "",
    workspace: WorkspaceOption = Path(),
    output_format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="What stdout gets: text, json or markdown.",
            metavar="FORMAT",
        ),
    ] = "text",
    output: Outputs = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit 1 if a new finding is at or above this severity.")
    ] = FailOn.NEVER,
    expectations: Annotated[
        bool,
        typer.Option(
            "--expectations/--no-expectations", help="Put the expectations too, or the laws alone."
        ),
    ] = True,
    as_of: AsOf = None,
    codebook: Codebook = "literal",
    language: Annotated[Language, typer.Option(help="The language it is told in.")] = Language.EN,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say what changed between two versions of a ledger.

    Claims added, corrected, edited and removed; conflicts new, widened, narrowed and settled;
    findings new and gone. The form markdown is for a comment on a pull request.

    Examples:

      reconcile diff main

      reconcile diff v1.0 v1.1 --format markdown -o json:changes.json

      reconcile diff ledger-of-june ledger --fail-on warning
    """
    from reconcile.difference.forms import FORMS

    known_format(output_format, FORMS)
    files = outputs(output or [], FORMS)
    talk = Talk.of(quiet, verbose)
    with ExitStack() as stack:
        homes = [_home(one, workspace, stack) for one in (old, new or str(workspace))]
        with progress("reading and checking both versions (this takes some seconds)", talk):
            from reconcile.difference import Version, difference

            versions = [
                Version.of(
                    home,
                    expectations=expectations,
                    as_of=day(as_of),
                    codebook=codebook,
                    today=dt.date.today(),
                )
                for home, _ in homes
            ]
            told = difference(*versions)
    prefixes = [named for _, named in homes]
    for name, path in files:
        write(path, FORMS[name](told, language, *prefixes))
    sys.stdout.write(FORMS[output_format](told, language, *prefixes))
    if fail_on is not FailOn.NEVER:
        from reconcile.finding import Severity

        if told.reach(Severity.named(fail_on)):
            raise typer.Exit(1)


def _home(told: str, workspace: Path, stack: ExitStack) -> tuple[Path, str]:
    """The folder of a version, and what goes before its addresses: `main:` for a revision."""
    from reconcile.finding import ReconcileError
    from reconcile.ledger import FOLDER
    from reconcile.revision import revision, root_of

    if (Path(told) / FOLDER).is_dir():
        return Path(told), prefix(Path(told))
    try:
        home = stack.enter_context(revision(workspace, told))
    except ReconcileError as fault:
        raise ReconcileError(f"{told} is no folder with {FOLDER}/; {fault}") from None
    return home, f"{told}:{root_of(workspace) or ''}"
