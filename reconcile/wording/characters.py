"""Characters to tokens: one plain spelling for every way of writing the same phrase."""

from __future__ import annotations

import re
import unicodedata

LONGEST_PHRASE = 600
"""Characters. `stated` keeps the few words for one figure; a longer text is not such a phrase."""

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"  # footnote marks, which a compatibility spelling would turn to digits
_INVISIBLE = re.compile(
    "[\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
_BEFORE = str.maketrans(
    dict.fromkeys(_SUPERSCRIPTS, " ") | {"№": " ", "½": "⁄", "¼": "⁄", "¾": "⁄"}
)
_PLAIN = str.maketrans(
    dict.fromkeys("’‘ʼ`´′‛＇ʹ", "'")
    | dict.fromkeys("‐‑‒–—―−﹣－", "-")
    | dict.fromkeys('«»“”„‟"‹›', " ")
    | {"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "،": ",", "؛": ";", "؟": "?", "٬": ",", "٫": "."}
    | {"œ": "oe", "æ": "ae", "ł": "l", "ı": "i", "º": "o", "ª": "a", "٪": "%", "⩾": "≥", "⩽": "≤"}
)
_WORD_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")

_FOOTNOTE = re.compile(r"\[(?:\d{1,3}|[a-z])\]")

_GROUPED = (
    r"\d{1,3}(?:(?: \d{3})+|(?:,\d{3})+|(?:\.\d{3})+|(?:'\d{3})+)"
    r"(?![\d⁄])(?![.,'/:]\d)(?!'?[^\W\d_])"
)
_TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?!\d)"  # a date
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)"  # a date
    r"|\d+[/:⁄]\d+"  # a time, a fraction, a ratio
    r"|\d+'(?=[^\W\d_])"  # a number with a grammatical ending, which may change its sense
    r"|\d+[^\W\d_]\w*"  # 118k, 15h30, 3rd
    rf"|{_GROUPED}"
    r"|\d+(?:[.,']\d+)*"
    r"|[^\W\d_\u0600-\u06ff]+-?\d[\w-]*"  # BTR-60, T55: no number; Arabic joins "and" to digits
    r"|[^\W\d_]+(?:'(?=\w))?"  # a word; the d' of d'une is one
    r"|[+<>~≈≥≤±%€$£()\[\],;:/?=⁄&-]"
)


def plain(words: str) -> str:
    """`words` without case, accents, vowel signs, invisible marks, and with one kind of apostrophe,
    hyphen, space and digit separator."""
    if words.isascii():
        text = words.lower().replace("`", "'").replace('"', " ")
    else:
        text = unicodedata.normalize("NFKD", words.translate(_BEFORE).casefold())
        text = _INVISIBLE.sub("", text).translate(_PLAIN)
    if "[" in text:
        text = _FOOTNOTE.sub(" ", text)
    if "-" in text:
        text = _WORD_HYPHEN.sub(" ", text)
    return " ".join(text.split())


def tokens(words: str) -> list[str]:
    """The tokens of a phrase in their plain spelling: words, numbers as written, signs."""
    found: list[str] = _TOKEN.findall(plain(words))
    return found
