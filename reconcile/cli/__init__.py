"""The command line: the only owner of stdout, stderr, exit codes and the clock."""

from __future__ import annotations

import gc
import signal
import sys
from typing import Annotated, NoReturn

import typer

from reconcile.cli import (
    check,
    codebooks,
    compare,
    diff,
    explain,
    export,
    import_,
    init,
    people,
    query,
    report,
    review,
    serve,
    sources,
    timeline,
    totals,
    verify,
    waive,
    words,
)
from reconcile.finding import ReconcileError

app = typer.Typer(
    name="reconcile",
    help="Set conflicting casualty claims side by side and say where they cannot all hold.\n\n"
    "A workspace is a folder with claims/ and, if it likes, expectations/. "
    "Start with: reconcile init --example sahel, then reconcile check sahel",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from reconcile import __version__

        typer.echo(f"reconcile {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command("init")(init.init)
app.command("check")(check.check)
app.command("diff")(diff.diff)
app.command("review")(review.review)
app.command("waive")(waive.waive)
app.command("baseline")(waive.baseline)
app.command("report")(report.report)
app.command("people")(people.people)
app.command("serve")(serve.serve)
app.command("compare")(compare.compare)
app.command("timeline")(timeline.timeline)
app.command("sources")(sources.sources)
app.command("totals")(totals.totals)
app.command("import")(import_.import_)
app.command("export")(export.export)
app.command("verify")(verify.verify)
app.command("sql")(query.sql)
app.command("words")(words.words)
app.command("codebooks")(codebooks.codebooks)
app.command("explain")(explain.explain)


def main() -> None:
    """Run the command line. Exit 0 clean, 1 findings, 2 the run failed."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, _end)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        _fail("stdout is closed")
    gc.disable()  # A command ends before its garbage matters; what serves turns it on again.
    try:
        app()
        sys.stdout.flush()
    except ReconcileError as fault:
        _fail(str(fault))
    except OSError as fault:
        _fail(f"the system says {fault.strerror}: {fault.filename or 'stdout'}")
    except Exception as fault:
        if _is_of_memory(fault):
            said = str(fault).partition("\n")[0]
            _fail(f"there is too little memory, or --memory-limit allows too little: {said}")
        import traceback

        traceback.print_exc()
        print("reconcile: the run failed; this is a fault of the program", file=sys.stderr)
        sys.exit(2)
    finally:
        gc.enable()


def _end(number: int, _: object) -> None:
    """End as a program does that is told to, but take away temporary files first."""
    from reconcile.scratch import remove_all

    remove_all()
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def _is_of_memory(fault: Exception) -> bool:
    """Whether it is memory that a run lacked, or room for what lay in files meanwhile."""
    if isinstance(fault, MemoryError):
        return True
    from reconcile.engine import OutOfMemory

    return isinstance(fault, OutOfMemory)


def _fail(why: str) -> NoReturn:
    from reconcile.escape import log

    lines = [log(line) for line in why.splitlines()]
    print("reconcile: " + "\n".join(lines), file=sys.stderr)
    sys.exit(2)
