"""One quantity with its bounds: "plus d'une vingtaine", "entre 3 et 7", "several hundred"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from reconcile.wording.codebook import Codebook
from reconcile.wording.item import Item

BOUNDS = frozenset(("at_least", "more_than", "fewer_than", "up_to", "about", "almost"))
QUANTITIES = frozenset(("number", "collective", "magnitude", "quantifier"))
LOWER = frozenset(("at_least", "more_than"))
UPPER = frozenset(("up_to", "fewer_than"))
_BETWEEN_BOUND_AND_NUMBER = frozenset(
    ("a", "one", "the", "filler", "additional", "partitive", "from", "his", "source")
)
_ARTICLES = frozenset(("a", "one", "the", "from"))
_POWER_TERMS = {100: "several_hundred", 1000: "several_thousand"}
_SEVERAL_OF = {
    "tens": "tens",
    "dozens": "dozens",
    "hundreds": "several_hundred",
    "thousands": "several_thousand",
}
_UNIT_OF = {"tens": 10, "dozens": 12, "scores": 20, "hundreds": 100, "thousands": 1000}


class Term(NamedTuple):
    """The interval of one quantity, the number named in it, and the rules that gave it."""

    low: int
    high: int | None
    named: int | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """What is counted out before any bound: a number, an approximate number, or a codebook term."""

    number: int = 0
    approximate: bool = False
    term: str = ""
    second: int | None = None
    open_above: bool = False
    form: str = ""


def amount(found: list[Item], at: int) -> tuple[Amount, int] | None:
    """The amount that begins at `at`, a range included, and where it ends."""
    if found[at].kind == "between":
        return _between(found, at + 1)
    simple = _simple(found, at)
    if simple is None:
        return None
    first, end = simple
    if [item.kind for item in found[end : end + 2]] == ["comma", "or"]:
        end += 1
    if end < len(found) and found[end].kind in ("to", "dash", "or") and not first.term:
        second = _second(found, end + 1)
        if second is not None:
            return _range(first, second[0], second[1]), second[2]
    return first, end


def _simple(found: list[Item], at: int) -> tuple[Amount, int] | None:
    item = found[at]
    following = found[at + 1] if at + 1 < len(found) else None
    if item.kind == "number":
        if following is not None and following.kind == "collective":
            return Amount(item.value * following.value, approximate=True), at + 2
        if following is not None and following.kind == "magnitude" and following.form in _UNIT_OF:
            return Amount(item.value * _UNIT_OF[following.form], approximate=True), at + 2
        return Amount(item.value, form=item.form), at + 1
    if begins_range(found, at):
        return Amount(1), at + 1
    if item.kind == "collective":
        return Amount(item.value, approximate=True), at + 1
    if item.kind == "magnitude":
        return Amount(term=item.form), _past_repeated(item, found, at + 1)
    if item.kind == "quantifier":
        return _quantified(item, found, at + 1)
    return None


def _past_repeated(item: Item, found: list[Item], at: int) -> int:
    """Past the second of "dozens and dozens", which only stresses the first."""
    end = at
    while end < len(found) and found[end].kind in ("and", "partitive"):
        end += 1
    repeated = at < end < len(found) and found[at].kind == "and"
    return end + 1 if repeated and found[end] == item else at


def begins_range(found: list[Item], at: int) -> bool:
    """Whether an article for one begins a range: "un ou deux"."""
    following = [item.kind for item in found[at + 1 : at + 3]]
    return found[at].kind == "one" and following in (["or", "number"], ["to", "number"])


def _quantified(item: Item, found: list[Item], at: int) -> tuple[Amount, int]:
    """ "several hundred", "quelques dizaines", "some 200", or the quantifier by itself."""
    while at < len(found) and found[at].kind == "filler" and at + 1 < len(found):
        if found[at + 1].kind not in ("magnitude", "collective"):
            break
        at += 1
    following = found[at] if at < len(found) else None
    if following is not None:
        if following.kind == "magnitude":
            return Amount(term=_SEVERAL_OF.get(following.form, following.form)), at + 1
        if following.kind == "collective" and following.value in (12, 10):
            return Amount(term="dozens" if following.value == 12 else "tens"), at + 1
        if following.kind == "collective" and following.value in _POWER_TERMS:
            return Amount(term=_POWER_TERMS[following.value]), at + 1
        if following.kind == "number":
            if following.form == "power" and item.form != "some":
                return Amount(term=_POWER_TERMS.get(following.value, "?")), at + 1
            known = item.form in ("some", "several")
            counted = _simple(found, at) if item.form == "some" else None
            if counted is not None and counted[0].approximate:
                return counted
            return Amount(following.value, approximate=True, term="" if known else "?"), at + 1
    return Amount(term="several" if item.form == "some" else item.form), at


def _second(found: list[Item], at: int) -> tuple[Amount, frozenset[str], int] | None:
    """The second number of a range, with the bounds on it."""
    bounds = set()
    while at < len(found) and (found[at].kind in BOUNDS or found[at].kind in _ARTICLES):
        if found[at].kind in BOUNDS:
            bounds.add(found[at].kind)
        at += 1
    simple = _simple(found, at) if at < len(found) else None
    return None if simple is None else (simple[0], frozenset(bounds), simple[1])


def _between(found: list[Item], at: int) -> tuple[Amount, int] | None:
    first = _second(found, at)
    if first is None or first[2] >= len(found) or found[first[2]].kind not in ("and", "to", "dash"):
        return None
    second = _second(found, first[2] + 1)
    if second is None or first[1] - {"about"}:
        return None
    return _range(first[0], second[0], second[1]), second[2]


def _range(first: Amount, second: Amount, bounds: frozenset[str]) -> Amount:
    rising = first.number <= second.number and not first.term and not second.term
    said_short = second.form == "words" or first.number < 10
    shortened = first.number < 100 <= second.number and said_short and second.number % 100 == 0
    shortened |= first.number < 10 and second.approximate and not first.approximate
    if not rising or shortened or bounds & {"fewer_than"}:
        return Amount(term="?")
    open_above = bool(bounds & LOWER)
    return Amount(first.number, second=second.number, open_above=open_above)


def leads_to_amount(found: list[Item], at: int) -> bool:
    """Whether only articles and the like stand between `at` and an amount."""
    while at < len(found):
        kind = found[at].kind
        if kind in QUANTITIES or kind == "between":
            return True
        if kind not in _BETWEEN_BOUND_AND_NUMBER and kind not in BOUNDS:
            return False
        at += 1
    return False


def term(what: Amount, bounds: frozenset[str], book: Codebook) -> Term | None:
    """The interval of an amount under the bounds said of it; None where they contradict it.

    Of contradictory bounds the stronger reading of each end holds: "about 40, at least" is 40 or
    more.
    """
    if what.term == "?" or (bounds & LOWER and bounds & UPPER):
        return None
    if what.second is not None:
        return _ranged(what, bounds, book)
    if what.term:
        return _worded(what.term, bounds, book)
    rule = next(
        (
            one
            for one in ("more_than", "at_least", "fewer_than", "up_to", "almost", "about")
            if one in bounds
        ),
        "about" if what.approximate else "exact",
    )
    if rule == "fewer_than" and what.number == 0:
        return None
    low, high = book.interval(rule, what.number)
    return Term(low, high, what.number, (book.says(rule),))


def _ranged(what: Amount, bounds: frozenset[str], book: Codebook) -> Term | None:
    if bounds & (LOWER | UPPER) or what.second is None:
        return None
    low, high = book.interval("range", what.number, what.second)
    rules = (book.says("range"),)
    if what.open_above:
        return Term(low, None, low, (*rules, book.says("more_than")))
    return Term(low, high, None, rules)


def _worded(name: str, bounds: frozenset[str], book: Codebook) -> Term | None:
    low, high = book.interval(name)
    named = 2 if name == "couple" else None
    rules = (book.says(name), *(book.says(one) for one in sorted(bounds)))
    if bounds & LOWER:
        return Term(low + ("more_than" in bounds), None, named, rules)
    if bounds & UPPER or "almost" in bounds:
        return None if high is None or "almost" in bounds else Term(0, high, named, rules)
    return Term(low, high, named, rules)
