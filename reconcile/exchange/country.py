"""Countries as outside files write them, to the two letters of ISO 3166-1."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from reconcile.exchange.proposal import Proposal
from reconcile.exchange.sheet import Record
from reconcile.reading.table import shown

_LANGUAGES = ("en", "fr")
_BRACKET = re.compile(r"\s*\(.*\)$")
_OTHERWISE = {
    "bosnia herzegovina": "BA",
    "cambodia kampuchea": "KH",
    "central african republic": "CF",
    "congo": "CG",
    "congo brazzaville": "CG",
    "czech republic": "CZ",
    "democratic republic of congo": "CD",
    "dr congo": "CD",
    "east timor": "TL",
    "ivory coast": "CI",
    "kingdom of eswatini": "SZ",
    "macedonia fyr": "MK",
    "palestine": "PS",
    "republic of congo": "CG",
    "swaziland": "SZ",
    "turkey": "TR",
    "united states of america": "US",
}


def code(name: str) -> str | None:
    """The code of a country given by name in English or French, by two or three letters or by its
    number; None where that is not known."""
    told = name.strip()
    if re.fullmatch("[A-Z]{2}", told):
        return told if told in _codes() else None
    if re.fullmatch(r"[A-Z]{3}|\d{1,3}(\.0+)?", told):
        from babel.core import get_global

        number = told.partition(".")[0]
        key = number.zfill(3) if number.isdigit() else told
        found = get_global("territory_aliases").get(key)
        return found[0] if found else None
    return _names().get(_plain(told)) or _names().get(_plain(_BRACKET.sub("", told)))


def of(record: Record, column: str, event: str, proposal: Proposal) -> str | None:
    """The country that a record gives for an event; a finding where it is not known."""
    if (found := code(record[column])) is None:
        values = {"value": shown(record[column]) or "–", "event": event}
        proposal.find("country-not-known", "events", (event,), record.at(column), **values)
    return found


@cache
def name_of(country: str) -> str:
    """The English name of a country by its code; the code itself where there is none."""
    from babel import Locale

    return str(Locale("en").territories.get(country, country))


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names().values())


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    told = {
        _plain(name): code
        for language in _LANGUAGES
        for code, name in Locale(language).territories.items()
        if re.fullmatch("[A-Z]{2}", code)
    }
    without = {_plain(_BRACKET.sub("", name)): code for name, code in told.items()}
    return without | told | _OTHERWISE


def _plain(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    words = re.findall(r"\w+", letters.replace("’", " ").replace("&", " and "))
    return " ".join("st" if word == "saint" else word for word in words)
