"""Tokens to items: the longest entry of the lexicon at each place, numbers in digits, signs."""

from __future__ import annotations

import re
from functools import lru_cache

from reconcile.wording.item import SIGNS, Item
from reconcile.wording.lexicon import Continuation, Lexicon

_SEPARATOR = re.compile(r"[ ,.']")
_LONGEST_COMPOUND = 60
_NOUNS = frozenset(("people", "person", "loss", "plural_people"))


def items(found: list[str], lexicon: Lexicon) -> list[Item]:
    """The items of a phrase, given its tokens. A word the lexicon lacks has the kind "word"."""
    single, longer = lexicon.single, lexicon.longer
    out: list[Item] = []
    at, end = 0, len(found)
    while at < end:
        token = found[at]
        at += 1
        matched = _longest(found, at, longer[token]) if token in longer else None
        if matched is not None:
            out += matched[1]
            at += len(matched[0])
        elif token in single:
            out += single[token]
        elif token in SIGNS:
            out.append(SIGNS[token])
        elif token[0].isdigit():
            out += _digits(token, lexicon)
        elif (parts := _parts(token, lexicon)) is not None:
            at -= 1
            found[at : at + 1] = parts
            end = len(found)
        else:
            out.append(Item("word" if token.isalpha() or token[-1] == "'" else "code", 0, token))
    return out


def _longest(found: list[str], at: int, entries: list[Continuation]) -> Continuation | None:
    """The longest entry that continues at `at`; `entries` come longest first."""
    for entry in entries:
        if found[at : at + len(entry[0])] == entry[0]:
            return entry
    return None


@lru_cache(maxsize=1 << 16)
def known(token: str, lexicon: Lexicon) -> bool:
    """Whether the lexicon can make something of a token that is a word."""
    return token in lexicon.first_words or _parts(token, lexicon) is not None


def _digits(token: str, lexicon: Lexicon) -> tuple[Item, ...]:
    if token.isdecimal():
        return (Item("number", int(token), "digits"),)
    if token[-1] == "'" or "⁄" in token or token.count("/") == 1:
        return (Item("refuse", 0, token),)
    parts = _SEPARATOR.split(token)
    if not all(part.isdecimal() for part in parts):
        return _suffixed(token, lexicon)
    same = len({one for one in token if not one.isdigit()}) == 1
    if same and len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]):
        return (Item("number", int("".join(parts)), "digits"),)
    if len(parts) == 2 and "'" not in token and len(token) < 12:
        return (Item("decimal", 0, f"{parts[0]}.{parts[1]}"),)
    return (Item("masked", 0, token),)


def _suffixed(token: str, lexicon: Lexicon) -> tuple[Item, ...]:
    """A number with letters at its end: a multiple ("118k"), a noun, or a time, rank or unit."""
    length = next(at for at, one in enumerate(token) if not one.isdecimal())
    suffix = lexicon.single.get(token[length:])
    if suffix is None:
        return (Item("masked", 0, token),)
    number = Item("number", int(token[:length]), "digits")
    if suffix[0].kind == "number" and suffix[0].form == "scale":
        return (number._replace(value=number.value * suffix[0].value),)
    return (number, *suffix) if suffix[0].kind in _NOUNS else (Item("masked", 0, token),)


def _parts(token: str, lexicon: Lexicon) -> list[str] | None:
    """A word as the known words it is written together of; None where it is not."""
    for prefix, spelled in lexicon.proclitics.items():
        rest = token[len(prefix) :]
        if token.startswith(prefix) and rest and (rest[0].isdigit() or rest in lexicon.first_words):
            return [*spelled, rest]
    if lexicon.glued and token.isalpha() and len(token) <= _LONGEST_COMPOUND:
        return _number_parts(token, lexicon)
    return None


def _number_parts(token: str, lexicon: Lexicon) -> list[str] | None:
    reached: dict[int, list[str]] = {0: []}
    for start in range(len(token)):
        if start in reached:
            for end in range(start + 2, len(token) + 1):
                entry = lexicon.single.get(token[start:end])
                if entry and entry[0].kind in ("number", "glue", "and", "one"):
                    reached.setdefault(end, [*reached[start], token[start:end]])
    parts = reached.get(len(token))
    return parts if parts and len(parts) > 1 else None
