"""What to say of a broken law: its findings, with their keys and the values of their messages.

Every row of a large table may break one, so that all is put into words by column, not row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reconcile.breach import CIRCLES, EMPTY, NUMBERS, Broken, each, told
from reconcile.finding import Address, Finding, Row, Text
from reconcile.journal import MOVES, NAMES
from reconcile.reading.table import near, shown

_KEYS = {"journal": ["claim", "chain"]}

Values = dict[str, Sequence[Any]]
"""What the messages of one law say: for each value its name, and what it is for each row."""


def findings_of(broken: Broken) -> Iterator[Finding]:
    """A finding for each row of a broken law, with its key and the values of its message."""
    values = _TELL.get(broken.law, _row)(broken)
    rule, relation, first = broken.rule, broken.table.name, values.get("first")
    places = zip(_keys(broken), _addresses(broken, broken.rows), strict=True)
    for nth, (key, at) in enumerate(places):
        also = (first[nth],) if first else ()
        yield Finding(rule, relation, key, at, Row(values, nth), also, "pandera")


def _keys(broken: Broken) -> Iterator[tuple[str, ...]]:
    table = broken.table
    if table.identity is not None and broken.law != "duplicate-id":
        ids = broken.cells(table.identity)
        parts = [(ids.fillna(broken.cells("mark")) if broken.half_read else ids).to_list()]
    elif broken.half_read:
        parts = [broken.cells("mark").to_list()]
    else:
        names = _KEYS.get(table.name) or [column.name for column in table.columns]
        parts = [each(broken.cells(name), str, "") for name in names]
    if broken.columns[0]:
        parts.append([column.name for column in broken.described])
    return zip(*parts, strict=True)


def _addresses(broken: Broken, rows: Sequence[int]) -> list[Address]:
    places = broken.ledger.addresses.take(rows)
    return list(map(Address, places["file"].tolist(), places["line"].tolist()))


def _row(broken: Broken) -> Values:
    """What the message asks for of the rows, and their event, by which findings are sought."""
    named = broken.rule.named
    values: Values = {name: broken.told(name) for name in named if name in broken.judged}
    if "event" in broken.judged and "event" not in named:
        values["event"] = [one if isinstance(one, str) else None for one in broken.cells("event")]
    if broken.columns[0]:
        values |= {"column": list(broken.columns), "value": list(map(shown, broken.value))}
    if "numbers" in named:
        numbers = list(zip(*map(broken.told, NUMBERS), strict=True))
        joined = {one: _numbers(one) for one in set(numbers)}
        values["numbers"] = [joined[one] for one in numbers]
    return values


def _numbers(cells: tuple[str, ...]) -> str:
    named = zip(NUMBERS, cells, strict=True)
    return ", ".join(f"{name} {number}" for name, number in named if number != EMPTY)


def _reference(broken: Broken) -> Values:
    columns, offer = broken.described, broken.facts.near
    unknown = [[value] for value in broken.value]
    if broken.columns[0] == "target":
        known, targets = broken.ledger.ids[columns[0].refers], broken.judged["target"].to_list()
        named = ([str(targets[at]) for at in places] for places in broken.references())
        unknown = [[one for one in several if one not in known] for several in named]
    found = list(zip(columns, unknown, strict=True))
    return {
        "column": [column.name for column in columns],
        "value": [", ".join(map(shown, them)) for them in unknown],
        "table": [column.refers for column in columns],
        "near": [offer(them[0], column.refers) for column, them in found],
    }


def _word(broken: Broken) -> Values:
    given = [column.words for column in broken.described]
    asked = list(zip(broken.value, given, strict=True))
    joined = {words: ", ".join(words) for words in set(given)}
    offers = {one: near(*one) for one in set(asked)}
    return {
        **_row(broken),
        "words": [joined[words] for words in given],
        "near": [offers[one] for one in asked],
    }


def _duplicate(broken: Broken) -> Values:
    first = [broken.facts.first_by_id[value] for value in broken.value]
    return {**_row(broken), "first": _addresses(broken, first)}


def _twice(broken: Broken) -> Values:
    first = [broken.facts.first_by_statement[row] for row in broken.rows]
    return {"value": broken.cells("claim").to_list(), "first": _addresses(broken, first)}


def _circle(broken: Broken) -> Values:
    circle = broken.facts.circles[broken.law]
    source = broken.table.columns[0].name
    return {
        "value": broken.cells(source).to_list(),
        "circle": [" → ".join(circle[row]) for row in broken.rows],
    }


def _half_a_coordinate(broken: Broken) -> Values:
    lacks_latitude = broken.cells("latitude").isna()
    return {
        "column": ["longitude" if one else "latitude" for one in lacks_latitude],
        "other": ["latitude" if one else "longitude" for one in lacks_latitude],
    }


def _correction(broken: Broken) -> Values:
    name = {
        "supersedes-another-source": "source",
        "supersedes-another-event": "event",
        "supersedes-a-later-claim": "asserted_on",
    }[broken.law]
    own, theirs = broken.judged[name], broken.judged[f"target_{name}"]
    is_wrong = (theirs > own if name == "asserted_on" else theirs != own) & theirs.notna()
    targets, others = broken.judged["target"].to_list(), told(theirs)
    wrong = [[at for at in places if is_wrong.iat[at]] for places in broken.references()]
    said = broken.told(name)
    return {
        "value": [", ".join(str(targets[at]) for at in places) for places in wrong],
        **dict.fromkeys(("source", "event", "date"), said),
        "other": [", ".join(dict.fromkeys(others[at] for at in places)) for places in wrong],
    }


def _act(broken: Broken) -> Values:
    before = [broken.facts.act_before[row] for row in broken.rows]
    unnamed = Text("not in the journal", "absente du journal")
    return {
        **_row(broken),
        "before": [NAMES.get(one, unnamed) for one in before],
        "act": [NAMES[one] for one in broken.cells("act")],
        "after": [_after(one) for one in before],
    }


def _after(act: str) -> Text:
    after = [NAMES[one] for one in MOVES[act]] or [Text("nothing more", "plus rien d'autre")]
    return Text(" or ".join(one.en for one in after), " ou ".join(one.fr for one in after))


def _broken_chain(broken: Broken) -> Values:
    acts = map(str, broken.cells("act"))
    return {**_row(broken), "act": [NAMES.get(act, act) for act in acts]}


_TELL: dict[str, Callable[[Broken], Values]] = {
    **dict.fromkeys(CIRCLES, _circle),
    "unknown-reference": _reference,
    "unknown-word": _word,
    "duplicate-id": _duplicate,
    "claim-twice": _twice,
    "act-out-of-turn": _act,
    "journal-altered": _broken_chain,
    "half-a-coordinate": _half_a_coordinate,
    "supersedes-another-source": _correction,
    "supersedes-another-event": _correction,
    "supersedes-a-later-claim": _correction,
}
