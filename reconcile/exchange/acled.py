"""ACLED: exports of its data, old and new, one event a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from reconcile.exchange import country, vocabulary
from reconcile.exchange.claimants import Claimant, Claimants
from reconcile.exchange.notes import drafts_of
from reconcile.exchange.outside import records
from reconcile.exchange.proposal import Proposal, label, slug
from reconcile.exchange.sheet import Record
from reconcile.finding import Text
from reconcile.ledger import Ledger
from reconcile.reading import dates

COLUMNS = (
    *("event_id_cnty", "event_date", "event_type", "country", "location"),
    *("latitude", "longitude", "source", "notes", "fatalities"),
)
SOURCE = {"source": "acled", "name": "ACLED dataset", "side": "observer"}
DOCUMENT = {
    "document": "acled-data",
    "publisher": "ACLED",
    "title": "Data export",
    "url": "https://acleddata.com/",
    "language": "en",
}
_SECONDS = 10  # digits: until the year 2286
_PRECISION = {"1": "day", "2": "approximate", "3": "month"}
_WITHOUT_FIGURE = Text("rows without a number of fatalities", "lignes sans nombre de morts")
_AGAIN = Text("further rows of an event", "autres lignes d'un même événement")


def propose(files: Sequence[Path], ledger: Ledger) -> Proposal:
    """An event a row with its notes, ACLED's number as a claim of ACLED, the sources it names.

    The claims that the notes tell of are drafts. Faults are findings with the file's own line.
    """
    proposal = Proposal(revises=True)
    claimants = Claimants(ledger)
    for record in records(files, "acled", COLUMNS, proposal):
        _event(record, proposal, claimants)
    return proposal


def _event(record: Record, proposal: Proposal, claimants: Claimants) -> None:
    needed = [record.filled(column) for column in ("event_id_cnty", "event_type", "location")]
    day = record.day("event_date") if record.filled("event_date") else None
    latitude, longitude = record.degrees("latitude"), record.degrees("longitude")
    dead, spoken = record.count("fatalities"), _timestamp(record)
    if day is None or not all(needed):
        return
    event = f"acled-{slug(record['event_id_cnty'])}"
    where = country.code(record["iso"]) or country.of(record, "country", event, proposal)
    kind = record.line_of("sub_event_type") or record.line_of("event_type")
    taken = proposal.add(
        "events",
        record.at(),
        event=event,
        name=label(f"{kind}, {record.line_of('location')}"),
        starts_on=day.isoformat(),
        date_precision=_PRECISION.get(record["time_precision"].partition(".")[0], "day"),
        country=where,
        admin1=record.line_of("admin1"),
        place=record.line_of("location"),
        latitude=latitude,
        longitude=longitude,
        kind=slug(kind),
        attacker=record.line_of("actor1"),
        target=record.line_of("actor2"),
        note=_note(record),
    )
    if not taken:
        proposal.left[_AGAIN] += 1
        return
    for name in _sources(record):
        known = claimants.of_label(name, where, whole=True)
        _source(record, proposal, name, known)
    if dead is not None:
        _claim(record, proposal, event, dead, spoken)
    elif not record["fatalities"]:
        proposal.left[_WITHOUT_FIGURE] += 1
    proposal.drafts += drafts_of(record.line_of("notes"), event, where, DOCUMENT, claimants)


def _source(record: Record, proposal: Proposal, name: str, known: Claimant | None) -> None:
    """A source that ACLED names: a known voice, else taken for an outlet."""
    if known is None:
        proposal.add("sources", record.at(), source=slug(name), name=label(name), side="media")
        return
    if known.party:
        proposal.add("parties", record.at(), **known.party)
    proposal.add("sources", record.at(), **known.source)


def _claim(
    record: Record, proposal: Proposal, event: str, dead: int, spoken: dt.date | None
) -> None:
    vocabulary.propose(proposal, "measures", "killed", record.at())
    vocabulary.propose(proposal, "victims", "people", record.at())
    proposal.add("sources", record.at(), **SOURCE)
    proposal.add("documents", record.at(), **DOCUMENT)
    proposal.add(
        "figures",
        record.at(),
        claim=f"{event}--acled--killed--people",
        event=event,
        source=SOURCE["source"],
        document=DOCUMENT["document"],
        asserted_on=spoken,
        measure="killed",
        victims="people",
        stated=dead,
        best=dead,
    )


def _timestamp(record: Record) -> dt.date | None:
    """The day on which ACLED last wrote the row: seconds since 1970 in UTC, or a day; else None."""
    written = record["timestamp"].partition(".")[0]
    if written.isdecimal() and len(written) <= _SECONDS:
        return dt.datetime.fromtimestamp(int(written), dt.UTC).date()
    days = dates.days(written[: len("2025-06-01")])
    return days[0] if days else None


def _sources(record: Record) -> list[str]:
    told = (name.strip() for name in record.line_of("source").split(";"))
    return [name for name in told if slug(name)]


def _note(record: Record) -> str:
    """The notes, then the sources and what the coordinates are worth."""
    scale = f" ({record.line_of('source_scale')})" if record["source_scale"] else ""
    told = [record.line_of("notes"), f"[sources: {'; '.join(_sources(record))}{scale}]"]
    if record["latitude"]:
        precision = record["geo_precision"].partition(".")[0]
        told.append(f"[coordinates: ACLED, precision {precision or 'not given'}]")
    return " ".join(filter(None, told))
