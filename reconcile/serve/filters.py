"""What may be asked of each relation: its parameters, held to what the ledger knows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from reconcile.reading.table import near
from reconcile.serve.problem import ProblemError

if TYPE_CHECKING:
    from reconcile.serve.drawn import Reader

MOST = 1000
"""The most rows on one page."""

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile("-?[0-9]+")

Side = Literal["government", "insurgent", "security", "local", "observer", "media"]
Stance = Literal["figure", "vague", "denies-event", "denies-figure", "denies-authorship", "silence"]
Status = Literal["contested", "unanswered", "one-sided", "no-figure", "compatible"]
STATUSES: tuple[str, ...] = get_args(Status)
"""The states of an event, the first that fits: contested, unanswered, one-sided, …"""

Identity = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$", max_length=200)]
"""An id of the ledger."""


def _written_as_a_day(told: object) -> object:
    """Refuse what the library would take for a day besides: seconds since 1970, a date with hours.

    Raises ValueError.
    """
    if isinstance(told, str) and not _DAY.fullmatch(told):
        raise ValueError("write a day as 2025-06-03")
    return told


Day = Annotated[dt.date, BeforeValidator(_written_as_a_day)]
"""A day, written as the ledger writes one."""


def _written_as_a_number(told: object) -> object:
    """Refuse what the library would take for a number besides: spaces around it, 1_000, 20.0.

    Raises ValueError.
    """
    if isinstance(told, str) and not _NUMBER.fullmatch(told):
        raise ValueError("write a number as 20")
    return told


Number = Annotated[int, BeforeValidator(_written_as_a_number)]
"""A whole number, written in digits alone."""

Phrase = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]


class Asked(BaseModel):
    """What every read may be asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Day | None = Field(
        None,
        description="Only what had been said by this day; claims without a day are left out.",
        examples=["2025-06-03"],
    )

    def values(self) -> dict[str, object]:
        """What was asked, by parameter, what narrows nothing left out."""
        told = self.model_dump(exclude_none=True)
        if "country" in told:
            told["country"] = told["country"].upper()
        return told

    def filters(self) -> dict[str, object]:
        """What narrows the rows."""
        aside = ("as_of", "page", "limit", "language")
        return {name: value for name, value in self.values().items() if name not in aside}


class Paged(Asked):
    """What every list may be asked."""

    page: str | None = Field(
        None,
        max_length=4096,
        description="Where to go on: `next` of the page before, as it stands. A token of an earlier"
        " state of the ledger is answered with 410.",
    )
    limit: Number | None = Field(
        None,
        ge=1,
        le=MOST,
        description="Rows on a page; 100 where nothing is said, and as CSV all.",
        examples=[20],
    )


class Events(Paged):
    """Which events."""

    text: Phrase | None = Field(None, description="The id or the name holds this.")
    country: Country | None = Field(None, description="In this country.", examples=["ML"])
    since: Day | None = Field(None, description="On this day or later.")
    until: Day | None = Field(None, description="On this day or earlier.")
    side: Side | None = Field(None, description="A source of this side speaks there.")
    source: Identity | None = Field(None, description="This source speaks there.")
    measure: Identity | None = Field(
        None, description="Something is said of this measure.", examples=["killed"]
    )
    victims: Identity | None = Field(
        None, description="Something is said of these victims.", examples=["soldiers"]
    )
    status: Status | None = Field(
        None,
        description="The state of the event, the first that fits: two sources share no number, a"
        " whole is smaller than its parts or a figure is denied (contested); a government concerned"
        " leaves a figure unanswered; one side alone gives figures; none is given; the rest.",
    )
    silent: Identity | None = Field(
        None,
        description="This party is concerned, spoke and gave no toll. Not recorded is not silent.",
    )
    silent_side: Literal["government", "insurgent"] | None = Field(
        None, description="A party of this side is concerned, spoke and gave no toll."
    )
    gap: Number | None = Field(
        None,
        ge=1,
        le=10**9,
        description="Two claims that share no number are at least so many people apart.",
    )


class Claims(Paged):
    """Which claims."""

    event: Identity | None = Field(
        None, description="On this event.", examples=["djibo-2025-05-11"]
    )
    document: Identity | None = Field(None, description="Read in this document.")
    country: Country | None = Field(None, description="On an event in this country.")
    since: Day | None = Field(None, description="Known on this day or later.")
    until: Day | None = Field(None, description="Known on this day or earlier.")
    side: Side | None = Field(None, description="By a source of this side.")
    source: Identity | None = Field(None, description="By this source.", examples=["jnim"])
    measure: Identity | None = Field(None, description="Of this measure.")
    victims: Identity | None = Field(None, description="Of these victims.")
    stance: Stance | None = Field(None, description="What the source does with the figure.")
    stands: bool | None = Field(
        None, description="Whether the claim stands: not corrected, and no repeat of another."
    )
    contested: bool | None = Field(
        None, description="Whether the sources of its event, measure and victims share no number."
    )


class Sources(Paged):
    """Which sources."""

    text: Phrase | None = Field(None, description="The id or the name holds this.")
    side: Side | None = Field(None, description="Of this side.")
    country: Country | None = Field(None, description="Of this country.")
    party: Identity | None = Field(None, description="Speaking for this party.")


class Documents(Paged):
    """Which documents."""

    text: Phrase | None = Field(None, description="The id, title or publisher holds this.")
    since: Day | None = Field(None, description="Published on this day or later.")
    until: Day | None = Field(None, description="Published on this day or earlier.")
    event: Identity | None = Field(None, description="In which a claim on this event was read.")
    source: Identity | None = Field(None, description="In which this source speaks.")


class FindingsAsked(Paged):
    """Which findings."""

    rule: Identity | None = Field(None, description="Of this rule.", examples=["figures-apart"])
    severity: Literal["error", "warning", "note"] | None = Field(None, description="So severe.")
    relation: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")] | None = Field(
        None, description="Found in this table or view."
    )
    event: Identity | None = Field(None, description="On this event.")
    waived: bool | None = Field(None, description="Whether a waiver accepts it.")


class ViewAsked(Paged):
    """Which rows of a view."""

    event: Identity | None = Field(None, description="On this event, where the view has events.")


_KNOWN = {
    "country": ("events", "country"),
    "source": ("sources", "source"),
    "event": ("events", "event"),
    "document": ("documents", "document"),
    "measure": ("measures", "measure"),
    "victims": ("victims", "victims"),
    "silent": ("parties", "party"),
    "party": ("parties", "party"),
}


def known(cursor: Reader, asked: Mapping[str, object]) -> None:
    """Refuse an id that is not in the ledger, with the nearest one that is.

    Raises ProblemError (422) that names each such parameter.
    """
    errors = []
    for name, (table, column) in _KNOWN.items():
        if name in asked:
            wanted = str(asked[name])
            if offer := missing(cursor, table, column, wanted):
                detail = f"the ledger has no {name} {wanted}{offer[0]}"
                errors.append({"parameter": name, "detail": detail})
    if errors:
        raise ProblemError(422, "; ".join(one["detail"] for one in errors), errors)


def missing(cursor: Reader, table: str, column: str, wanted: str) -> tuple[str] | None:
    """None where the table holds it; else words that offer the nearest one there, perhaps none."""
    query = f"SELECT 1 FROM {table} WHERE {column} = $wanted LIMIT 1"
    if cursor.execute(query, {"wanted": wanted}).fetchone() is not None:
        return None
    told = cursor.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")
    return (near(wanted, {str(one) for (one,) in told.fetchall()}).en,)
