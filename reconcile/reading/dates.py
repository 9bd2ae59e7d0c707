"""Writings of a date to the days that they can mean: none, one, or several."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache
from typing import Any

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMED = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})([T ].*)?")
_MIDNIGHT = re.compile(r"(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?)$")
_NUMERIC = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_LONGEST = 40
_PIVOT = 69  # as POSIX has it: 69 to 99 are of the last century
_MONTHS = [
    ("jan", "january", "janv", "janvier"),
    ("feb", "february", "févr", "fév", "fevr", "fev", "février", "fevrier"),
    ("mar", "march", "mars"),
    ("apr", "april", "avr", "avril"),
    ("may", "mai"),
    ("jun", "june", "juin"),
    ("jul", "july", "juil", "juillet"),
    ("aug", "august", "août", "aout"),
    ("sep", "sept", "september", "septembre"),
    ("oct", "october", "octobre"),
    ("nov", "november", "novembre"),
    ("dec", "december", "déc", "décembre", "decembre"),
]
_WEEKDAYS = [
    ("mon", "monday", "lundi"),
    ("tue", "tuesday", "mardi"),
    ("wed", "wednesday", "mercredi"),
    ("thu", "thursday", "jeudi"),
    ("fri", "friday", "vendredi"),
    ("sat", "saturday", "samedi"),
    ("sun", "sunday", "dimanche"),
]


def days(cell: str, day_first: bool | None = None) -> tuple[dt.date, ...] | None:
    """The days that a writing can mean, in order; None where it is no date at all.

    Empty where it has the form of a date and names no day of any year. `day_first` says how a
    numeric date is to be read that could be two days. Month names may be English or French; two
    digits of a year are those of 1969 to 2068.
    """
    if _ISO.fullmatch(cell):
        return _only(_day(*map(int, cell.split("-"))))
    plain = ascii_digits(_MIDNIGHT.sub("", cell))
    if (parts := _NUMERIC.fullmatch(plain)) is not None:
        return _numeric([int(part) for part in parts.groups()], day_first)
    if len(cell) > _LONGEST or not any(one.isdigit() for one in cell):
        return None
    if (parts := _TIMED.fullmatch(cell)) is not None:
        day = _day(*(int(part) for part in parts.groups()[:3]))
        return None if day is None else (day,)
    return _in_words(plain)


def _only(day: dt.date | None) -> tuple[dt.date, ...]:
    return () if day is None else (day,)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def ascii_digits(cell: str) -> str:
    """A cell with the digits of other scripts as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() and not one.isascii() else one
        for one in cell
    )


def _numeric(parts: list[int], day_first: bool | None) -> tuple[dt.date, ...]:
    first, second, third = parts
    if first > 31:
        return _only(_day(first, second, third))
    year = _full(third)
    if day_first is not None:
        month, day = (second, first) if day_first else (first, second)
        return _only(_day(year, month, day))
    readings = {_day(year, second, first), _day(year, first, second)}
    if first > 12 and third <= 31:
        readings.add(_day(first + 2000, second, third))
    return tuple(sorted(day for day in readings if day is not None))


def _full(year: int) -> int:
    if year >= 100:
        return year
    return year + (2000 if year < _PIVOT else 1900)


def _in_words(cell: str) -> tuple[dt.date, ...] | None:
    from dateutil import parser

    epochs = (dt.datetime(2000, 1, 1), dt.datetime(2001, 12, 28))
    reader = parser.parser(_months())
    try:
        readings = {
            reader.parse(cell, dayfirst=first, default=default).date()
            for first in (True, False)
            for default in epochs
        }
    except (ValueError, OverflowError, TypeError):
        return None
    return (readings.pop(),) if len(readings) == 1 else None


@cache
def _months() -> Any:
    from dateutil import parser

    class Months(parser.parserinfo):
        """English and French names; a year of two digits does not depend on today."""

        MONTHS: Any = _MONTHS
        WEEKDAYS: Any = _WEEKDAYS
        JUMP = [*parser.parserinfo.JUMP, "le", "er", "du"]  # noqa: RUF012

        def convertyear(self, year: int, century_specified: bool = False) -> int:
            return year if century_specified else _full(year)

    return Months()
