"""Claims inside the notes of a data set, found by rule and offered as drafts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from reconcile.exchange.claimants import Claimant, Claimants, folded
from reconcile.exchange.drafts import draft
from reconcile.exchange.proposal import Cells
from reconcile.wording import read

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“'])")
_WORD = re.compile(r"\w[\w,.'’-]*\w|\w|[,;:()]")
_STOPS = frozenset(",;:()")
_OPENS = frozenset(("at", "up", "no", "as", "an"))
_FAR_FROM_VERB = 6
_LONGEST_FIGURE = 7
_FAR_FROM_MEASURE = 5


@dataclass(frozen=True)
class _Figure:
    measure: str
    victims: str
    stated: str


def drafts_of(
    notes: str, event: str, where: str | None, document: Cells, claimants: Claimants
) -> list[Cells]:
    """A draft for each figure that a sentence of `notes` puts in the mouth of a known claimant.

    "JNIM claimed to have killed 30 soldiers" is one; a sentence without a claimant, a verb of
    saying, a measure and a counted group of people gives none, and nothing is guessed.
    """
    told: dict[tuple[str, ...], Cells] = {}
    for sentence in _SENTENCE.split(notes):
        for claimant, said in _statements(sentence, where, claimants):
            for one in _figures(said):
                row = draft(
                    event, claimant, document, one.measure, one.victims, one.stated, sentence
                )
                key = tuple(row[name] for name in ("source", "measure", "victims", "stated"))
                told.setdefault(key, row)
    return list(told.values())


def _statements(
    sentence: str, where: str | None, claimants: Claimants
) -> Iterator[tuple[Claimant, str]]:
    """Who says what in a sentence: a claimant and a verb of saying, or "according to" one."""
    plain = folded(sentence)
    says, according = _patterns()
    opened: list[tuple[int, int, Claimant | None]] = []
    for mention in claimants.in_text(sentence, where):
        verb = says.search(plain, mention.end)
        if verb and len(_WORD.findall(plain[mention.end : verb.start()])) <= _FAR_FROM_VERB:
            opened.append((mention.start, verb.end(), mention.claimant))
        elif according.search(plain[: mention.start]):
            yield mention.claimant, sentence[: mention.start] + sentence[mention.end :]
            return
    for (_, verb_end, claimant), (end, _, _) in pairwise([*opened, (len(sentence), 0, None)]):
        if claimant is not None:
            yield claimant, sentence[verb_end:end]


def _figures(said: str) -> Iterator[_Figure]:
    """The counted groups of people in a clause, each with the measure nearest to it."""
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(said)]
    plain = [folded(word) for word, _, _ in words]
    before = ""
    for first, last, victims in _nouns(plain):
        start = _start(said, words, plain, first, last)
        if start is None:
            continue
        measure = _measure(plain, start, last) or before
        if measure:
            before = measure
            yield _Figure(measure, victims, said[words[start][1] : words[last][2]])


def _nouns(plain: list[str]) -> Iterator[tuple[int, int, str]]:
    """The nouns of victims by their first and last word, the longest at each place."""
    nouns = _nouns_known()
    at = 0
    while at < len(plain):
        for length in (4, 3, 2, 1):
            noun = " ".join(plain[at : at + length])
            if noun in nouns and at + length <= len(plain):
                yield at, at + length - 1, nouns[noun]
                at += length - 1
                break
        at += 1


def _start(
    said: str, words: list[tuple[str, int, int]], plain: list[str], first: int, last: int
) -> int | None:
    """Where the words for the figure before a noun begin; None where none is understood."""
    measures = _measures_known()
    begins = first
    while begins > max(0, first - _LONGEST_FIGURE) and not (
        plain[begins - 1] in _STOPS or plain[begins - 1] in measures
    ):
        begins -= 1
    spans = range(begins, first)
    meanings = [_meaning(said[words[at][1] : words[last][2]]) for at in spans]
    understood = [at for at, meaning in zip(spans, meanings, strict=True) if meaning is not None]
    if not understood:
        return None
    widest = meanings[understood[0] - begins]
    start = max(at for at in spans if meanings[at - begins] == widest)
    return start - 1 if start > begins and plain[start - 1] in _OPENS else start


@lru_cache(maxsize=1 << 16)
def _meaning(words: str) -> tuple[object, ...] | None:
    reading = read(words, "en")
    return None if reading is None or reading.low is None else reading.meaning


def _measure(plain: list[str], start: int, last: int) -> str:
    measures = _measures_known()
    own = [measures[word] for word in plain[start : last + 1] if word in measures]
    behind = [
        measures[word]
        for word in _until_stop(plain[last + 1 : last + 1 + _FAR_FROM_MEASURE])
        if word in measures
    ]
    ahead = [
        measures[word]
        for word in reversed(plain[max(0, start - _FAR_FROM_MEASURE) : start])
        if word in measures
    ]
    nearest = own or (ahead if start and plain[start - 1] in measures else []) or behind or ahead
    return nearest[0] if nearest else ""


def _until_stop(words: list[str]) -> Iterator[str]:
    for word, following in pairwise([*words, ","]):
        if word in _STOPS or word == "and":
            return
        yield word
        if following in _STOPS:
            return


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(files("reconcile").joinpath("exchange", "notes.toml").read_text("utf-8"))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    says = "|".join(_told()["says"])
    according = "|".join(_told()["according"])
    return re.compile(rf"\b(?:{says})\b"), re.compile(rf"\b(?:{according})(?: \w+){{0,3}} ?$")


@cache
def _measures_known() -> dict[str, str]:
    return {word: name for name, words in _told()["measures"].items() for word in words}


@cache
def _nouns_known() -> dict[str, str]:
    return {word: name for name, words in _told()["victims"].items() for word in words}
