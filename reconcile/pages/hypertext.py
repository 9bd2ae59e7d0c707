"""The pages as one HTML file that loads nothing, from the template `page.html`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from reconcile.model import Quantity
from reconcile.pages.account import EventAccount
from reconcile.pages.cell import Cell, Voice
from reconcile.pages.discrepancies import Discrepancies, Gap
from reconcile.pages.edition import edition
from reconcile.pages.saying import SIDES, quoted
from reconcile.pages.scale import Scale
from reconcile.pages.speaking import SPEAKING


@dataclass(frozen=True)
class Inline:
    """A style or a script inside the page, and the digest by which the page's policy allows it."""

    text: Markup
    digest: str


@cache
def inline(name: str) -> Inline:
    """The style or script of the product called `name`."""
    text = files("reconcile.pages").joinpath("templates", name).read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inline(Markup(text), f"sha256-{digest}")


def render(told: Discrepancies, language: str = "en") -> str:
    """The pages in `language` ("en" or "fr")."""
    return (
        edition("html", language)
        .get_template("page.html")
        .render(
            told=told,
            findings=told.findings,
            selected=told.selection.text(),
            style=inline("style.css"),
            script=inline("script.js"),
            speaking=SPEAKING,
            scale_of=scale_of,
            scale_of_event=scale_of_event,
            in_order=in_order,
            quoted=quoted,
            quantity=Quantity,
        )
    )


def scale_of(gaps: Iterable[Gap]) -> Scale:
    """The axis on which the claims of all these gaps stand."""
    voices = [gap.cell.voice(claim) for gap in gaps for claim in gap.cell.proof or ()]
    return _scale(voices)


def scale_of_event(account: EventAccount) -> Scale:
    """The axis on which all claims on an event stand."""
    return _scale([voice for cell in account.cells for voice in (*cell.voices, *cell.before)])


def _scale(voices: list[Voice]) -> Scale:
    return Scale.over(
        _numbers(voice.quantity for voice in voices if voice.stance == "figure"),
        _numbers(voice.quantity for voice in voices),
    )


def _numbers(quantities: Iterable[Quantity | None]) -> list[int]:
    return [
        number
        for one in quantities
        if one is not None
        for number in (one.low, one.high, one.named)
        if number is not None
    ]


def in_order(cell: Cell) -> list[Voice]:
    """The voices of a cell by side, then by day; what was corrected stands before its correction."""
    return sorted(
        (*cell.before, *cell.voices),
        key=lambda one: (
            list(SIDES).index(one.side),
            one.source_name,
            str(one.known_on or "9"),
            not one.corrected,
            one.claim,
        ),
    )
