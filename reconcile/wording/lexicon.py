"""A lexicon: what the words of one language mean to the grammar, kept as data.

A file `lexicons/<code>.toml` holds settings under `[grammar]` and one table per kind of word; each
entry ends in a test phrase, "phrase => reading". `lexicons/README.md` describes the tables.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from reconcile.finding import ReconcileError
from reconcile.wording.characters import tokens
from reconcile.wording.item import PLURAL, SINGULAR, Item

FOLDER = Path(__file__).parent / "lexicons"

_PLAIN_KINDS = """
at_least more_than fewer_than up_to about almost between from to and or including out_of
additional also the his source partitive filler thing unit month year_lead age plural_people
heavy material human none not tell toll unknown silence denies_event denies_figure
denies_authorship vague possible apart mostly more plus_sign refuse glue
"""
PLAIN_KINDS = frozenset(_PLAIN_KINDS.split())
_NUMBER_FORMS = "zero ones teens tens tens_with_teens hundreds hundred scale scales"
NUMBER_FORMS = frozenset(_NUMBER_FORMS.split())
MEASURES = frozenset(("killed", "wounded", "missing", "captured", "displaced", "any"))
_NOUNS = frozenset(("people", "person", "loss"))

Continuation = tuple[list[str], tuple[Item, ...]]
"""The further words of an entry of several, and what the whole is."""


class Entry(NamedTuple):
    """One line of a lexicon file: the words, what they are, and the phrase that tests them."""

    words: str
    items: tuple[Item, ...]
    test: str


class Lexicon:
    """The words of one language, found by their longest match.

    A file that is not a lexicon raises `ReconcileError` with the entry at fault.
    """

    def __init__(self, path: Path) -> None:
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            raise ReconcileError(f"the lexicon {path.name} cannot be read: {fault}") from fault
        settings: dict[str, Any] = data.pop("grammar", {})
        self.language = path.stem
        self.script: str = settings.get("script", "latin")
        self.ones_first: bool = settings.get("ones_first", False)
        self.noun_last: bool = settings.get("noun_last", False)
        self.singular_is_one: bool = settings.get("singular_is_one", False)
        self.join_after: frozenset[str] = frozenset(settings.get("join_after", ()))
        self.join_values: frozenset[int] = frozenset(settings.get("join_values", ()))
        self.glued: bool = settings.get("glued", False)
        self.proclitics: Mapping[str, list[str]] = {
            prefix: spelled.split() for prefix, spelled in settings.get("proclitics", {}).items()
        }
        self._elisions: Mapping[str, list[str]] = {
            word: spelled.split() for word, spelled in settings.get("elisions", {}).items()
        }
        self._endings: tuple[str, ...] = tuple(settings.get("singular_endings", ()))
        self.single: dict[str, tuple[Item, ...]] = {}
        self.longer: dict[str, list[Continuation]] = {}
        self.entries: tuple[Entry, ...] = tuple(_entries(path.name, data))
        for entry in self.entries:
            self._add(_tokens(entry.words), entry.items)
        for continuations in self.longer.values():
            continuations.sort(key=lambda one: -len(one[0]))
        self.first_words = self.single.keys() | self.longer.keys()

    def _add(self, words: list[str], items: tuple[Item, ...]) -> None:
        if not words:
            raise ReconcileError(f"{self.language}.toml: an entry has no word")
        for spelled in self._spellings(words, items):
            if len(spelled) == 1:
                self.single[spelled[0]] = _merged(self.single.get(spelled[0]), items)
            else:
                self.longer.setdefault(spelled[0], []).append((spelled[1:], items))

    def _spellings(self, words: list[str], items: tuple[Item, ...]) -> Iterator[list[str]]:
        yield words
        for elided in self._elisions.get(words[-1], ()) if len(words) > 1 else ():
            yield [*words[:-1], elided]
        if items[0].kind in _NOUNS and items[0].value & SINGULAR:
            for ending in self._endings:
                yield [*words[:-1], words[-1] + ending]


def _merged(known: tuple[Item, ...] | None, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The first entry of a word holds, but one form may be a singular and another's plural."""
    if known is None:
        return items
    same = known[0].kind == items[0].kind and known[0].form == items[0].form
    if len(known) == len(items) == 1 and same and known[0].kind in _NOUNS:
        return (known[0]._replace(value=known[0].value | items[0].value),)
    return known


def _tokens(words: str) -> list[str]:
    found = tokens(words)
    if found and words.endswith("'"):  # an elided word by itself: l', d', n'
        found[-1] += "'"
    return found


def _entries(file: str, data: Mapping[str, Any]) -> Iterator[Entry]:
    for kind, table in data.items():
        for key, value in table.items():
            if isinstance(value, dict):
                for words, line in value.items():
                    yield from _checked(file, kind, key, words, line)
            else:
                yield from _checked(file, kind, "", key, value)


def _checked(file: str, kind: str, form: str, words: str, line: object) -> Iterator[Entry]:
    try:
        yield from _entry(kind, form, words, line)
    except (ValueError, TypeError, KeyError, IndexError) as fault:
        place = f"[{kind}.{form}]" if form else f"[{kind}]"
        raise ReconcileError(f"{file}: {place} {words!r}: {fault}") from fault


def _entry(kind: str, form: str, words: str, line: Any) -> Iterator[Entry]:
    if isinstance(line, str):
        yield Entry(words, _plain_items(kind, form, words), line)
        return
    *values, test = line
    if kind in _NOUNS and (form in MEASURES if kind == "loss" else not form):
        number = SINGULAR | PLURAL if words in values else SINGULAR
        yield Entry(words, (Item(kind, number, form),), test)
        for plural in values:
            if plural != words:
                yield Entry(plural, (Item(kind, PLURAL, form),), test)
    else:
        yield Entry(words, _valued_items(kind, form, words, values), test)


def _plain_items(kind: str, form: str, words: str) -> tuple[Item, ...]:
    if kind in PLAIN_KINDS and not form:
        return (Item(kind, 0, words),)
    if kind == "measure" and form in MEASURES:
        return (Item("measure", 0, form),)
    if kind == "article" and form in ("one", "a"):
        return (Item(form, 1, words),)
    if kind == "article" and form == "another":
        return (Item("additional", 0, words), Item("a", 1, words))
    raise ValueError("there is no such table, or its entries carry a value")


def _valued_items(kind: str, form: str, words: str, values: list[Any]) -> tuple[Item, ...]:
    if kind == "number" and form == "zero":
        return (Item("none", 0, form),)
    if kind == "number" and form in NUMBER_FORMS:
        return (Item("number", int(values[0]), form),)
    if kind == "collective":
        return (Item("collective", int(values[0]), words),)
    if kind in ("magnitude", "quantifier"):
        return (Item(kind, 0, str(values[0])),)
    if kind == "dual" and values[0] in _NOUNS:
        noun = Item(str(values[0]), PLURAL, str(values[1]) if len(values) > 1 else "")
        return (Item("number", 2, "dual"), noun)
    raise ValueError("there is no such table, or its entries carry no value")
