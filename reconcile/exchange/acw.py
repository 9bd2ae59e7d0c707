"""Casualties of battles of the US Civil War by several sources (acw_battle_data)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reconcile.exchange import vocabulary
from reconcile.exchange.outside import records
from reconcile.exchange.proposal import ClaimIds, Proposal, label, slug
from reconcile.exchange.sheet import Record
from reconcile.ledger import Ledger

COLUMNS = ("source", "event", "side", "measure", "low", "high")
_MEASURES = {
    "casualties": "losses",
    "killed": "killed",
    "wounded": "wounded",
    "missing": "missing",
    "captured": "captured",
    "killed_wounded": "casualties",
    "missing_or_captured": "losses-missing-or-captured",
}
_MISSING_OR_CAPTURED = {
    "measure": "losses-missing-or-captured",
    "within": "losses",
    "name": "Missing or captured",
    "name_fr": "Disparus ou capturés",
}
_SIDES = {
    "US": ("us-forces", "United States forces", "Forces des États-Unis"),
    "CSA": ("csa-forces", "Confederate forces", "Forces confédérées"),
    "NAT": ("native-forces", "Native American forces", "Forces amérindiennes"),
}
_WAR = {"starts_on": "1861-04-12", "ends_on": "1865-05-26"}
_DOCUMENT = {
    "document": "acw-battle-data",
    "publisher": "acw_battle_data",
    "title": "American Civil War battle data",
    "url": "https://github.com/jrnold/acw_battle_data",
    "language": "en",
}


def propose(files: Sequence[Path], ledger: Ledger) -> Proposal:
    """An event for each battle, a source for each author, a claim for each row.

    The file gives no day: an event spans the war and is approximate. What it calls casualties
    counts the missing and the captured too, which is `losses` here.
    """
    proposal = Proposal()
    ids = ClaimIds(proposal)
    for record in records(files, "acw", COLUMNS, proposal):
        _claim(record, proposal, ids)
    return proposal


def _claim(record: Record, proposal: Proposal, ids: ClaimIds) -> None:
    filled = [record.filled(column) for column in COLUMNS]
    low, high = record.count("low"), record.count("high")
    if not all(filled) or low is None or high is None:
        return
    for column, known in (("side", _SIDES), ("measure", _MEASURES)):
        if record[column] not in known:
            record.unknown_word(column, known)
            return
    victims, name, name_fr = _SIDES[record["side"]]
    measure = _MEASURES[record["measure"]]
    event, source = f"acw-{slug(record['event'])}", slug(record["source"])
    custom = f"{event}--{source}--{measure}--{victims}"
    at = record.at()
    claim = ids.given(custom, (record["low"], record["high"]), at)
    if claim is None:
        return
    vocabulary.propose(proposal, "victims", "people", at)
    proposal.add("victims", at, victims=victims, within="people", name=name, name_fr=name_fr)
    vocabulary.propose(proposal, "measures", "losses" if "-" in measure else measure, at)
    if measure == _MISSING_OR_CAPTURED["measure"]:
        proposal.add("measures", at, **_MISSING_OR_CAPTURED)
    proposal.add("documents", at, **_DOCUMENT)
    proposal.add("sources", at, source=source, name=label(record["source"]), side="observer")
    proposal.add(
        "events",
        at,
        event=event,
        name=label(record["event"]),
        date_precision="approximate",
        country="US",
        note="The data set names the battle by its code and gives no day; the span is the war's",
        **_WAR,
    )
    proposal.add(
        "figures",
        at,
        claim=claim,
        event=event,
        source=source,
        document=_DOCUMENT["document"],
        measure=measure,
        victims=victims,
        stated=str(low) if low == high else f"{low} to {high}",
        low=low,
        high=high,
    )
