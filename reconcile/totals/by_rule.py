"""Totals of a selection under every rule of aggregation, with the range over the rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from reconcile.aggregation import EVERY_REPORT, aggregation_rules
from reconcile.database import rows_of
from reconcile.naming import Names
from reconcile.selection import GROUPS, Selection
from reconcile.totals.supposed import supposed

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class RuleTotal:
    """The total of one rule in people: its number, and from where to where it may lie.

    The number is None where the rule has nothing to say, `high` where a claim has no upper bound.
    `events` are added; on `silent` others somebody gives a figure and the rule says nothing.
    `least` and `most` are the range over the rules on the events that this one adds; for the plain
    sum of all reports, on those that the others add.
    """

    rule: str
    number: float | None
    low: float | None
    high: float | None
    events: int
    silent: int
    least: float | None
    most: float | None


@dataclass(frozen=True)
class RuleTotals:
    """One group of events, one measure and victim group: its total under each rule.

    On `spoken` events somebody gives a figure; `aside` of them are not added, as wholes of whose
    parts somebody gives one.
    """

    group: str
    title: str
    measure: str
    victims: str
    spoken: int
    aside: int
    rules: tuple[RuleTotal, ...]

    @property
    def least(self) -> float | None:
        """The lowest total that a rule gives."""
        return self.rules[0].least

    @property
    def most(self) -> float | None:
        """The highest total that a rule gives, the plain sum of all reports left aside."""
        return self.rules[0].most


def rule_totals(
    database: duckdb.DuckDBPyConnection, wanted: Selection, by: str
) -> list[RuleTotals]:
    """The totals per group (a key of `selection.GROUPS`), measure and victim group.

    Nobody is counted twice (the view `summand`), and measures that are a stock and period totals
    are left out; by event nothing is added up, and they are there. Groups in which no figure that
    stands is added are left out.
    """
    added = "c.number IS NOT NULL" if by == "event" else "c.adds"
    query = f"""
        WITH cell AS (
          SELECT c.*, {GROUPS[by]} AS grouped, {added} AS counts, '{by}' = 'event'
            OR (NOT m.stock AND COALESCE(e.kind, '') <> 'period-total') AS fits
          FROM cell_rule AS c INNER JOIN events AS e ON e.event = c.event
          INNER JOIN measures AS m ON m.measure = c.measure
          WHERE '{by}' = 'event' OR NOT m.stock
        )
        SELECT grouped, measure, victims, rule,
          SUM(number) FILTER (WHERE counts) AS number, SUM(low) FILTER (WHERE counts) AS low,
          CASE WHEN COUNT_IF(counts AND high IS NULL) = 0 THEN SUM(high) FILTER (WHERE counts) END
            AS high,
          COUNT_IF(counts) AS events,
          COUNT_IF(fits AND least IS NOT NULL AND number IS NULL) AS silent,
          COUNT_IF(fits AND least IS NOT NULL) AS spoken,
          SUM(least) FILTER (WHERE counts) AS least, SUM(most) FILTER (WHERE counts) AS most
        FROM cell GROUP BY grouped, measure, victims, rule
        ORDER BY grouped, measure <> 'killed', measure, victims
        """
    with drawn_from(database, wanted) as cursor:
        told = list(rows_of(cursor, query))
    named = Names(database)
    grouped = groupby(told, key=lambda row: (row["grouped"], row["measure"], row["victims"]))
    found = (_block(named, *key, {row["rule"]: row for row in rows}) for key, rows in grouped)
    return [one for one in found if one is not None]


def _block(
    named: Names, group: str, measure: str, victims: str, told: dict[str, dict[str, Any]]
) -> RuleTotals | None:
    first, *_ = (told[rule] for rule in aggregation_rules())
    told[EVERY_REPORT] |= {"least": first["least"], "most": first["most"]}
    names = ("number", "low", "high", "events", "silent", "least", "most")
    rules = tuple(
        RuleTotal(rule, *(told[rule][one] for one in names)) for rule in aggregation_rules()
    )
    if not any(one.events for one in rules if one.rule != EVERY_REPORT):
        return None
    title, spoken = named.cell(measure, victims).en, first["spoken"]
    return RuleTotals(group, title, measure, victims, spoken, spoken - first["events"], rules)


@contextmanager
def drawn_from(
    database: duckdb.DuckDBPyConnection, wanted: Selection
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor on which `cell_rule` and `summand` are those of the cells selected alone.

    A whole whose parts are not selected is then added for itself.
    """
    if not wanted.narrows:
        yield database.cursor()
        return
    fitting = (
        "event IN (SELECT UNNEST($events)) AND ($measure IS NULL OR measure = $measure)"
        " AND ($victims IS NULL OR victims = $victims)"
    )
    values = {
        "events": wanted.events(database),
        "measure": wanted.measure,
        "victims": wanted.victims,
    }
    standing = f"SELECT * FROM standing WHERE {fitting}"
    claims = f"SELECT * FROM claim WHERE {fitting}"
    with supposed(database, standing, values, claims) as cursor:
        yield cursor


def people(number: float | None) -> str:
    """A number of people that a rule gives, as "34", "12.5", or "·" where it gives none."""
    return "·" if number is None else f"{number:.1f}".removesuffix(".0")


def span(least: float | None, most: float | None) -> str:
    """The range over the rules, as "812 to 1204"."""
    return people(least) if least == most else f"{people(least)} to {people(most)}"


def worded(low: float | None, high: float | None) -> str:
    """From where to where a total may lie by the words of its claims, as "790–1050" or "790+"."""
    if low is None or low == high:
        return people(low)
    return f"{people(low)}+" if high is None else f"{people(low)}–{people(high)}"
