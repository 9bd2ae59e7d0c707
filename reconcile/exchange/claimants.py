"""Who speaks, as notes and source columns name them: words to a source and its party."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from reconcile.exchange import country
from reconcile.exchange.proposal import Cells, slug
from reconcile.ledger import Ledger

_NEAR = 25  # characters before a mention in which its country may be named


@dataclass(frozen=True)
class Claimant:
    """A voice: the row of its source, and that of its party where it has one."""

    source: Cells
    party: Cells


@dataclass(frozen=True)
class Mention:
    """A claimant in a text: from where to where."""

    start: int
    end: int
    claimant: Claimant


class Claimants:
    """The claimants known by their words, brought to the sources and parties of a ledger.

    Where the ledger has a source of the same side and party whose name holds one of the words, that
    source is meant; else the one of the vocabulary. A government is the party that the ledger has
    for its country.
    """

    def __init__(self, ledger: Ledger) -> None:
        sources, parties = ledger.tables["sources"], ledger.tables["parties"]
        self._sources = [_texts(row) for row in sources.to_dict("records")]
        self._parties = {row["party"]: row for row in map(_texts, parties.to_dict("records"))}

    def in_text(self, text: str, where: str | None) -> list[Mention]:
        """The claimants that a text mentions, in its order, the longest words first.

        `where` is the country of the event, for words that name no country of their own.
        """
        plain = folded(text)
        pattern, entries = _vocabulary("words")
        found: list[Mention] = []
        for match in pattern.finditer(plain):
            named = _country_in(plain[max(0, match.start() - _NEAR) : match.start()])
            told = self._claimant(entries[match[0]], named or where)
            if told is not None:
                found.append(Mention(match.start(), match.end(), told))
        return found

    def of_label(self, label: str, where: str | None, *, whole: bool = False) -> Claimant | None:
        """The claimant that a short label means, None where its words are not known.

        `whole`: the label must be its words and nothing else.
        """
        plain = folded(label)
        pattern, entries = _vocabulary("words", "labels")
        found = pattern.findall(plain)
        if whole and plain not in entries:
            return None
        if not found:
            return None
        return self._claimant(entries[max(found, key=len)], _country_in(plain) or where)

    def government(self, where: str) -> Cells:
        """The row of the party that governs a country."""
        for row in self._parties.values():
            if row["side"] == "government" and row["country"] == where:
                return row
        name = country.name_of(where)
        return {"party": slug(name), "side": "government", "country": where, "name": name}

    def party(self, identity: str, name: str) -> Cells:
        """The row of an insurgent party by its id, or by its name in the ledger."""
        for row in self._parties.values():
            if row["party"] == identity or folded(row["name"]) == folded(name):
                return row
        return {"party": identity, "side": "insurgent", "name": name}

    def _claimant(self, entry: dict[str, Any], where: str | None) -> Claimant | None:
        local = "{country}" in entry["source"]
        if local and where is None:
            return None
        governs = self.government(where) if where else {}
        filled = {"country": governs.get("party", ""), "Country": country.name_of(where or "")}
        party: Cells = {}
        if entry.get("party") == "{country}":
            party = governs
        elif "party" in entry:
            party = self.party(entry["party"], entry["name"])
        source = {
            "source": entry["source"].format(**filled),
            "name": entry["name"].format(**filled),
            "side": entry["side"],
            "party": party.get("party", ""),
            "collective": "yes" if entry.get("collective") else "",
            "country": (where or "") if local else "",
        }
        return Claimant(self._known(source, entry) or source, party)

    def _known(self, wanted: Cells, entry: dict[str, Any]) -> Cells | None:
        """The source of the ledger that is meant, if it has one."""
        same = [row for row in self._sources if row["source"] == wanted["source"]]
        for row in self._sources:
            alike = all(row[name] == wanted[name] for name in ("side", "party", "collective"))
            if (
                alike
                and wanted["party"]
                and _whole_words(entry["words"]).search(folded(row["name"]))
            ):
                same.append(row)
        return same[0] if same else None


def folded(text: str) -> str:
    """A text in small letters without accents, character for character as long as it was."""
    return "".join(_fold(one) for one in text)


@cache
def _fold(character: str) -> str:
    if character in "’‘ʼ":
        return "'"
    plain = unicodedata.normalize("NFKD", character.lower())
    return plain[0] if plain else character


def _texts(row: dict[Any, Any]) -> Cells:
    return {
        str(name): "yes" if cell is True else cell if isinstance(cell, str) else ""
        for name, cell in row.items()
    }


@cache
def _told() -> dict[str, Any]:
    found = files("reconcile").joinpath("exchange", "claimants.toml")
    return tomllib.loads(found.read_text("utf-8"))


@cache
def _vocabulary(*kinds: str) -> tuple[re.Pattern[str], dict[str, dict[str, Any]]]:
    entries = {
        word: entry
        for entry in _told()["claimant"]
        for kind in kinds
        for word in entry.get(kind, ())
    }
    return _whole_words(entries), entries


@cache
def _nationalities() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {word: code for code, words in _told()["nationalities"].items() for word in words}
    return _whole_words(codes), codes


def _country_in(plain: str) -> str | None:
    """The last country that a text names."""
    pattern, codes = _nationalities()
    found = pattern.findall(plain)
    return codes[found[-1]] if found else None


def _whole_words(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")
