"""A made ledger in which everything occurs that the views tell apart; one seed, one ledger."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from reconcile.tables import TABLES

SIDES = ["government", "insurgent", "security", "local", "observer", "media"]
COUNTRIES = ["ML", "BF", "NE", "BJ"]
VICTIMS = ["people", "soldiers", "soldiers", "insurgents", "civilians", "others"]
MEASURES = ["killed", "killed", "killed", "wounded", "casualties", "displaced"]
WORDS = [
    "{} killed",
    "at least {} killed",
    "about {}",
    "more than {}",
    "{} others killed",
    "dozens",
]
NO_FIGURE = ["silence", "denies-event", "denies-figure", "denies-authorship", "vague"]
PARTIES = {"government": ["ml", "bf", "ne"], "insurgent": ["jnim", "isgs"]}
A_DOCUMENT = 3
"""Claims read in one document."""


def write(home: Path, claims: int, seed: int = 1) -> Path:
    """A workspace at `home` of about so many claims, none of which breaks a law; gives `home`."""
    chance = random.Random(seed)
    events = list(_events(chance, max(claims // 4, 2)))
    documents = list(_documents(chance, claims // A_DOCUMENT + 1))
    sources = _sources()
    rows: dict[str, list[dict[str, object]]] = {
        "victims": [
            {"victims": one, "within": "" if one == "people" else "people", "name": one}
            | {"adds": "yes" if one not in ("people", "others") else ""}
            | {"side": {"soldiers": "government", "insurgents": "insurgent"}.get(one, "")}
            for one in dict.fromkeys(VICTIMS)
        ],
        "measures": [
            {"measure": one, "name": one, "stock": "yes" if one == "displaced" else ""}
            | ({"within": "casualties", "adds": "yes"} if one in ("killed", "wounded") else {})
            for one in dict.fromkeys(MEASURES)
        ],
        "parties": [
            {"party": one, "side": side, "name": one.upper()}
            | {"country": one.upper() if side == "government" else ""}
            for side, many in PARTIES.items()
            for one in many
        ],
        "sources": sources,
        "documents": documents,
        "events": events,
        "event_parts": [
            {"event": one["event"], "part_of": whole}
            for one in events
            if (whole := _whole(one)) is not None
        ],
        "attributions": [
            {"event": one["event"], "source": voice["source"], "document": "d0"}
            | {"asserted_on": one["starts_on"], "party": chance.choice(["jnim", "isgs", "ml"])}
            | {"says": chance.choice(["claims", "accuses", "accuses", "denies"])}
            for one in events
            for voice in chance.sample(sources, chance.choice([0, 0, 1, 2]))
        ],
        "figures": list(_figures(chance, events, sources, len(documents))),
    }
    (home / "claims").mkdir(parents=True)
    for name, table in TABLES.items():
        with (home / "claims" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            columns = [column.name for column in table.columns]
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows.get(name, ()))
    return home


def _sources() -> list[dict[str, object]]:
    return [
        {"source": f"s{at}", "name": f"Voice {at}, “the {side}”", "side": side}
        | {"party": PARTIES[side][at // 6 % len(PARTIES[side])] if side in PARTIES else ""}
        | {"collective": "yes" if side == "local" and at % 4 else ""}
        for at in range(60)
        for side in [SIDES[at % 6]]
    ]


def _documents(chance: random.Random, many: int) -> Iterator[dict[str, object]]:
    for at in range(many):
        told: dict[str, object] = {"document": f"d{at}", "publisher": "Gazette", "title": "Report"}
        told |= {"url": f"https://example.org/{at}", "language": chance.choice(["en", "en", "fr"])}
        if at % 11:
            told["published_on"] = date(2015, 1, 1) + timedelta(days=chance.randrange(3800))
        if at and chance.random() < 0.2:
            told["origin"] = f"d{chance.randrange(at)}"
        yield told


def _events(chance: random.Random, many: int) -> Iterator[dict[str, object]]:
    months: set[str] = set()
    for at in range(many):
        day = date(2015, 1, 1) + timedelta(days=chance.randrange(min(3800, 30 + many // 4)))
        country = chance.choice(COUNTRIES)
        one: dict[str, object] = {"event": f"e{at}", "name": f"Attack {at}", "starts_on": day}
        yield one | {"date_precision": "day", "country": country, "kind": "base-attack"}
        if (whole := _month(country, day)) not in months:
            months.add(whole)
            total: dict[str, object] = {"event": whole, "name": whole, "country": country}
            total |= {"starts_on": day.replace(day=1), "date_precision": "month"}
            yield total | {"kind": "period-total"}


def _month(country: str, day: date) -> str:
    return f"{country.lower()}-{day:%Y-%m}"


def _whole(event: dict[str, object]) -> str | None:
    day = event["starts_on"]
    assert isinstance(day, date)
    return None if event["kind"] == "period-total" else _month(str(event["country"]), day)


def _figures(
    chance: random.Random,
    events: list[dict[str, object]],
    sources: list[dict[str, object]],
    documents: int,
) -> Iterator[dict[str, object]]:
    for one in events:
        day, number = one["starts_on"], chance.choice([0, *range(1, 90)])
        assert isinstance(day, date)
        before: list[dict[str, object]] = []
        for at in range(chance.choice([1, 2, 3, 4, 5, 8])):
            told: dict[str, object] = {
                "claim": f"{one['event']}-{at}",
                "event": one["event"],
                "source": chance.choice(sources)["source"],
                "document": f"d{chance.randrange(documents)}",
                "asserted_on": day + timedelta(days=chance.randrange(9)),
                "measure": chance.choice(MEASURES),
                "victims": chance.choice(VICTIMS),
            }
            said = chance.choice([number, number, number + chance.randrange(60)])
            told["stated"] = chance.choice(WORDS).format(said)
            if chance.random() < 0.2:
                told |= {"stated": f"words {at}", "low": said}
                told |= chance.choice(
                    [{}, {"high": said + 5}, {"best": said + 2, "high": said + 9}]
                )
            elif chance.random() < 0.2:
                told |= {"stated": "nothing was said of it", "stance": chance.choice(NO_FIGURE)}
            if chance.random() < 0.1:
                told["asserted_on"] = ""
            if chance.random() < 0.2:
                told["victims_party"] = chance.choice(["ml", "jnim", "bf"])
            if before and chance.random() < 0.5:
                told |= _related(chance, chance.choice(before), told)
            before.append(told)
            yield told


def _related(
    chance: random.Random, earlier: dict[str, object], told: dict[str, object]
) -> dict[str, object]:
    """What ties a claim to an earlier one of the event: a correction, a repeat or an answer."""
    kind = chance.choice(["same cell", "again", "supersedes", "repeats", "answers"])
    cell = {name: earlier[name] for name in ("measure", "victims")}
    if kind == "same cell":
        return cell
    if kind == "again":
        return {**cell, "source": earlier["source"]}
    if kind == "supersedes":
        later = {"asserted_on": earlier["asserted_on"] or told["asserted_on"]}
        return {**cell, **later, "source": earlier["source"], "supersedes": earlier["claim"]}
    if kind == "repeats":
        kept = {name: earlier[name] for name in ("source", "stated")}
        return ({**cell, **kept} if chance.random() < 0.7 else {}) | {"repeats": earlier["claim"]}
    return {**cell, "answers": earlier["claim"]}
