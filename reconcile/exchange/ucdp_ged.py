"""UCDP: the Georeferenced Event Dataset (GED) and its monthly Candidate, one event a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.exchange import country, vocabulary
from reconcile.exchange.claimants import Claimants
from reconcile.exchange.drafts import draft
from reconcile.exchange.estimate import Estimate
from reconcile.exchange.outside import records
from reconcile.exchange.proposal import Cells, Proposal, identity, label, slug
from reconcile.exchange.sheet import Record, one_line
from reconcile.finding import Text
from reconcile.ledger import Ledger

GROUPS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
COLUMNS = (
    *("id", "type_of_violence", "side_a", "side_b", "country", "date_start", "date_end"),
    *("latitude", "longitude", "best", "high", "low", *GROUPS),
)
SOURCE = {"source": "ucdp", "name": "Uppsala Conflict Data Program (UCDP)", "side": "observer"}
DOCUMENT = {
    "document": "ucdp-ged",
    "publisher": "Uppsala Conflict Data Program",
    "title": "UCDP Georeferenced Event Dataset (GED) and Candidate Events",
    "url": "https://ucdp.uu.se/downloads/",
    "language": "en",
}
UNKNOWN = {
    "victims": "unknown-status",
    "within": "people",
    "name": "Status unknown",
    "name_fr": "Statut inconnu",
}
_KINDS = {"1": "state-based", "2": "non-state", "3": "one-sided"}
_PRECISION = {"1": "day", "2": "approximate", "3": "approximate", "4": "month"}
_GOVERNMENT = re.compile(r"Government of (.+)")
_CODE_NAME = re.compile(r"XXX\d+|\d+")
_VOICES = re.compile(r"\s*(?:;|///|,|\band\b)\s*")
_UNNAMED = Text(
    "groups of dead whose side has only a provisional code",
    "groupes de morts dont le camp n'a qu'un code provisoire",
)
_UNKNOWN_VOICES = Text(
    "voices in source_original that the vocabulary does not know",
    "voix de source_original que le vocabulaire ne connaît pas",
)


def propose(files: Sequence[Path], ledger: Ledger) -> Proposal:
    """An event a row; UCDP's low, best and high of all dead, and its best of each group of victims.

    Who is named in `source_original` is offered as drafts without words. Faults of the data set are
    findings with the file's own line: numbers out of order, groups that do not make up the total.
    """
    proposal = Proposal(revises=True)
    claimants = Claimants(ledger)
    for record in records(files, "ucdp-ged", COLUMNS, proposal):
        _event(record, proposal, claimants)
    return proposal


def _event(record: Record, proposal: Proposal, claimants: Claimants) -> None:
    named = record.filled("id")
    start = record.day("date_start") if record.filled("date_start") else None
    end = record.day("date_end")
    latitude, longitude = record.degrees("latitude"), record.degrees("longitude")
    total = Estimate.of(record, "low", "best", "high")
    groups = {column: record.count(column) for column in GROUPS}
    if not named or start is None or total is None:
        return
    event = f"ucdp-{slug(record['id'])}"
    where = country.of(record, "country", event, proposal)
    sides = f"{record.line_of('side_a')} – {record.line_of('side_b')}"
    place = record.line_of("where_coordinates")
    one_sided = record["type_of_violence"] == "3"
    taken = proposal.add(
        "events",
        record.at(),
        event=event,
        name=label(f"{sides}, {place}" if place else sides),
        starts_on=start,
        ends_on=end if end != start else None,
        date_precision=_PRECISION.get(record["date_prec"], "approximate"),
        country=where,
        admin1=record.line_of("adm_1"),
        place=place,
        latitude=latitude,
        longitude=longitude,
        kind=_KINDS.get(record["type_of_violence"], ""),
        attacker=record.line_of("side_a") if one_sided else "",
        target=record.line_of("side_b") if one_sided else "",
        note=_note(record),
    )
    if not taken:
        proposal.left[Text("further rows of an event", "autres lignes d'un événement")] += 1
        return
    for table, cells in (("sources", SOURCE), ("documents", DOCUMENT)):
        proposal.add(table, record.at(), **cells)
    vocabulary.propose(proposal, "measures", "killed", record.at())
    vocabulary.propose(proposal, "victims", "people", record.at())
    _claim(record, proposal, event, "people", total.cells)
    if total.out_of_order:
        proposal.find(
            "numbers-out-of-order",
            "figures",
            (event,),
            record.at("best"),
            value=event,
            **total.told,
        )
    given = [count or 0 for count in groups.values()]
    if sum(given) != total.best:
        values = {"value": event, "sum": sum(given), "best": total.best}
        proposal.find("groups-unlike-total", "figures", (event,), record.at("best"), **values)
    for column, count in groups.items():
        if count:
            _group(record, proposal, event, column, count, claimants)
    _drafts(record, proposal, event, where, total, claimants)


def _claim(
    record: Record, proposal: Proposal, event: str, victims: str, numbers: Cells, party: str = ""
) -> None:
    proposal.add(
        "figures",
        record.at(),
        claim=f"{event}--{SOURCE['source']}--killed--{victims}",
        event=event,
        source=SOURCE["source"],
        document=DOCUMENT["document"],
        measure="killed",
        victims=victims,
        victims_party=party,
        **numbers,
    )


@dataclass(frozen=True)
class _Group:
    victims: str
    party: Cells
    own: Cells | None = None


def _group(
    record: Record, proposal: Proposal, event: str, column: str, count: int, claimants: Claimants
) -> None:
    """UCDP's best number of one group; it gives a range only for the total."""
    group = _group_of(record, column, claimants)
    if group is None:
        proposal.left[_UNNAMED] += 1
        return
    if group.own is None:
        vocabulary.propose(proposal, "victims", group.victims, record.at())
    else:
        vocabulary.propose(proposal, "victims", group.own["within"], record.at())
        proposal.add("victims", record.at(), **group.own)
    if group.party:
        proposal.add("parties", record.at(), **group.party)
    numbers = {"stated": str(count), "best": str(count)}
    _claim(record, proposal, event, group.victims, numbers, group.party.get("party", ""))


