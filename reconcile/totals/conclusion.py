"""A conclusion drawn from totals, as "insurgent-only > official-only"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reconcile.aggregation import EVERY_REPORT, aggregation_rules
from reconcile.finding import ReconcileError
from reconcile.reading.table import near

_WRITTEN = re.compile(r"\s*([^\s<>]+)\s*([<>])\s*([^\s<>]+)\s*")
_NUMBER = re.compile(r"[0-9]{1,15}")
_PARTIES = {"official", "insurgent"}

Term = str | int
"""A rule of aggregation by its name, or a number of people."""


@dataclass(frozen=True)
class Conclusion:
    """The total by one rule is above (`>`) or below (`<`) that by another, or a number."""

    left: Term
    relation: str
    right: Term

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {self.right}"

    @property
    def rules(self) -> list[str]:
        """The rules that it compares: one or two."""
        return [term for term in (self.left, self.right) if isinstance(term, str)]

    @property
    def voices(self) -> str:
        """Who must give a figure on an event for it to be compared there."""
        needed = {aggregation_rules()[rule].voices for rule in self.rules} & _PARTIES
        return "both" if needed == _PARTIES else next(iter(needed), "anyone")

    def pressed(self, down: bool) -> tuple[Term, Term]:
        """What is to be lower and what higher for the margin to go `down`, or else up."""
        return (
            (self.left, self.right) if down is (self.relation == ">") else (self.right, self.left)
        )

    def margin(self, left: float, right: float) -> float:
        """By how much it holds of these totals: above 0 it does, at 0 and below it does not."""
        return left - right if self.relation == ">" else right - left


def conclusion(written: str) -> Conclusion:
    """Read `RULE > RULE`, `RULE < RULE`, or one with a number in place of a rule.

    Raises ReconcileError for anything else, with the nearest rule for a misspelt one.
    """
    told = _WRITTEN.fullmatch(written)
    if told is None:
        raise ReconcileError(
            f"{written!r} is no conclusion: write two rules, or a rule and a number, with > or <"
            " between them, as 'insurgent-only > official-only' or 'highest > 1000'"
        )
    found = Conclusion(_term(told[1]), told[2], _term(told[3]))
    if not found.rules:
        raise ReconcileError(f"{written!r} compares two numbers; one of them must be a rule")
    return found


def _term(word: str) -> Term:
    if _NUMBER.fullmatch(word):
        return int(word)
    if word == EVERY_REPORT:
        raise ReconcileError(
            f"nothing is concluded from {word}: it does not draw from the claims that stand"
        )
    known = [rule for rule in aggregation_rules() if rule != EVERY_REPORT]
    if word not in known:
        offer = near(word, known).en or f"; there are {', '.join(known)}"
        raise ReconcileError(f"no rule of aggregation is called {word}{offer}")
    return word
