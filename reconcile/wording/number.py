"""Number words to numbers: units, tens, hundreds and scales composed as each language allows."""

from __future__ import annotations

from reconcile.wording.item import Item
from reconcile.wording.lexicon import Lexicon

_FREE = 1000
"""The place of a group of up to three digits in which nothing has been said yet."""


def numbers(found: list[Item], lexicon: Lexicon) -> list[Item]:
    """The same items with each run of number words made one item of kind "number".

    An article that stands for one joins a number it continues ("vingt et un") or begins ("a
    hundred"); else it stays as it is.
    """
    if not any(item.kind in ("number", "decimal") for item in found):
        return found
    out: list[Item] = []
    at, end = 0, len(found)
    while at < end:
        item = found[at]
        if item.kind == "number" and item.form == "scales":
            out.append(Item("magnitude", 0, "thousands" if item.value == 1000 else "?"))
            at += 1
        elif item.kind == "number" and item.form != "dual":
            value, at = _number(found, at, lexicon)
            out.append(value)
        elif item.kind in ("a", "one") and at + 1 < end and _multiplies(found[at + 1]):
            value, at = _number(found, at + 1, lexicon)
            out.append(value)
        elif item.kind == "one" and lexicon.ones_first and _precedes_tens(found, at + 1):
            value, at = _number(found, at, lexicon)
            out.append(value)
        elif item.kind == "decimal":
            scaled = at + 1 < end and found[at + 1].form in ("scale", "scales")
            out.append(_scaled(item, found[at + 1]) if scaled else item)
            at += 2 if scaled else 1
        else:
            out.append(item)
            at += 1
    return out


def _multiplies(item: Item) -> bool:
    return item.kind == "number" and item.form in ("hundred", "scale", "scales")


def _precedes_tens(found: list[Item], at: int) -> bool:
    joined = at + 1 < len(found) and found[at].kind in ("and", "glue")
    return joined and found[at + 1].kind == "number" and found[at + 1].form == "tens"


def _scaled(decimal: Item, scale: Item) -> Item:
    whole, fraction = decimal.form.split(".")
    value, rest = divmod(int(whole + fraction) * scale.value, 10 ** len(fraction))
    return decimal if rest else Item("number", value, "digits")


def _number(found: list[Item], start: int, lexicon: Lexicon) -> tuple[Item, int]:
    """The number that begins at `start`, and where it ends."""
    first = found[start]
    if first.form == "digits":
        following = found[start + 1] if start + 1 < len(found) else first
        if _multiplies(following):
            return Item("number", first.value * following.value, "digits"), start + 2
        return first, start + 1
    group = _Group(lexicon)
    at = start
    while at < len(found):
        item = found[at]
        if group.takes(item):
            at += 1
            continue
        joined = at > start and at + 1 < len(found) and group.joins(item, found[at + 1])
        if not joined and not group.continues(found, at):
            break
        at += 1
    form = "power" if at == start + 1 and _multiplies(first) else "words"
    return Item("number", group.value, form), at


class _Group:
    """A number as far as its words have been read."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._total = 0
        self._hundreds = 0
        self._rest = 0
        self._place = _FREE
        self._scale = 0
        self._last = ""

    @property
    def value(self) -> int:
        return self._total + self._hundreds + self._rest

    def takes(self, item: Item) -> bool:
        """Add one number word if it fits after those before it."""
        form = "ones" if item.kind == "one" else item.form
        form = "scale" if form == "scales" and self._place < _FREE else form
        if item.kind not in ("number", "one") or not self._fits(form, item.value):
            return False
        if form == "hundred":
            self._hundreds, self._rest = (self._rest or 1) * 100, 0
            self._place = 100
        elif form == "scale":
            self._total += (self._hundreds + self._rest or 1) * item.value
            self._hundreds = self._rest = 0
            self._place, self._scale = _FREE, item.value
        elif form == "hundreds":
            self._hundreds, self._place = item.value, 100
        else:
            self._rest += item.value
            is_ten = form.startswith("tens") and self._last != "ones_and"
            self._place = 10 if is_ten else 1
        self._last = form
        return True

    def _fits(self, form: str, value: int) -> bool:
        if form == "ones":
            return self._place > 1
        if form == "teens":
            return self._place >= 100 or self._last == "tens_with_teens"
        if form.startswith("tens"):
            return self._place >= 100 or self._last == "ones_and"
        if form == "hundreds":
            return self._place == _FREE
        if form == "hundred":
            return self._hundreds == 0 and self._last not in ("hundred", "hundreds")
        if form == "scale":
            small = not self._scale or value < self._scale
            return small and (self._place < _FREE or not self._total)
        return False

    def joins(self, item: Item, following: Item) -> bool:
        """Whether `item` is an "and" within the number, with `following` its next word."""
        if item.kind not in ("and", "glue") or following.kind not in ("number", "one"):
            return False
        form = "ones" if following.kind == "one" else following.form
        language = self._lexicon
        if language.ones_first and self._last == "ones" and form.startswith("tens"):
            self._last = "ones_and"
            return True
        if self._last not in language.join_after or not self._fits(form, following.value):
            return False
        return not language.join_values or following.value in language.join_values

    def continues(self, found: list[Item], at: int) -> bool:
        """Whether a comma within the number stands here: "one thousand, two hundred"."""
        if found[at].kind != "comma" or self._last != "scale" or at + 2 >= len(found):
            return False
        return found[at + 1].form == "ones" and found[at + 2].form == "hundred"
