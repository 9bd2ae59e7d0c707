"""What things are called: the names of parties, and of a measure of a victim group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile.finding import Text

if TYPE_CHECKING:
    import duckdb


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
    "denies-authorship": "un démenti d'en être l'auteur",
    "not recorded": "non enregistré",
    "claimant": "auteur",
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
        self._parties = dict(database.execute("SELECT party, name FROM parties").fetchall())
        self._victims = _texts(database, "SELECT victims, name, name_fr FROM victims")
        self._measures = _texts(database, "SELECT measure, name, name_fr FROM measures")

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


def _texts(database: duckdb.DuckDBPyConnection, query: str) -> dict[str, Text]:
    told = database.execute(query).fetchall()
    return {one: Text(english, french or english) for one, english, french in told}


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
