"""A made ledger of many events: every fifth contested, some silent, some repeated, some vague."""

import random
from datetime import date, timedelta

from ledgers import base, claim, document, event, ledger_at, source

SIDES = ["government", "insurgent", "security", "local", "observer", "media"]
COUNTRIES = ["ML", "BF", "NE", "BJ"]


def many_events(home, events, seed=1):
    """A lawful ledger of `events` events, the same for the same seed."""
    chance = random.Random(seed)
    sources = [
        source(f"s{at}", side, name=f"Voice {at} of the {side}", party=party)
        for at in range(60)
        for side in [SIDES[at % 6]]
        for party in [{"government": "mali", "insurgent": "jnim"}.get(side, "")]
    ]
    documents = [
        document(f"d{at}", url=f"https://example.org/news/2025/report-{at}.html", language="fr")
        for at in range(events // 3 + 1)
    ]
    told, figures = [], []
    for at in range(events):
        day = date(2015, 1, 1) + timedelta(days=chance.randrange(3800))
        name = f"e{at}-{day}"
        told.append(
            event(
                name,
                name=f"Attack on place {at}",
                starts_on=day,
                country=chance.choice(COUNTRIES),
                latitude=round(chance.uniform(11, 18), 3),
                longitude=round(chance.uniform(-6, 8), 3),
            )
        )
        figures += _claims(name, day, chance, len(documents))
    return ledger_at(
        home,
        sources=sources,
        documents=documents,
        events=told,
        figures=figures,
        event_parts=[],
        attributions=[],
        parties=base("parties"),
    )


def _claims(name, day, chance, documents):
    number, contested = chance.randrange(1, 80), chance.random() < 0.2
    for at, who in enumerate(chance.sample(range(60), chance.choice([1, 1, 2, 2, 3, 4]))):
        said = number + (chance.randrange(5, 60) if contested and at else 0)
        words = chance.choice(["{} soldats", "au moins {} morts", "environ {}", "plus de {}"])
        stated = words.format(said) if chance.random() < 0.9 else "plusieurs morts"
        yield claim(
            f"{name}--s{who}",
            event=name,
            source=f"s{who}",
            document=f"d{chance.randrange(documents)}",
            asserted_on=day + timedelta(days=chance.randrange(5)),
            victims=chance.choice(["soldiers", "soldiers", "people"]),
            stated=stated,
        )
