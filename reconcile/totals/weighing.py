"""Whether a conclusion holds of a selection, and the claims that it hangs on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from reconcile.aggregation import aggregation_rules
from reconcile.database import execute, rows_of
from reconcile.finding import Address, ReconcileError
from reconcile.model import Quantity
from reconcile.naming import Names
from reconcile.selection import Selection
from reconcile.totals.by_rule import drawn_from, people
from reconcile.totals.conclusion import Conclusion
from reconcile.totals.removal import (
    NOTHING,
    Family,
    Figure,
    Worth,
    compared,
    families,
    kin,
    worth,
)
from reconcile.totals.turning import Problem, Search, Way

if TYPE_CHECKING:
    import duckdb

_SIDES = {"official": "government", "insurgent": "insurgent"}
_KINDS = (
    "SELECT measure, victims FROM summand WHERE voices = 'anyone'"
    " GROUP BY measure, victims ORDER BY COUNT(*) DESC, measure, victims"
)
_FIGURES = (
    "SELECT f.claim, f.event, f.side, f.number, f.low, f.high FROM pooled_figure AS f"
    " INNER JOIN events AS e ON e.event = f.event"
    " WHERE f.pool = 'standing' AND COALESCE(e.kind, '') <> 'period-total'"
)
_PARTS = (
    "SELECT p.event, p.part_of FROM event_closure AS p INNER JOIN events AS e"
    " ON e.event = p.part_of WHERE COALESCE(e.kind, '') <> 'period-total'"
)
_SPREAD = "SELECT DISTINCT event, least, most FROM cell_rule WHERE least IS NOT NULL"


@dataclass(frozen=True)
class Removed:
    """A claim of the set without which a conclusion turns round."""

    claim: str
    event: str
    at: Address
    source_name: str
    stated: str
    quantity: Quantity


@dataclass(frozen=True)
class Turning:
    """What is left of a conclusion without the claims `removed`: the totals over the events left.

    `exact` says that no part of the set turns it round; otherwise not every part was tried.
    """

    removed: tuple[Removed, ...]
    left: float
    right: float
    events: int
    exact: bool


@dataclass(frozen=True)
class Weighed:
    """A conclusion on one measure and victim group, over the `events` on which it can be compared.

    `left` and `right` are the totals there. `turning` is None where nothing turns the conclusion
    round, or nothing can be compared; `exact` says that no set of claims was left untried.
    """

    conclusion: Conclusion
    title: str
    left: float
    right: float
    events: int
    turning: Turning | None
    exact: bool

    @property
    def margin(self) -> float:
        """By how much it holds; 0 or less where it does not."""
        return self.conclusion.margin(self.left, self.right)

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None where nothing can be compared."""
        return self.margin > 0 if self.events else None


def sentences(told: Weighed) -> Iterator[str]:
    """What came of a conclusion, in a few sentences; the claims of its set are not in them."""
    if told.holds is None:
        speak = " and ".join(told.conclusion.rules)
        yield f"{told.conclusion} cannot be said of {told.title}: on no event {speak} has a number"
        return
    verb = "holds" if told.holds else "does not hold"
    totals = _against(told.conclusion, told.left, told.right)
    apart = f"{people(abs(told.margin))} apart"
    yield f"{told.conclusion} {verb} for {told.title}: {totals} on {_events(told.events)}, {apart}"
    if told.turning is not None:
        number = len(told.turning.removed)
        these = "this claim" if number == 1 else f"these {number} claims"
        totals = _against(told.conclusion, told.turning.left, told.turning.right)
        without, otherwise = ("does not hold", "does") if told.holds else ("holds", "does not")
        yield f"without {these} it {without}: {totals} on {_events(told.turning.events)}"
        if not told.turning.exact:
            yield "fewer of them might do: not every part of them was tried"
        elif number > 1:
            yield f"without fewer of them it {otherwise}"
    elif told.exact:
        yield f"whichever claims are taken away, it {verb} while anything is left to compare"
    else:
        yield "no claims were found without which it turns round; not every set of them was tried"


def _against(told: Conclusion, left: float, right: float) -> str:
    sides = ((told.left, left), (told.right, right))
    return " against ".join(people(total) for term, total in sides if isinstance(term, str))


def _events(number: int) -> str:
    return f"{number} event{'' if number == 1 else 's'}"


