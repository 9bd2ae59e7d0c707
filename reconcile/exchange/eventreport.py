"""Event reports in the form of the R package eventreport (MAVERICK): one report a row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from reconcile.exchange import country, vocabulary
from reconcile.exchange.estimate import Estimate
from reconcile.exchange.outside import records
from reconcile.exchange.proposal import Cells, ClaimIds, Proposal, identity, label, slug
from reconcile.exchange.sheet import Record
from reconcile.finding import Text
from reconcile.ledger import Ledger

_MEASURES = {"killed": "deaths", "wounded": "injuries"}
COLUMNS = (
    *("event_id", "country", "date_start", "date_end", "location", "source", "source_type"),
    *(f"{what}_{bound}" for what in _MEASURES.values() for bound in ("low", "best", "high")),
)
_DATED = re.compile(r"(?P<publisher>.+?)\s*\((?P<day>\d{4}-\d\d-\d\d)\)\s*(?P<title>.*)")
_SIDES = (("government", "government"), ("media", "media"), ("agency", "media"))
_WITHOUT_SOURCE = Text("reports without a source", "rapports sans source")


def propose(files: Sequence[Path], ledger: Ledger) -> Proposal:
    """An event for each `event_id`; a document, a source and the numbers of each report.

    A report's deaths are people killed, its injuries people wounded, zero included. Where the
    reports of an event date it differently, the event spans their days and is approximate.
    """
    proposal = Proposal()
    reports: dict[str, list[Record]] = {}
    for record in records(files, "eventreport", COLUMNS, proposal):
        if record.filled("event_id"):
            reports.setdefault(record["event_id"], []).append(record)
    for told, of_event in reports.items():
        _event(told, of_event, proposal)
    return proposal


def _event(told: str, reports: list[Record], proposal: Proposal) -> None:
    first = reports[0]
    starts = [record.day("date_start") for record in reports if record.filled("date_start")]
    ends = [record.day("date_end") for record in reports]
    days = [day for day in (*starts, *ends) if day is not None]
    latitude, longitude = first.degrees("latitude"), first.degrees("longitude")
    if len(starts) < len(reports) or None in starts or not days:
        return
    event = f"report-{slug(told)}"
    where = country.of(first, "country", event, proposal)
    place = first.line_of("location") or first.line_of("city")
    kind = first.line_of("event_context")
    proposal.add(
        "events",
        first.at(),
        event=event,
        name=label(f"{kind or 'Event'}, {place or told}"),
        starts_on=min(days),
        ends_on=max(days) if max(days) > min(days) else None,
        date_precision="day" if _agree(starts) and _agree(ends) else "approximate",
        country=where,
        place=place,
        latitude=latitude,
        longitude=longitude,
        kind=slug(kind),
        attacker=first.line_of("actor1"),
        target=first.line_of("target"),
        note=f"{len(reports)} report{'s' if reports[1:] else ''}; place and labels of the first"
        + (" [coordinates: the data set]" if latitude is not None else ""),
    )
    _claims(event, reports, proposal)


def _agree(days: Iterable[dt.date | None]) -> bool:
    return len(set(days)) == 1


def _claims(event: str, reports: list[Record], proposal: Proposal) -> None:
    ids = ClaimIds(proposal)
    for record in reports:
        if not slug(record["source"]):
            proposal.left[_WITHOUT_SOURCE] += 1
            continue
        document, source = _voice(record)
        proposal.add("sources", record.at(), **source)
        proposal.add("documents", record.at(), **document)
        for measure, what in _MEASURES.items():
            numbers = Estimate.of(record, f"{what}_low", f"{what}_best", f"{what}_high")
            if numbers is None:
                continue
            custom = f"{event}--{source['source']}--{measure}--people"
            statement = (document["document"], *numbers.cells.values())
            claim = ids.given(custom, statement, record.at())
            if claim is None:
                continue
            if numbers.out_of_order:
                at = record.at(f"{what}_best")
                values = {"value": claim, **numbers.told}
                proposal.find("numbers-out-of-order", "figures", (claim,), at, **values)
            vocabulary.propose(proposal, "measures", measure, record.at())
            vocabulary.propose(proposal, "victims", "people", record.at())
            proposal.add(
                "figures",
                record.at(),
                claim=claim,
                event=event,
                source=source["source"],
                document=document["document"],
                measure=measure,
                victims="people",
                **numbers.cells,
            )


def _voice(record: Record) -> tuple[Cells, Cells]:
    """The document and the source of a report, written "Publisher (day) title"."""
    written = record.line_of("source")
    told = _DATED.fullmatch(written)
    publisher = told["publisher"] if told else written
    title = told["title"] if told else ""
    kind = record.line_of("source_type")
    day = told["day"] if told else ""
    document = {
        "document": identity(publisher, day, title),
        "publisher": publisher,
        "title": title or "[title not given]",
        "published_on": day,
        "language": "en",
    }
    side = next((side for word, side in _SIDES if word in kind.lower()), "observer")
    source = {"source": identity(publisher), "name": label(publisher)}
    return document, source | {"side": side, "note": kind}
