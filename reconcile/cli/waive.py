"""`reconcile waive` and `reconcile baseline`."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import (
    Quiet,
    Term,
    Verbose,
    Who,
    Why,
    WorkspaceOption,
    day,
    prefix,
)
from reconcile.cli.progress import Talk, progress

if TYPE_CHECKING:
    from reconcile.finding import Address, Findings
    from reconcile.ledger import Ledger


def waive(
    where: Annotated[
        str,
        typer.Argument(
            help="The finding: its file:line, or its fingerprint (json).", metavar="WHERE"
        ),
    ],
    rule: Annotated[
        str | None,
        typer.Argument(help="Its rule, where there are several on that line.", metavar="RULE"),
    ] = None,
    who: Who = "",
    why: Why = "",
    until: Term = None,
    workspace: WorkspaceOption = Path(),
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Accept one finding: who, why and until when.

    A waiver is written for it. It then counts no more; nothing else changes, and waiving a law
    admits no row. A waiver whose term is over, or whose finding is gone, is itself a finding.

    Examples:

      reconcile waive claims/figures/2025.csv:11 figures-apart --who Desk --why "Both printed"

      reconcile waive 9e371236b86cbd36 --who Desk --why "Asked again" --until 2026-12-31
    """
    from reconcile.baseline import accept, matching
    from reconcile.finding import ReconcileError

    _know_why(who, why)
    ledger, findings = _checked(workspace, Talk.of(quiet, verbose))
    found = matching(findings, where, rule)
    if not found:
        told = f"{rule} on {where}" if rule else where
        raise ReconcileError(f"no open finding is {told}; reconcile check lists them")
    if len(found) > 1:
        lines = [f"  {one.fingerprint}  {one.rule.name}: {one.message}" for one in found]
        raise ReconcileError(
            "\n".join([f"{len(found)} findings are {where}; name one by its fingerprint:", *lines])
        )
    written = accept(ledger, found, by=who, because=why, on=dt.date.today(), until=day(until))
    _say("waived", written, workspace, quiet)


def baseline(
    who: Who = "",
    why: Why = "",
    until: Term = None,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Only take out waivers that are idle or expired."),
    ] = False,
    workspace: WorkspaceOption = Path(),
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Accept all that is found today.

    A check then fails only on what is new. Writes a waiver for every open finding to
    claims/waivers.csv, sorted, one a line. With --prune nothing is accepted: the waivers that apply
    to nothing any more, or whose term is over, go, so that the list can only shrink.

    Examples:

      reconcile baseline --who Desk --why "Known when the check was set up" --until 2026-12-31

      reconcile baseline --prune
    """
    from reconcile import baseline as waivers

    if not prune:
        _know_why(who, why)
    ledger, findings = _checked(workspace, Talk.of(quiet, verbose))
    if prune:
        _say("took out", waivers.prune(ledger, findings), workspace, quiet)
        return
    written = waivers.accept(
        ledger, findings, by=who, because=why, on=dt.date.today(), until=day(until)
    )
    _say("waived", written, workspace, quiet)


def _know_why(who: str, why: str) -> None:
    for option, told in (("--who", who), ("--why", why)):
        if not told.strip():
            raise typer.BadParameter("a waiver says who accepts it and why", param_hint=option)


def _checked(workspace: Path, talk: Talk) -> tuple[Ledger, Findings]:
    """The ledger, held to its laws and with all expectations put."""
    with progress(f"reading {prefix(workspace) or 'the ledger'}", talk):
        from reconcile.pipeline import check, read

        ledger = read(workspace)
    return ledger, check(ledger, today=dt.date.today(), step=partial(progress, talk=talk))


def _say(did: str, waivers: tuple[Address, ...], workspace: Path, quiet: bool) -> None:
    from reconcile.escape import terminal

    if quiet:
        return
    if not waivers:
        typer.echo(f"{did} nothing: there is nothing to do", err=True)
        return
    first = terminal(f"{prefix(workspace)}{waivers[0]}")
    count = f"{len(waivers)} finding{'' if len(waivers) == 1 else 's'}"
    if did == "took out":
        count = f"{len(waivers)} waiver{'' if len(waivers) == 1 else 's'}"
        typer.echo(f"{did} {count}, the first from {first}", err=True)
    else:
        typer.echo(f"{did} {count}, from {first} on", err=True)
