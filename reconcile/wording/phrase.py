"""A phrase as one figure: sums, explained totals, and phrases that name no number."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from reconcile.model import LARGEST_FIGURE
from reconcile.wording.codebook import Codebook
from reconcile.wording.item import Item
from reconcile.wording.lexicon import Lexicon
from reconcile.wording.mask import masked
from reconcile.wording.number import numbers
from reconcile.wording.part import Part
from reconcile.wording.scan import parts
from reconcile.wording.stance import STANCE_KINDS, Saying, bare, stance
from reconcile.wording.term import LOWER, UPPER, Term, term

_GENERIC = frozenset(("", "person", "loss"))


class _Whole(NamedTuple):
    part: Part
    term: Term


def figure(found: list[Item], lexicon: Lexicon, book: Codebook) -> Saying | None:
    """What the items say, or None where that is not understood."""
    found = masked(numbers(found, lexicon))
    kinds = {item.kind for item in found}
    if "refuse" in kinds:
        return None
    if "apart" in kinds:
        found = found[: next(at for at, item in enumerate(found) if item.kind == "apart")]
    if kinds & STANCE_KINDS:
        found, said = stance(found, book)
        if said is not None or not found:
            return said
    counted = parts(found, lexicon)
    if counted is None:
        return None
    people = [part for part in counted if part.counts_people]
    if not people:
        return None if counted else bare(found, book)
    read = []
    for part in people:
        if part.doubtful:
            return None
        worth = term(part.amount, frozenset(part.bounds), book)
        if worth is None:
            return None
        read.append(_Whole(part, worth))
    return _said(read)


def _said(read: list[_Whole]) -> Saying | None:
    whole = [one for one in read if not one.part.explains]
    explained = [one for one in read if one.part.explains]
    if not whole or not _one_measure(whole) or not _explains(whole, explained):
        return None
    total = _total(whole)
    if total is None or total.low > LARGEST_FIGURE or (total.high or 0) > LARGEST_FIGURE:
        return None
    vague = all(_is_vague(one.part) for one in whole)
    rules = total.rules + (("explained total",) if explained else ())
    additional = whole[0].part.additional
    return Saying(
        "vague" if vague else "figure", total.low, total.high, total.named, additional, rules
    )


def _is_vague(part: Part) -> bool:
    return part.amount.term in ("several", "handful", "numerous", "large_number", "plural", "vague")


def _one_measure(whole: list[_Whole]) -> bool:
    """Whether what is summed can be one measure: dead and wounded are two."""
    said = {frozenset(one.part.measures) for one in whole if one.part.measures}
    for one, following in pairwise(part.part for part in whole):
        if one.noun == "people" and not one.measures and following.noun == "loss":
            return False
    return len(whole) == 1 or len(said) <= 1


def _explains(whole: list[_Whole], explained: list[_Whole]) -> bool:
    """Whether what follows "dont" or stands in a bracket can be part of the whole."""
    measures = set().union(*(one.part.measures for one in whole))
    parts_measures = set().union(*(one.part.measures for one in explained)) if explained else set()
    if measures and "any" not in measures and parts_measures - measures:
        return False
    total = _sum([one.term for one in whole])
    lowest = sum(one.term.low for one in explained)
    if any(one.part.reopens for one in explained) and lowest != total.low:
        return False
    return total.high is None or lowest <= total.high


def _total(whole: list[_Whole]) -> Term | None:
    if len(whole) == 1:
        return whole[0].term
    links = [one.part.link for one in whole[1:]]
    bounded = _between(whole)
    if bounded is not None:
        return bounded
    if any(link not in ("and", "comma") for link in links):
        return None
    if links[-1] != "and" and not _persons_listed(whole):
        return None
    first, rest = whole[0], _sum([one.term for one in whole[1:]])
    if links[0] == "comma" and not (whole[1].part.additional or whole[1].part.also):
        generic = first.part.noun in _GENERIC
        if generic and (first.term.low, first.term.high) == (rest.low, rest.high):
            return first.term._replace(rules=(*first.term.rules, "explained total"))
        if whole[1].part.amount.term == "plural" and first.term.high is None and len(whole) == 2:
            return first.term
        listed = links[-1] == "and" or len(whole) > 2
        covers = first.term.high is None or first.term.high >= rest.low
        if not first.part.noun or (covers and (generic or not listed)):
            return None
    return _sum([one.term for one in whole])


def _persons_listed(whole: list[_Whole]) -> bool:
    """Whether no "the mayor" between commas may be someone who is not counted."""
    if whole[0].part.definite:
        return False
    return all(one.part.also or not one.part.definite for one in whole[1:])


def _between(whole: list[_Whole]) -> Term | None:
    """ "at least 30 and at most 50": two bounds on one number, not a sum."""
    if len(whole) != 2 or whole[0].part.noun:
        return None
    first, second = whole
    bounded = first.part.bounds & LOWER and second.part.bounds & UPPER
    if not bounded or second.term.high is None or first.term.low > second.term.high:
        return None
    return Term(first.term.low, second.term.high, None, first.term.rules + second.term.rules)


def _sum(terms: list[Term]) -> Term:
    if len(terms) == 1:
        return terms[0]
    low, high, named = 0, 0, 0
    is_open = unnamed = False
    for one in terms:
        low += one.low
        high += one.high or 0
        named += one.named or 0
        is_open |= one.high is None
        unnamed |= one.named is None
    rules = tuple(rule for one in terms for rule in one.rules)
    return Term(low, None if is_open else high, None if unnamed else named, (*rules, "sum"))
