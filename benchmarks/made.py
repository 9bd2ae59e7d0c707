"""A made ledger of any size, the same for the same seed, in the proportions of the shipped one.

Run from the repository root: `python -m benchmarks.made FOLDER --claims 1000000`.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

SHIPPED = Path(__file__).parent.parent / "claims"
GOVERNMENTS = {"ML": "mali", "BF": "burkina-faso", "NE": "niger", "BJ": "benin"}
WORDS = {
    "en": ("{} soldiers", "at least {} killed", "about {}", "more than {}", "{}"),
    "fr": ("{} soldats", "au moins {} morts", "environ {}", "plus de {}", "{}"),
}
VAGUE = {"en": "several dead", "fr": "plusieurs morts"}
FIRST_DAY = np.datetime64("2012-01-01")
DAYS = 4900
OTHER_SIDES = ("security", "local", "observer", "media")


def made(home: Path, claims: int, seed: int = 1) -> None:
    """Write a lawful ledger of about so many claims at `home`, a folder that is not there yet.

    A fifth as many events, half as many documents; of the claims 4 % correct an earlier one, 10 %
    repeat one, 5 % name no number and 2 % have no day; every twentieth event is part of another.
    """
    chance = np.random.default_rng(seed)
    folder = home / "claims"
    folder.mkdir(parents=True)
    for name in ("victims", "measures", "parties"):
        shutil.copy(SHIPPED / f"{name}.csv", folder)
    sources = _sources(max(40, claims // 500))
    documents = _documents(chance, max(2, claims // 2))
    events = _events(chance, max(4, claims // 5))
    figures = _figures(chance, claims, events, sources, documents)
    tables = {
        "sources": sources,
        "documents": documents,
        "events": events,
        "event_parts": _parts(chance, events),
        "attributions": _attributions(chance, events, documents),
        "figures": figures,
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%d")


def _sources(many: int) -> pd.DataFrame:
    parties = {**{one: "government" for one in GOVERNMENTS.values()}, "jnim": "insurgent"}
    spoken = [(party, side, party) for party, side in parties.items()]
    others = [
        (f"voice-{at}", OTHER_SIDES[at % len(OTHER_SIDES)], "") for at in range(many - len(spoken))
    ]
    told = pd.DataFrame([*spoken, *others], columns=["source", "side", "party"])
    return told.assign(name="The voice " + told["source"], collective="")


def _documents(chance: np.random.Generator, many: int) -> pd.DataFrame:
    at = pd.Series(np.arange(many))
    named = "d" + at.astype(str)
    days = FIRST_DAY + chance.integers(0, DAYS, many)
    return pd.DataFrame(
        {
            "document": named,
            "publisher": "Publisher " + (at % 300).astype(str),
            "title": "Report " + named,
            "url": "https://example.org/" + named,
            "published_on": pd.Series(days).where(chance.random(many) > 0.02),
            "language": np.where(chance.random(many) < 0.5, "en", "fr"),
        }
    )


def _events(chance: np.random.Generator, many: int) -> pd.DataFrame:
    days = pd.Series(FIRST_DAY + chance.integers(0, DAYS, many))
    at = pd.Series(np.arange(many)).astype(str)
    return pd.DataFrame(
        {
            "event": "place-" + at + "-" + days.astype(str),
            "name": "Attack on place " + at,
            "starts_on": days,
            "ends_on": "",
            "date_precision": "day",
            "country": chance.choice(list(GOVERNMENTS), many),
            "admin1": "",
            "place": "Place " + at,
            "latitude": chance.uniform(11, 18, many).round(3),
            "longitude": chance.uniform(-6, 8, many).round(3),
            "kind": chance.choice(["ambush", "base-attack", "raid"], many),
            "attacker": "JNIM",
            "target": "",
        }
    )


def _parts(chance: np.random.Generator, events: pd.DataFrame) -> pd.DataFrame:
    many = len(events)
    parts = chance.choice(np.arange(many // 2, many), many // 20, replace=False)
    wholes = chance.integers(0, max(1, many // 50), len(parts))
    names = events["event"].to_numpy()
    return pd.DataFrame({"event": names[parts], "part_of": names[wholes]})


def _attributions(
    chance: np.random.Generator, events: pd.DataFrame, documents: pd.DataFrame
) -> pd.DataFrame:
    chosen = events.sample(len(events) // 2, random_state=chance)
    return pd.DataFrame(
        {
            "event": chosen["event"].to_numpy(),
            "source": "jnim",
            "document": chance.choice(documents["document"].to_numpy(), len(chosen)),
            "asserted_on": chosen["starts_on"].to_numpy(),
            "party": "jnim",
            "says": "claims",
        }
    )


def _figures(
    chance: np.random.Generator,
    claims: int,
    events: pd.DataFrame,
    sources: pd.DataFrame,
    documents: pd.DataFrame,
) -> pd.DataFrame:
    corrections, repeats = claims // 25, claims // 10
    first = claims - corrections - repeats
    of = (chance.random(first) ** 1.5 * len(events)).astype(int)
    toll = chance.integers(1, 80, len(events))
    told = pd.DataFrame(
        {
            "event": of,
            "source": _speakers(chance, first, len(sources)),
            "document": chance.integers(0, len(documents), first),
            "after": chance.integers(0, 6, first),
            "measure": chance.choice(["killed", "wounded", "captured"], first, p=[0.7, 0.2, 0.1]),
            "victims": chance.choice(
                ["soldiers", "civilians", "people", "insurgents"], first, p=[0.5, 0.25, 0.15, 0.1]
            ),
            "number": toll[of] + (chance.random(first) < 0.2) * chance.integers(5, 60, first),
            "supersedes": -1,
            "repeats": -1,
        }
    )
    chosen = chance.choice(first, corrections + repeats, replace=False)
    corrected = told.iloc[chosen[:corrections]].assign(supersedes=chosen[:corrections])
    corrected = corrected.assign(
        after=corrected["after"] + 7, number=corrected["number"] + chance.integers(1, 20)
    )
    repeated = told.iloc[chosen[corrections:]].assign(repeats=chosen[corrections:])
    repeated = repeated.assign(after=repeated["after"] + 1)
    told = pd.concat([told, corrected, repeated], ignore_index=True)
    told["document"] = chance.integers(0, len(documents), len(told))
    return _written(chance, told, events, sources, documents)


def _speakers(chance: np.random.Generator, many: int, sources: int) -> np.ndarray:
    """Few voices speak of most events, and most voices of few."""
    return np.minimum((chance.pareto(0.6, many) * 3).astype(np.int64), sources - 1) % sources


def _written(
    chance: np.random.Generator,
    told: pd.DataFrame,
    events: pd.DataFrame,
    sources: pd.DataFrame,
    documents: pd.DataFrame,
) -> pd.DataFrame:
    """The claims as they stand in the file, their words in the language of the document."""
    event = events["event"].to_numpy()[told["event"]]
    source = sources["source"].to_numpy()[told["source"]]
    claim = pd.Series(event) + "--" + source + "--" + told.index.astype(str)
    language = documents["language"].to_numpy()[told["document"]]
    way, vague = chance.integers(0, 5, len(told)), chance.random(len(told)) < 0.05
    stated = [
        VAGUE[tongue] if none else WORDS[tongue][at].format(number)
        for tongue, none, at, number in zip(language, vague, way, told["number"], strict=True)
    ]
    days = events["starts_on"].to_numpy()[told["event"]] + told["after"].to_numpy().astype("m8[D]")
    return pd.DataFrame(
        {
            "claim": claim,
            "event": event,
            "source": source,
            "document": documents["document"].to_numpy()[told["document"]],
            "asserted_on": pd.Series(days).where(chance.random(len(told)) > 0.5),
            "measure": told["measure"],
            "victims": told["victims"],
            "stated": stated,
            "supersedes": claim.reindex(told["supersedes"]).to_numpy(),
            "repeats": claim.reindex(told["repeats"]).to_numpy(),
            "answers": "",
        }
    )


def main() -> None:
    """Write the ledger that the command line asks for."""
    asked = argparse.ArgumentParser(description="A made ledger of any size.")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--claims", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    made(given.folder, given.claims, given.seed)


if __name__ == "__main__":
    main()
