"""`reconcile words`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reconcile.wording import Reading


def words(
    phrases: Annotated[
        list[str] | None,
        typer.Argument(help="The words for a figure; else lines of stdin."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Their language, as fr; found if not told.", metavar="CODE")
    ] = None,
    codebook: Annotated[
        str | None,
        typer.Option(help="Only this codebook, by name or as a .toml file.", metavar="NAME|FILE"),
    ] = None,
) -> None:
    """Read the words for a figure as an interval, under each codebook.

    Prints the rule that read them too. Words that are not understood are said to be so, and nothing
    is guessed.

    Examples:

      reconcile words "plus d'une vingtaine"

      cut -d, -f8 figures.csv | reconcile words --language fr --codebook literal
    """
    from reconcile.escape import terminal

    for phrase in phrases or (line.rstrip("\n") for line in sys.stdin):
        typer.echo(terminal(phrase))
        for line in _told(phrase, language, codebook):
            typer.echo(f"  {terminal(line)}")


def _told(phrase: str, language: str | None, codebook: str | None) -> list[str]:
    from reconcile.wording import codebooks, read

    asked = codebooks() if codebook is None else (codebook,)
    readings = [told for name in asked if (told := read(phrase, language, name)) is not None]
    if not readings:
        return ["not understood"]
    first = readings[0]
    about = f"{first.language}, read by {', '.join(first.trace)}"
    lines = [
        *(f"{told.codebook:<10} {_interval(told)}" for told in readings),
        f"{about}; may add to a figure said elsewhere" if first.additional else about,
    ]
    lines += (f"or in {other.language}: {_interval(other)}" for other in first.others)
    return lines


def _interval(told: Reading) -> str:
    if told.quantity is None:
        return told.stance
    named = "" if told.named is None else f", names {told.named}"
    stance = "" if told.stance == "figure" else f" ({told.stance})"
    return f"{told.quantity.text()}{named}{stance}"
