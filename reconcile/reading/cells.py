"""Cell texts to values: a value, or the rule that it breaks with what to say of it."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from reconcile.finding import Text
from reconcile.reading import characters, dates

_WHOLE = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,20})?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_ID = re.compile(r"[a-z0-9-]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_GROUPED = re.compile(r"-?\d{1,3}(?:[ \u00a0\u202f,.'’]\d{3})+|\d+\.0{1,2}|\d{4,}\.0+")
_THOUSAND_OR_ONE = re.compile(r"\d{1,3}\.000")
_SEPARATORS = re.compile(r"[ \u00a0\u202f,.'’]")
_SEMICOLONS = Text("a semicolon too many", "un point-virgule de trop")
_LONGEST_WHOLE = 18

Value = str | int | float | bool | dt.date | None


@dataclass(frozen=True)
class Fault:
    """Why a cell has no value: the rule it breaks, and the values for the rule's message."""

    rule: str
    values: dict[str, object] = field(default_factory=dict)


def text(cell: str) -> Value | Fault:
    """Words as they stand, without control characters."""
    if (found := characters.control(cell)) is not None:
        return Fault("control-character", {"character": characters.name(found)})
    return cell


def name(cell: str) -> Value | Fault:
    """Words that identify somebody: no invisible and no look-alike characters either."""
    if isinstance(known := text(cell), Fault):
        return known
    if (found := characters.hidden(cell)) is not None:
        return Fault("hidden-character", {"character": characters.name(found)})
    if (found := characters.look_alike(cell)) is not None:
        return Fault("look-alike-character", {"character": characters.name(found)})
    return cell


def identifier(cell: str) -> Value | Fault:
    """An id: lower-case letters a to z, digits and hyphens."""
    if _ID.fullmatch(cell):
        return cell
    if isinstance(known := name(cell), Fault):
        return known
    stranger = next(letter for letter in cell if not _ID.fullmatch(letter))
    if stranger.isalpha() and not stranger.isascii() and _alphabetic_twin(stranger):
        return Fault("look-alike-character", {"character": characters.name(stranger)})
    plain = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode().lower()
    offered = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return Fault(
        "malformed-id", {"character": characters.name(stranger), "offered": offered or "?"}
    )


def country(cell: str) -> Value | Fault:
    """A country as the two capitals of ISO 3166-1."""
    if _COUNTRY.fullmatch(cell):
        return cell
    return Fault("malformed-country")


def identifiers(cell: str) -> Value | Fault:
    """Ids separated by semicolons, kept as one text without white space."""
    parts = [part.strip() for part in cell.split(";")]
    for part in parts:
        if not part:
            return Fault("malformed-id", {"character": _SEMICOLONS, "offered": "a;b"})
        if isinstance(known := identifier(part), Fault):
            return known
    return ";".join(parts)


def whole(cell: str) -> Value | Fault:
    """A whole number in plain digits; a reading is offered for other writings of one."""
    if _WHOLE.fullmatch(cell) and len(cell) <= _LONGEST_WHOLE:
        return int(cell)
    return Fault("not-a-whole-number", {"offer": _offer_whole(cell)})


def decimal(cell: str) -> Value | Fault:
    """A number in plain digits with a decimal point."""
    if _DECIMAL.fullmatch(cell) and math.isfinite(value := float(cell)):
        return value
    return Fault("not-a-number", {"offer": _offered(cell.replace(",", "."), _DECIMAL)})


def date(cell: str) -> Value | Fault:
    """A day written year-month-day; a numeric date that could be two days says which two."""
    day = any_date(cell)
    if isinstance(day, Fault) or _ISO.fullmatch(cell):
        return day
    return Fault("date-not-iso", {"offer": _meaning(day)})


def any_date(cell: str, day_first: bool | None = None) -> dt.date | Fault:
    """A day in any writing; `day_first` says how one is to be read that could be two days."""
    days = dates.days(cell, day_first)
    if days is None:
        return Fault("date-not-iso", {"offer": Text("", "")})
    if not days:
        return Fault("date-impossible")
    if len(days) > 1:
        return Fault("date-ambiguous", {"one": days[0].isoformat(), "other": days[1].isoformat()})
    return days[0]


def moment(cell: str) -> Value | Fault:
    """A moment of universal time to the second, kept as it is written."""
    try:
        dt.datetime.fromisoformat(cell)
    except ValueError:
        return Fault("moment-not-utc")
    return cell if _MOMENT.fullmatch(cell) else Fault("moment-not-utc")


def yes(cell: str) -> Value | Fault:
    """A flag: "yes", or empty for no."""
    return True if cell == "yes" else Fault("not-yes")


PARSERS: dict[str, Callable[[str], Value | Fault]] = {
    "text": text,
    "word": text,
    "name": name,
    "id": identifier,
    "ids": identifiers,
    "country": country,
    "whole": whole,
    "decimal": decimal,
    "date": date,
    "moment": moment,
    "yes": yes,
}


def _alphabetic_twin(letter: str) -> bool:
    return unicodedata.name(letter, "").partition(" ")[0] in ("CYRILLIC", "GREEK", "ARMENIAN")


def _offered(reading: str, form: re.Pattern[str]) -> Text:
    plain = dates.ascii_digits(reading).strip().removeprefix("+")
    if form.fullmatch(plain) and len(plain) <= _LONGEST_WHOLE:
        return Text(
            f"; if it means {plain}, write {plain}", f" ; s'il veut dire {plain}, écrire {plain}"
        )
    return Text("", "")


def _offer_whole(cell: str) -> Text:
    plain = dates.ascii_digits(cell)
    if _THOUSAND_OR_ONE.fullmatch(plain):
        return Text("", "")
    if _GROUPED.fullmatch(plain):
        whole_part, _, zeros = plain.partition(".")
        plain = whole_part if zeros and not zeros.strip("0") else _SEPARATORS.sub("", plain)
    return _offered(plain, _WHOLE)


def _meaning(day: dt.date) -> Text:
    return Text(f"; if it means that day, write {day}", f" ; si c'est ce jour-là, écrire {day}")
