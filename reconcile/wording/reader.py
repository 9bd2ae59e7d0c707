"""Which language reads a phrase: the one told, else the one that knows most of its words."""

from __future__ import annotations

from functools import cache

from reconcile.wording.characters import LONGEST_PHRASE, tokens
from reconcile.wording.codebook import Codebook, codebook, step
from reconcile.wording.estimate import estimate
from reconcile.wording.itemise import items, known
from reconcile.wording.lexicon import FOLDER, Lexicon
from reconcile.wording.phrase import figure
from reconcile.wording.reading import Reading


@cache
def languages() -> tuple[str, ...]:
    """The languages there is a lexicon for, by their codes."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language of `languages()`, loaded once."""
    return Lexicon(FOLDER / f"{language}.toml")


def reading(words: str, language: str | None, book_name: str) -> Reading | None:
    """The reading of `words`; see `reconcile.wording.read`."""
    book = codebook(book_name)
    if not words or len(words) > LONGEST_PHRASE:
        return None
    if (estimated := estimate(words, book.name)) is not None:
        return estimated
    found = tokens(words)
    if not found:
        return None
    if language is not None:
        told = language.lower().partition("-")[0]
        if told in languages():
            return _told(found, told, book)
    return _any(found, book)


def _told(found: list[str], told: str, book: Codebook) -> Reading | None:
    """The reading of the told language, unless another knows more of the words."""
    words = _words(found)
    missing = sum(not known(word, lexicon(told)) for word in words)
    if missing:
        knows = _knowledge(words)
        most = max(knows.values())
        for language, count in knows.items():
            if count == most > len(words) - missing:
                read = _read(found, language, book)
                if read is not None:
                    return read
    return _read(found, told, book)


def _any(found: list[str], book: Codebook) -> Reading | None:
    words = _words(found)
    knows = _knowledge(words)
    most = max(knows.values())
    if words and not most:
        return None
    readings = [
        read
        for language, count in knows.items()
        if count == most and (read := _read(found, language, book)) is not None
    ]
    if not readings:
        return None
    first = readings[0]
    others = {one.meaning: one for one in readings if one.meaning != first.meaning}
    return _with_others(first, tuple(others.values())) if others else first


def _words(found: list[str]) -> list[str]:
    return [token for token in found if token[0].isalpha()]


def _knowledge(words: list[str]) -> dict[str, int]:
    """How many of the words each language knows; English first, French next, for want of words."""
    order = sorted(languages(), key=lambda one: (one != "en", one != "fr", one != "ar", one))
    return {language: sum(known(word, lexicon(language)) for word in words) for language in order}


def _with_others(first: Reading, others: tuple[Reading, ...]) -> Reading:
    return Reading(
        first.low,
        first.high,
        first.named,
        first.stance,
        first.additional,
        first.codebook,
        first.step,
        first.language,
        first.trace,
        others,
    )


def _read(found: list[str], language: str, book: Codebook) -> Reading | None:
    words = lexicon(language)
    said = figure(items(list(found), words), words, book)
    if said is None:
        return None
    return Reading(
        said.low,
        said.high,
        said.named,
        said.stance,
        said.additional,
        book.name,
        None if said.named is None else step(said.named),
        language,
        said.rules,
    )
