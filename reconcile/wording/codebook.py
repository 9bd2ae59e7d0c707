"""Codebooks: what each word for a number is worth, as an interval of people."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from reconcile.finding import ReconcileError
from reconcile.model import LARGEST_FIGURE

FOLDER = Path(__file__).parent / "codebooks"
BASE = "literal"

Bound = Callable[[int, int, int], int | None]
_BOUNDS: dict[str, Bound] = {
    "n": lambda n, m, d: n,
    "m": lambda n, m, d: m,
    "n+1": lambda n, m, d: n + 1,
    "n-1": lambda n, m, d: max(0, n - 1),
    "n+d": lambda n, m, d: n + d,
    "n-d": lambda n, m, d: max(0, n - d),
    "open": lambda n, m, d: None,
}


class Interval(NamedTuple):
    """A closed interval of people; `high` is None where it is open above."""

    low: int
    high: int | None


class Term(NamedTuple):
    """What one codebook makes of one term, and whose convention that is."""

    low: Bound
    high: Bound
    codebook: str
    checked: str


class Codebook:
    """A named set of conventions; where it has none for a term, those of `literal` serve."""

    def __init__(self, name: str, data: Mapping[str, Any], base: Codebook | None) -> None:
        self.name = name
        self.source: str = str(data.get("source", ""))
        own = {term: _term(name, term, line) for term, line in data.get("term", {}).items()}
        unknown = own.keys() - base.terms.keys() if base else set()
        if unknown:
            raise ReconcileError(f"codebook {name}: no such term: {', '.join(sorted(unknown))}")
        self.terms: Mapping[str, Term] = {**base.terms, **own} if base else own
        tolerance: Mapping[str, Any] = data.get("tolerance", {})
        self._share: int = int(tolerance.get("share", base._share if base else 5))
        self._least: int = int(tolerance.get("least", base._least if base else 1))
        if self._share < 1 or self._least < 0:
            raise ReconcileError(f"codebook {name}: a tolerance needs share >= 1 and least >= 0")

    def tolerance(self, number: int) -> int:
        """How far an approximation of `number` reaches on each side, in people.

        Half the step the number is written in, but no more than a share of the number, and never
        less than the codebook's least.
        """
        return max(self._least, min(step(number) * self._share, number * 2) // (2 * self._share))

    def interval(self, term: str, number: int = 0, second: int = 0) -> Interval:
        """What `term` is worth for the number named (and, of a range, the second number)."""
        found = self.terms[term]
        reach = self.tolerance(number) if number else 0
        low = found.low(number, second, reach)
        high = found.high(number, second, reach)
        return Interval(low or 0, high if high is None else max(high, low or 0))

    def says(self, term: str) -> str:
        """The rule for `term` and whose it is, in words."""
        found = self.terms[term]
        if found.codebook == self.name:
            return f"{term} ({self.name}, {found.checked})"
        return f"{term} ({self.name} has no convention: {found.codebook})"


def step(number: int) -> int:
    """The round step a number is written in: 10 for 40, 100 for 600, 1 for 41.

    A 5 behind other digits halves the step before it: 5 for 45, 50 for 150; alone it does not.
    """
    digits = str(number).rstrip("0")
    size = int("1".ljust(len(str(number)) - len(digits) + 1, "0")) if digits else 1
    return size * 5 if len(digits) > 1 and digits.endswith("5") else size


def _term(codebook: str, term: str, line: Any) -> Term:
    try:
        return Term(_bound(line["low"]), _bound(line["high"]), codebook, line.get("checked", ""))
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise ReconcileError(f"codebook {codebook}: [term] {term}: {fault!r}") from fault


def _bound(written: str | int) -> Bound:
    text = str(written).replace(" ", "")
    if text in _BOUNDS:
        return _BOUNDS[text]
    value = int(text)
    if not 0 <= value <= LARGEST_FIGURE:
        raise ValueError(f"{value} is not a number of people")
    return lambda n, m, d: value


@cache
def codebook(name: str) -> Codebook:
    """The codebook of that name, or the one in the file of that path (ending in .toml).

    Raises `ReconcileError` where there is none or it cannot be read.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not name.endswith(".toml") and name not in names():
        raise ReconcileError(f"no codebook is called {name!r}; there are {', '.join(names())}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ReconcileError(f"the codebook {path} cannot be read: {fault}") from fault
    base = None if name == BASE else codebook(BASE)
    return Codebook(str(data.get("name", path.stem)), data, base)


@cache
def names() -> tuple[str, ...]:
    """The codebooks that come with the program, `literal` first."""
    return (BASE, *sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != BASE))
