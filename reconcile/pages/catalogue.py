"""The messages of the pages in the languages of the product, and days and countries in words."""

from __future__ import annotations

import datetime as dt
import gettext
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "fr")
"""The languages in which pages are written; English is the language of the templates."""


@cache
def messages(language: str) -> gettext.NullTranslations:
    """The messages in `language`, read from `messages/<language>.po`."""
    if language == "en":
        return gettext.NullTranslations()
    text = files("reconcile.pages").joinpath("messages", f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def day_in_words(day: dt.date, language: str) -> str:
    """A day as "23 May 2025" or "23 mai 2025"; the first of a month as "1er juin 2025"."""
    ordinal = "'er'" if language == "fr" and day.day == 1 else ""
    return format_date(day, f"d{ordinal} MMM y", locale=_locale(language))


@cache
def month_in_words(month: dt.date, language: str) -> str:
    """The month of a day as "May 2025" or "mai 2025"."""
    return format_date(month, "MMMM y", locale=_locale(language))


@cache
def country_in_words(code: str, language: str) -> str:
    """The name of a country by its two-letter code; the code where it has none."""
    return str(Locale.parse(_locale(language)).territories.get(code, code))


def _locale(language: str) -> str:
    return "en_GB" if language == "en" else language
