"""Characters that deceive: control, invisible and look-alike ones, named for a reader."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_WORD = re.compile(r"[^\W\d_]+")
_ALPHABETS = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}


def name(character: str) -> str:
    """A character as "U+200B ZERO WIDTH SPACE"."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'CONTROL CHARACTER')}"


def control(text: str) -> str | None:
    """The first control character or line separator of `text`, or None."""
    found = _CONTROL.search(text)
    return found.group() if found else None


def hidden(text: str) -> str | None:
    """The first invisible formatting character or None.

    Zero-width characters, bidirectional controls, fillers and variation selectors are such.
    """
    if text.isascii():
        return None
    return next(
        (one for one in text if unicodedata.category(one) == "Cf" or _BLANK.match(one)), None
    )


def look_alike(text: str) -> str | None:
    """The first letter of another alphabet inside a word of this one, or None.

    A word wholly in one alphabet is ordinary; a Cyrillic letter among Latin ones is not. Full-width
    and mathematical forms of Latin letters count as another alphabet.
    """
    if text.isascii():
        return None
    for word in _WORD.findall(text):
        alphabets = {letter: _alphabet(letter) for letter in word}
        mixed = len(_ALPHABETS & set(alphabets.values())) > 1
        for letter, alphabet in alphabets.items():
            if alphabet == "VARIANT" or (mixed and alphabet != "LATIN"):
                return str(letter)
    return None


def _alphabet(letter: str) -> str:
    if unicodedata.normalize("NFKC", letter) != unicodedata.normalize("NFC", letter):
        return "VARIANT" if unicodedata.normalize("NFKC", letter).isascii() else "OTHER"
    return unicodedata.name(letter, "OTHER").partition(" ")[0]