def _group_of(record: Record, column: str, claimants: Claimants) -> _Group | None:
    """Whose dead a column counts; None for a side with a provisional code."""
    if column == "deaths_civilians":
        return _Group("civilians", {})
    if column == "deaths_unknown":
        return _Group(UNKNOWN["victims"], {}, UNKNOWN)
    side = column.removeprefix("deaths_")
    name = record.line_of(f"side_{side}")
    if (governs := _GOVERNMENT.fullmatch(name)) is not None:
        where = country.code(governs[1])
        return _Group("government-forces", claimants.government(where) if where else {})
    if not name or _CODE_NAME.fullmatch(name) or name == "Civilians":
        return None
    known = claimants.of_label(name, None, whole=True)
    party = known.party if known and known.party else claimants.party(slug(name), label(name))
    if record["type_of_violence"] == "1":
        return _Group("insurgents", party)
    own = {"victims": f"members-of-{slug(name)}", "within": "people"}
    own |= {"name": f"Members of {label(name)}", "name_fr": f"Membres de {label(name)}"}
    return _Group(own["victims"], {}, own)


def _drafts(
    record: Record,
    proposal: Proposal,
    event: str,
    where: str | None,
    total: Estimate,
    claimants: Claimants,
) -> None:
    """Who is named as the original source: with UCDP's numbers where it is a single voice."""
    told = record.line_of("source_original")
    voices = [voice for voice in _VOICES.split(told) if voice]
    known = {}
    for voice in voices:
        claimant = claimants.of_label(voice, where)
        if claimant is None:
            proposal.left[_UNKNOWN_VOICES] += 1
        else:
            known[claimant.source["source"]] = claimant
    numbers = total.cells if len(voices) == 1 else {}
    for claimant in known.values():
        note = "UCDP names this voice; look up its words and the numbers that are its own"
        document = _article(record)
        given = {name: numbers.get(name) for name in ("low", "best", "high")}
        proposal.drafts.append(
            draft(event, claimant, document, "killed", "people", "", note, **given)
        )


def _article(record: Record) -> Cells:
    """The article that the row rests on, where it is one; else the data set."""
    office, headline = record.line_of("source_office"), record.line_of("source_headline")
    dates = one_line(record["source_date"])
    if record["number_of_sources"] != "1" or not slug(office) or not headline:
        return DOCUMENT
    return {
        "document": identity(office, dates, headline),
        "publisher": office,
        "title": headline,
        "published_on": dates if re.fullmatch(r"\d{4}-\d\d-\d\d", dates) else "",
    }


def _note(record: Record) -> str:
    """Where it was in words, what UCDP would look at again, what the coordinates are worth."""
    told = [record.line_of("where_description")]
    if (status := record.line_of("code_status")) not in ("", "Clear"):
        told.append(f"[code status: {status}]")
    told += [f"[article: {one_line(record['source_article'])}]"] if record["source_article"] else []
    told.append(f"[coordinates: UCDP, precision {record['where_prec'] or 'not given'}]")
    return " ".join(filter(None, told))
