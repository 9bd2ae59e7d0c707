"""What the grammar sees of a phrase: words and signs as items."""

from __future__ import annotations

from typing import NamedTuple

SINGULAR, PLURAL = 1, 2


class Item(NamedTuple):
    """A word, several that belong together, or a sign.

    `value` is a number where the kind carries one; for a noun it is SINGULAR, PLURAL or both.
    `form` is the class of a number word, the measure of a noun of loss, the codebook's term of a
    magnitude or quantifier, else the word itself.
    """

    kind: str
    value: int
    form: str


SIGNS = {
    sign: Item(kind, 0, sign)
    for kind, signs in {
        "plus_sign": "+",
        "fewer_than": "<",
        "more_than": ">",
        "about": "~≈±",
        "at_least": "≥",
        "up_to": "≤",
        "unit": "%",
        "money": "€$£",
        "open": "([",
        "close": ")]",
        "comma": ",;",
        "colon": ":",
        "dash": "-",
        "and": "&",
        "refuse": "/?⁄",
        "filler": "=",
    }.items()
    for sign in signs
}
