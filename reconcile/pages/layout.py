"""What a template may ask for beyond its data: axes, orders and groups, the same in every form."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from reconcile.aggregation import aggregation_rules
from reconcile.finding import Finding
from reconcile.model import Quantity
from reconcile.pages.account import EventAccount
from reconcile.pages.catalogue import country_in_words, messages
from reconcile.pages.cell import Cell, Voice
from reconcile.pages.discrepancies import Discrepancies, Gap
from reconcile.pages.evidence import Row
from reconcile.pages.saying import SIDES, quoted
from reconcile.pages.scale import Scale
from reconcile.pages.shown import Glance, Shown
from reconcile.pages.speaking import SPEAKING
from reconcile.pages.time_line import time_line
from reconcile.selection import Selection
from reconcile.totals.by_rule import RuleTotals, people


def context(told: Discrepancies | Shown | Glance, language: str) -> dict[str, Any]:
    """What the templates of every form are given."""
    return {
        "told": told,
        "to_event": "#event-{}".format,
        "to_source": "#source-{}".format,
        "to_claim": None,
        "folding": True,
        "findings": told.findings,
        "findings_on": partial(findings_on, told),
        "selected": _selected(told.selection, language),
        "speaking": SPEAKING,
        "scale_of": scale_of,
        "scale_of_event": scale_of_event,
        "in_order": in_order,
        "within": within,
        "scale_of_totals": scale_of_totals,
        "passed_on": passed_on,
        "time_line": time_line,
    }


def everywhere() -> dict[str, Any]:
    """What all templates are given whatever they show, those that are imported too."""
    return {
        "by_file": by_file,
        "people": people,
        "quantity": Quantity,
        "quoted": quoted,
        "rules_of_aggregation": aggregation_rules(),
    }


def scale_of(gaps: Iterable[Gap]) -> Scale:
    """The axis on which the claims of all these gaps stand."""
    return _scale([gap.cell.voice(claim) for gap in gaps for claim in gap.cell.proof or ()])


def scale_of_totals(totals: Iterable[RuleTotals]) -> Scale:
    """The axis on which the ranges of these totals stand."""
    return Scale.over(
        math.ceil(number) for one in totals for number in (one.least, one.most) if number
    )


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
    """The voices of a cell by side, source and day; what was corrected before its correction."""
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


def by_file(finding: Finding) -> list[tuple[str, list[int]]]:
    """The lines on which a finding rests, by file, its own place first."""
    told: dict[str, list[int]] = {}
    for place in (finding.at, *finding.also):
        told.setdefault(place.file, []).append(place.line)
    return list(told.items())


def findings_on(
    told: Discrepancies | Shown | Glance, account: EventAccount, relation: str, key: Iterable[str]
) -> list[Finding]:
    """The findings on an event in `relation` whose key begins with these ids."""
    ids = tuple(key)
    return [
        one
        for one in told.findings.get(account.event, ())
        if one.relation == relation and one.key[: len(ids)] == ids
    ]


def within(finding: Finding, account: EventAccount, language: str) -> str:
    """The message of a finding on the page of its event, which need not be named again."""
    told = finding.message_in(language).removeprefix(f"{account.event}, ")
    return told.removeprefix(f"{account.event}: ")


def passed_on(held: Mapping[str, list[Row]]) -> list[tuple[dt.date | None, Row]]:
    """Corrections and changed repeats with their day, in the order of days, the undated last."""
    told = [(row["to_known_on"], row) for row in held["claim_revision"]]
    told += [(row["known_on"], row) for row in held["relay"]]
    return sorted(told, key=lambda one: (one[0] is None, one[0] or dt.date.min, one[1]["row"]))


def _selected(selection: Selection, language: str) -> str:
    """What is selected, in words; empty where everything is."""
    told = messages(language).gettext
    parts = (
        (told("whose id or name holds {value}"), selection.event),
        (
            told("in {value}"),
            selection.country and country_in_words(selection.country.upper(), language),
        ),
        (told("since {value}"), selection.since),
        (told("until {value}"), selection.until),
    )
    return ", ".join(words.format(value=value) for words, value in parts if value)
