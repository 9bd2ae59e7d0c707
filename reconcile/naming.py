"""What things are called: the names of parties, and of a measure of a victim group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.finding import Text
from reconcile.model import Quantity

if TYPE_CHECKING:
    import duckdb


_STANDING = """
SELECT claim, event, measure, victims, source_name, stated, stance, low, high
FROM standing WHERE claim IN (SELECT UNNEST($claims))
"""
_FRENCH = {
    "government": "gouvernement",
    "insurgent": "insurgés",
    "security": "sources de sécurité",
    "local": "sources locales",
    "observer": "observateurs",
    "media": "médias",
    "figure": "chiffre",
    "denial": "démenti",
    "vague": "sans nombre",
    "silent": "sans bilan",
    "silence": "aucun bilan",
    "denies-event": "un démenti de l'événement",
    "denies-figure": "un démenti du chiffre",
    "denies-authorship": "un démenti de responsabilité",
    "not recorded": "non enregistré",
    "claimant": "source",
    "event": "événement",
    "measure": "mesure",
    "victims": "victimes",
    "bound": "borne",
}


def in_both(words: str) -> Text:
    """Words of the views ("claimant, figure") in English and French."""
    return Text(words, ", ".join(_FRENCH.get(word, word) for word in words.split(", ")))


class Names:
    """The names in a database made by `reconcile.connect`, in English and French."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._parties = dict(database.execute("SELECT party, name FROM parties").fetchall())
        self._victims = _texts(database, "SELECT victims, name, name_fr FROM victims")
        self._measures = _texts(database, "SELECT measure, name, name_fr FROM measures")
        self._standing: dict[str, Mapping[str, Any]] = {}

    def party(self, party: str) -> str:
        """The name of a party; its id if it is not known."""
        return str(self._parties.get(party, party))

    def cell(self, measure: str, victims: str) -> Text:
        """A cell as "soldiers killed"; an id stands where a name is not known."""
        whom = self._victims.get(victims, Text(victims, victims))
        what = self._measures.get(measure, Text(measure, measure))
        return Text(
            f"{_lowered(whom.en)} {_lowered(what.en)}", f"{_lowered(whom.fr)} {_lowered(what.fr)}"
        )

    def hear(self, claims: Iterable[str]) -> None:
        """Look up at once what these standing claims say, where `sayings` is asked of many."""
        if lacking := sorted(set(claims) - self._standing.keys()):
            rows = rows_of(self._database, _STANDING, {"claims": lacking})
            self._standing |= {row["claim"]: row for row in rows}

    def sayings(self, claims: Iterable[str], event: str) -> Text:
        """What standing claims say: "JNIM says 70 (soldiers killed); …".

        A claim on another event than `event` names its own; one without a number is quoted.
        """
        wanted = list(claims)
        self.hear(wanted)
        told = [self._saying(self._standing[one], event) for one in wanted]
        return Text("; ".join(one.en for one in told), " ; ".join(one.fr for one in told))

    def _saying(self, told: Mapping[str, Any], event: str) -> Text:
        interval = Quantity(told["low"], told["high"])
        cell = self.cell(told["measure"], told["victims"])
        words = Text("“{}”, ", "« {} », ") if told["stance"] == "vague" else Text("", "")
        place = "" if told["event"] == event else f", {told['event']}"
        source, stated = told["source_name"], told["stated"]
        return Text(
            f"{source} says {interval.text('en')} ({words.en.format(stated)}{cell.en}{place})",
            f"{interval.text('fr')} selon {source} ({words.fr.format(stated)}{cell.fr}{place})",
        )


def _texts(database: duckdb.DuckDBPyConnection, query: str) -> dict[str, Text]:
    told = database.execute(query).fetchall()
    return {one: Text(english, french or english) for one, english, french in told}


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
