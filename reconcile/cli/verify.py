"""`reconcile verify`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import Language
from reconcile.cli.progress import progress

if TYPE_CHECKING:
    from reconcile.finding import Finding


def verify(
    package: Annotated[
        Path,
        typer.Argument(
            help="A package, a folder or a .zip; or a workspace.", metavar="PACKAGE|WORKSPACE"
        ),
    ],
    expected: Annotated[
        str, typer.Option("--digest", help="The digest printed earlier.", metavar="HEX")
    ] = "",
    language: Annotated[Language, typer.Option(help="The language of the findings.")] = Language.EN,
) -> None:
    """Say whether a byte of an exported package, or the journal of a workspace, was altered.

    Of a package every file is held against its sha256 in the seal, SHA256SUMS; what is missing and
    what was added is named. Of a workspace every line of claims/journal.csv is held against its
    chain, and each claim against the row that was sealed. Whoever knows the digest from elsewhere
    can name it, for a seal or a chain can be made anew as a whole, and the last lines of a journal
    can be taken away. Exit 0: nothing was altered; 1: something was; 2: it is neither.

    Examples:

      reconcile verify my-ledger.zip

      reconcile verify my-ledger --digest 3f0a…
    """
    from reconcile.exchange.seal import SEAL
    from reconcile.exchange.seal import verify as faults_of
    from reconcile.ledger import FOLDER

    if (package / FOLDER).is_dir() and not (package / SEAL).exists():
        findings, digest, said = _journal(package)
    else:
        findings, digest = faults_of(package)
        said = "every byte is as it was sealed"
    _print(findings, language)
    other = expected.removeprefix("sha256:").lower() not in ("", digest)
    if other and digest:
        typer.echo(f"the digest is sha256:{digest} and not the one expected")
    if findings or other:
        raise typer.Exit(1)
    typer.echo(f"{said}; digest sha256:{digest}")


def _journal(workspace: Path) -> tuple[list[Finding], str, str]:
    """What is wrong with the journal of a workspace, its digest, and what holds of it."""
    with progress("reading the ledger"):
        from reconcile.journal import digest
        from reconcile.pipeline import read
        from reconcile.rules import rules

        ledger = read(workspace)
    ours = {name for name, rule in rules().items() if rule.room == "journal"}
    found = [one for one in ledger.findings if one.relation == "journal" or one.rule.name in ours]
    lines = ledger.tables["journal"]
    acts, claims = len(lines), lines["claim"].nunique()
    said = f"{acts} act{'' if acts == 1 else 's'} on {claims} claim{'' if claims == 1 else 's'}"
    return found, digest(lines), f"{said}; every chain holds"


def _print(findings: Iterable[Finding], language: Language) -> None:
    from reconcile.escape import terminal

    for one in findings:
        said = f"{one.at}: {one.severity}: {one.message_in(language)} [{one.rule.name}]"
        typer.echo(terminal(said))
