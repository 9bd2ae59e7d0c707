"""Claims of losses in Ukraine by class of source (Radford and others 2023): one claim a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from reconcile.exchange import vocabulary
from reconcile.exchange.outside import records
from reconcile.exchange.proposal import Cells, ClaimIds, Proposal, slug
from reconcile.exchange.sheet import Record
from reconcile.finding import Text
from reconcile.ledger import Ledger

COLUMNS = (
    *("days", "loss_count", "claim_source", "time_frame", "loss_country"),
    *("minimum", "maximum", "category"),
)
_BEFORE_THE_FIRST = dt.date(2022, 2, 23)
_LAST_DAY = 3_000
_MEASURES = {"Deaths": "killed", "Injuries": "wounded", "Casualties": "casualties"}
_FRAMES = {"Cumulative": "to-day", "Day": "on-day"}
_SIDES = {"UA Source": "government", "RU Source": "government", "Other": "media"}
_PARTIES = {
    "UA Source": {"party": "ukraine", "side": "government", "country": "UA", "name": "Ukraine"},
    "RU Source": {"party": "russia", "side": "government", "country": "RU", "name": "Russia"},
}
_VICTIMS = {
    ("Military", "Russia"): ("russian-forces", "Russian forces", "Forces russes"),
    ("Military", "Ukraine"): ("ukrainian-forces", "Ukrainian forces", "Forces ukrainiennes"),
}
_DOCUMENT = {
    "document": "radford-2023",
    "publisher": "PNAS",
    "title": "Estimating conflict losses and reporting biases: the claims collected",
    "url": "https://github.com/benradford/estimating-conflict-losses",
    "language": "en",
}
_THINGS = Text("rows that count tanks, ships and other things", "lignes qui comptent des choses")


def propose(files: Sequence[Path], ledger: Ledger) -> Proposal:
    """A claim for each row that counts people, by class of source.

    Cumulative figures lie in an event from the first day to theirs, daily ones in an event of one
    day, which is part of the cumulative one; each cumulative event is part of the next. So no view
    sets a daily figure beside a cumulative one, and a cumulative figure that falls shows as a whole
    smaller than its part. `minimum` and `maximum` make a bound of the number.
    """
    proposal = Proposal()
    ids = ClaimIds(proposal)
    for record in records(files, "radford", COLUMNS, proposal):
        _claim(record, proposal, ids)
    _parts(proposal)
    return proposal


def _claim(record: Record, proposal: Proposal, ids: ClaimIds) -> None:
    kind, _, loss = record.line_of("category").partition(" ")
    if loss not in _MEASURES or kind not in ("Military", "Civilian"):
        proposal.left[_THINGS] += 1
        return
    filled = [record.filled(column) for column in ("days", "loss_count", "claim_source")]
    day, count = record.count("days"), record.count("loss_count")
    if record["time_frame"] not in _FRAMES:
        record.unknown_word("time_frame", _FRAMES)
        return
    if not all(filled) or day is None or count is None:
        return
    if not 1 <= day <= _LAST_DAY:
        record.unknown_word("days", ("1", "…", str(_LAST_DAY)))
        return
    event = _event(record, proposal, day)
    source = _source(record, proposal)
    measure = _MEASURES[loss]
    victims = _victims(record, proposal, kind)
    numbers = _numbers(record, count)
    custom = f"{event}--{source}--{measure}--{victims}"
    claim = ids.given(custom, (numbers["stated"],), record.at())
    if claim is None:
        return
    vocabulary.propose(proposal, "measures", measure, record.at())
    proposal.add("documents", record.at(), **_DOCUMENT)
    proposal.add(
        "figures",
        record.at(),
        claim=claim,
        event=event,
        source=source,
        document=_DOCUMENT["document"],
        asserted_on=_BEFORE_THE_FIRST + dt.timedelta(day),
        measure=measure,
        victims=victims,
        **numbers,
    )


def _event(record: Record, proposal: Proposal, day: int) -> str:
    date = _BEFORE_THE_FIRST + dt.timedelta(day)
    first = _BEFORE_THE_FIRST + dt.timedelta(1)
    cumulative = record["time_frame"] == "Cumulative"
    event = f"radford-{_FRAMES[record['time_frame']]}-{day:03}"
    proposal.add(
        "events",
        record.at(),
        event=event,
        name=f"War in Ukraine, {'days 1 to' if cumulative else 'day'} {day}",
        starts_on=first if cumulative else date,
        ends_on=date if cumulative and day > 1 else None,
        date_precision="day",
        country="UA",
        kind="period-total",
    )
    return event


def _source(record: Record, proposal: Proposal) -> str:
    """A class of sources, which stands for several voices."""
    name = record.line_of("claim_source")
    party: Cells = _PARTIES.get(name, {})
    if party:
        proposal.add("parties", record.at(), **party)
    side = _SIDES.get(name, "observer")
    given = {"party": party.get("party", ""), "collective": "yes"}
    identity = f"radford-{slug(name)}"
    proposal.add("sources", record.at(), source=identity, name=name, side=side, **given)
    return identity


def _victims(record: Record, proposal: Proposal, kind: str) -> str:
    found = _VICTIMS.get((kind, record["loss_country"]))
    if found is None:
        victims = "civilians" if kind == "Civilian" else "people"
        vocabulary.propose(proposal, "victims", victims, record.at())
        return victims
    victims, name, name_fr = found
    vocabulary.propose(proposal, "victims", "people", record.at())
    row = {"victims": victims, "within": "people", "name": name, "name_fr": name_fr}
    proposal.add("victims", record.at(), **row)
    return victims


def _numbers(record: Record, count: int) -> Cells:
    if record["minimum"].startswith("1"):
        return {"stated": f"at least {count}", "low": str(count)}
    if record["maximum"].startswith("1"):
        return {"stated": f"up to {count}", "high": str(count)}
    return {"stated": str(count), "best": str(count)}


def _parts(proposal: Proposal) -> None:
    """Each event within the nearest cumulative one that holds it."""
    events = {row.cells["event"]: row for row in proposal.rows.get("events", {}).values()}
    totals = sorted(event for event in events if event.startswith("radford-to-day"))
    for event, row in events.items():
        day = event.rpartition("-")[2]
        whole = next(
            (one for one in totals if one.rpartition("-")[2] >= day and one > event)
            if event in totals
            else (one for one in totals if one.rpartition("-")[2] >= day),
            None,
        )
        if whole is not None:
            proposal.add("event_parts", row.at, event=event, part_of=whole)