def weigh(
    database: duckdb.DuckDBPyConnection, wanted: Selection, told: Conclusion
) -> Weighed | None:
    """Whether a conclusion holds of the events selected, and without which claims it would turn.

    What is taken away is taken from the claims that stand: a figure that one of them corrected
    does not come back. None where no figure is selected. Raises ReconcileError where figures of
    several measures or victim groups are selected.
    """
    with drawn_from(database, wanted) as cursor:
        kinds = list(rows_of(cursor, _KINDS))
        if not kinds:
            return None
        title = _title(database, kinds)
        now = compared(cursor, told, "event")
        figures = [Figure(*row) for row in execute(cursor, _FIGURES).fetchall()]
        spread = execute(cursor, _SPREAD).fetchall()
    total = reduce(add, now.values(), NOTHING)
    if not total.events:
        return Weighed(told, title, *_totals(told, NOTHING), 0, None, exact=True)
    problem = _problem(database, told, figures, now, spread)
    chosen, exact = Search(problem).solve()
    turning = None
    if chosen is not None:
        taken = [
            one for name, way in chosen.items() for one in problem.families[name].taken(way.way)
        ]
        kept = [way.left for name, way in (problem.now | chosen).items()]
        left = reduce(add, kept, NOTHING)
        turning = Turning(_removed(database, taken), *_totals(told, left), left.events, exact)
    return Weighed(told, title, *_totals(told, total), total.events, turning, exact)


def _totals(told: Conclusion, summed: Worth) -> tuple[float, float]:
    return (
        summed.left if isinstance(told.left, str) else told.left,
        summed.right if isinstance(told.right, str) else told.right,
    )


def _problem(
    database: duckdb.DuckDBPyConnection,
    told: Conclusion,
    figures: Sequence[Figure],
    now: Mapping[str, Worth],
    spread: Sequence[tuple[str, float, float]],
) -> Problem:
    """The margin of a conclusion as a sum over families, the lower the nearer to its turning."""
    fixed = told.margin(*_totals(told, NOTHING))
    holds = told.margin(*_totals(told, reduce(add, now.values()))) > 0
    sign = 1 if holds else -1
    lowered, raised = told.pressed(down=holds)
    sides = {_SIDES.get(aggregation_rules()[rule].pool) for rule in told.rules}
    raised_side = _SIDES.get(aggregation_rules()[raised].pool) if isinstance(raised, str) else None
    of = kin(execute(database, _PARTS).fetchall())
    drawn = [one for one in figures if None in sides or one.side in sides]
    found = {
        one.name: one
        for one in families(
            drawn, of, lambda one: one.side == raised_side or not isinstance(lowered, str)
        )
    }
    before: dict[str, Worth] = defaultdict(Worth)
    for event, one in now.items():
        before[of.get(event, event)] += one
    depth: dict[str, float] = defaultdict(float)
    for event, least, most in spread:
        if isinstance(raised, str):
            depth[of.get(event, event)] += most - least if isinstance(lowered, str) else most

    def way(at: int, taken: int, left: Worth) -> Way:
        return Way(at, taken, left, sign * told.margin(left.left, left.right))

    def tries(batch: Sequence[Family]) -> dict[str, list[Way]]:
        return {
            family.name: [way(at, len(family.taken(at)), left) for at, left in enumerate(ways)]
            for family, ways in zip(batch, worth(database, batch, told), strict=True)
        }

    told_now = {name: way(0, 0, before[name]) for name in found}
    return Problem(
        found,
        told_now,
        sign * fixed,
        {name: told_now[name].value + depth[name] for name in found},
        (lambda margin: margin <= 0) if holds else (lambda margin: margin < 0),
        tries,
    )


def _removed(database: duckdb.DuckDBPyConnection, taken: Sequence[str]) -> tuple[Removed, ...]:
    rows = rows_of(
        database,
        "SELECT s.*, a.file, a.line FROM standing AS s INNER JOIN address AS a ON a.row = s.row"
        " WHERE s.claim IN (SELECT UNNEST($claims)) ORDER BY a.file, a.line",
        {"claims": list(taken)},
    )
    return tuple(
        Removed(
            row["claim"],
            row["event"],
            Address(row["file"], row["line"]),
            row["source_name"],
            row["stated"],
            Quantity(row["low"], row["high"], row["named"]),
        )
        for row in rows
    )


def _title(database: duckdb.DuckDBPyConnection, kinds: Sequence[Mapping[str, str]]) -> str:
    if len(kinds) > 1:
        most = [f"--measure {one['measure']} --victims {one['victims']}" for one in kinds[:3]]
        raise ReconcileError(
            f"a conclusion is on one measure of one victim group, and there are {len(kinds)}; most"
            f" events have a figure for {', '.join(most)}"
        )
    return Names(database).cell(kinds[0]["measure"], kinds[0]["victims"]).en
