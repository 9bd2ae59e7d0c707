"""The parts of a phrase: each quantity with its bounds, its noun, and how it hangs on the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconcile.wording.term import Amount


@dataclass(slots=True)
class Part:
    """One quantity of a phrase.

    `link` is how it hangs on what came before: "" (not at all), "and", "comma", "or". `noun` is the
    kind of noun it counts, "" while none was met. `explains` is set inside "dont …" and brackets;
    `reopens` after ", and" there, which may end the explanation. `definite` marks one person under
    a definite article ("the mayor"), who may be no victim; `doubtful` a number after an unknown
    word, which may bound it.
    """

    amount: Amount
    bounds: set[str] = field(default_factory=set)
    link: str = ""
    noun: str = ""
    singular: bool = False
    explains: bool = False
    additional: bool = False
    also: bool = False
    definite: bool = False
    doubtful: bool = False
    reopens: bool = False
    measures: set[str] = field(default_factory=set)

    @property
    def counts_people(self) -> bool:
        """Whether its noun, if one was met, can be people."""
        return self.noun != "thing"
