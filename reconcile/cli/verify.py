"""`reconcile verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.options import Language


def verify(
    package: Annotated[Path, typer.Argument(help="A package: a folder or a .zip.")],
    expected: Annotated[
        str, typer.Option("--digest", help="The digest that export printed.", metavar="HEX")
    ] = "",
    language: Annotated[Language, typer.Option(help="The language of the findings.")] = Language.EN,
) -> None:
    """Say whether a byte of an exported package was altered.

    Every file is held against its sha256 in the seal, SHA256SUMS; what is missing and what was
    added is named. Whoever knows the digest of the seal from elsewhere can name it, for a seal can
    be made anew. Exit 0: nothing was altered; 1: something was; 2: it is no package.

    Examples:

      reconcile verify my-ledger.zip

      reconcile verify my-ledger --digest 3f0a…
    """
    from reconcile.escape import terminal
    from reconcile.exchange.seal import verify as faults_of

    findings, digest = faults_of(package)
    for one in findings:
        said = f"{one.at}: {one.severity}: {one.message_in(language)} [{one.rule.name}]"
        typer.echo(terminal(said))
    other = expected.removeprefix("sha256:").lower() not in ("", digest)
    if other and digest:
        typer.echo(f"the digest is sha256:{digest} and not the one expected")
    if findings or other:
        raise typer.Exit(1)
    typer.echo(f"every byte is as it was sealed; digest sha256:{digest}")
