"""Phrases that name no number: denial, silence, none, vague words, a plural by itself."""

from __future__ import annotations

from typing import NamedTuple

from reconcile.wording.codebook import Codebook
from reconcile.wording.item import PLURAL, Item
from reconcile.wording.term import QUANTITIES

_DENIALS = frozenset(("denies_event", "denies_figure", "denies_authorship"))
STANCE_KINDS = _DENIALS | {"silence", "possible", "none", "not", "unknown", "vague"}
_NOUNS = frozenset(("people", "person", "loss", "plural_people", "measure"))
_LIGHT = frozenset(
    ("filler", "the", "a", "one", "partitive", "and", "comma", "dash", "not", "from")
)
_ONE = frozenset(("one", "a", "additional", "filler", "measure", "the"))
_TELLING = frozenset(("tell", "toll"))


class Saying(NamedTuple):
    """What a phrase says: its stance and, where it states one, its interval."""

    stance: str
    low: int | None
    high: int | None
    named: int | None
    additional: bool
    rules: tuple[str, ...]


def stance(found: list[Item], book: Codebook) -> tuple[list[Item], Saying | None]:
    """What a phrase with words of denial, silence, absence or doubt says.

    Returns the items that remain to be read for a figure (none where there is nothing more to
    read), and what was said where that is already settled.
    """
    kinds = [item.kind for item in found]
    seen = set(kinds)
    amounts = sum(kind in QUANTITIES for kind in kinds)
    if "possible" in seen:
        before = found[: kinds.index("possible")]
        if any(item.kind in QUANTITIES for item in before):
            return (before, None) if not seen & (STANCE_KINDS - {"possible"}) else ([], None)
        return [], _interval("vague", "vague", book)
    if seen & _DENIALS:
        return [], _denial(seen, amounts)
    if "silence" in seen:
        return [], None if amounts else _plain("silence")
    if seen & {"none", "not"}:
        return _absence(found, kinds, amounts, book)
    if "vague" in seen and not amounts:
        return [], _interval("vague", "vague", book)
    if "unknown" in seen and not amounts:
        if seen & _NOUNS:
            return [], _interval("vague", "vague", book)
        return [], _plain("silence") if "toll" in seen else None
    return found, None


def _denial(seen: set[str], amounts: int) -> Saying | None:
    if "denies_authorship" in seen:
        return _plain("denies-authorship")
    if "denies_figure" in seen or "toll" in seen:
        return _plain("denies-figure") if amounts <= 1 else None
    return None if amounts else _plain("denies-event")


def _absence(
    found: list[Item], kinds: list[str], amounts: int, book: Codebook
) -> tuple[list[Item], Saying | None]:
    if not amounts and _TELLING & set(kinds):
        return [], _plain("silence")
    if "not" in kinds and "none" not in kinds:
        at = kinds.index("not") + 1
        while at < len(kinds) and kinds[at] in _LIGHT:
            at += 1
        if amounts == 1 and at < len(kinds) and kinds[at] in QUANTITIES:
            return [], _plain("denies-figure")
        return [], None
    at = kinds.index("none") + 1
    while at < len(kinds) and kinds[at] in _LIGHT:
        at += 1
    if amounts == 1 and at < len(kinds) and kinds[at] in QUANTITIES:
        return [], _plain("denies-figure")
    return [], None if amounts else _none(found, kinds.index("none"), book)


def _none(found: list[Item], at: int, book: Codebook) -> Saying | None:
    """ "no losses", "aucun": nobody, unless it is things of which there were none."""
    for item in found[at + 1 :]:
        if item.kind in _NOUNS:
            return _interval("figure", "none", book, named=0)
        if item.kind in ("thing", "unit"):
            return None
    alone = found[at].form == "zero" and len(found) == 1
    return _interval("figure", "none", book, named=0) if alone else None


def bare(found: list[Item], book: Codebook) -> Saying | None:
    """A phrase without any quantity: people in the plural, or losses of an unsaid number."""
    kinds = {item.kind for item in found}
    if kinds & {"mostly", "decimal"} or ("material" in kinds and "human" not in kinds):
        return None
    additional = "additional" in kinds
    if ("one" in kinds or (additional and "a" in kinds)) and kinds <= _ONE:
        low, high = book.interval("exact", 1)
        return Saying("figure", low, high, 1, additional, (book.says("exact"),))
    for item in found:
        if item.kind == "thing":
            return None
        if item.kind == "plural_people" or (
            item.kind in ("people", "person") and item.value & PLURAL
        ):
            return _interval("vague", "plural", book, additional=additional)
        if item.kind == "loss" and item.value & PLURAL:
            return _interval("vague", "vague", book, additional=additional)
    if "measure" in kinds or ("heavy" in kinds and kinds & {"loss", "toll"}):
        return _interval("vague", "vague", book, additional=additional)
    return None


def _plain(name: str) -> Saying:
    return Saying(name, None, None, None, False, (name,))


def _interval(
    name: str, term: str, book: Codebook, named: int | None = None, additional: bool = False
) -> Saying:
    low, high = book.interval(term)
    return Saying(name, low, high, named, additional, (book.says(term),))
