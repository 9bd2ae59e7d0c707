"""Wholes and parts: which claims cannot all hold, and how much of a whole its parts explain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconcile.database import rows_of
from reconcile.finding import Text
from reconcile.model import Quantity
from reconcile.naming import Names
from reconcile.selection import among

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Contradiction:
    """Claims that cannot all hold: a whole that is smaller than its parts.

    `parts` says what is claimed of them, `part_low` the fewest people they come to, `gap` by how
    many the whole is too small. `several` where the parts are told by several voices.
    """

    measure: str
    victims: str
    cell: Text
    source_name: str
    whole: Quantity
    parts: Text
    part_low: int
    gap: int
    several: bool
    claims: tuple[str, ...]

    def text(self) -> str:
        """The contradiction as a sentence."""
        together = "several sources together: " if self.several else ""
        return (
            f"{self.cell.en}: {self.source_name} says {self.whole.text()}, its parts come to"
            f" {self.part_low} or more, {self.gap} too many ({together}{self.parts.en})"
        )


@dataclass(frozen=True)
class Share:
    """How much of a figure for a whole the figures for its parts explain.

    `others` counts the further sources that give the same figure for the whole; `tree` is "events",
    "measures" or "victims"; `parts` are those with a figure, `recorded` the events recorded as
    parts with or without one (None in the other trees). `explained` spans the lowest to the highest
    figures of the parts, whoever gives them; `unexplained_high` is None where the whole has no
    upper bound.
    """

    measure: str
    victims: str
    cell: Text
    source_name: str
    others: int
    whole: Quantity
    tree: str
    parts: int
    recorded: int | None
    explained: Quantity
    unexplained_low: int
    unexplained_high: int | None

    def text(self) -> str:
        """The share as a sentence."""
        return (
            f"{self.cell.en}: of {self.whole.text()} ({self._voices()}) the figures for"
            f" {self._parts()} explain {self.explained.text()}{self._rest()}"
        )

    def _voices(self) -> str:
        return self.source_name + (f" and {self.others} more" if self.others else "")

    def _parts(self) -> str:
        if self.recorded is not None:
            return f"{self.parts} of {self.recorded} recorded events"
        noun = {"measures": "measure", "victims": "victim group"}[self.tree]
        return f"{self.parts} {noun}{'' if self.parts == 1 else 's'}"

    def _rest(self) -> str:
        if self.unexplained_low or self.unexplained_high:
            rest = Quantity(self.unexplained_low, self.unexplained_high)
            return f", {rest.text()} stay unexplained"
        return ""


def contradictions(
    database: duckdb.DuckDBPyConnection, named: Names, few: list[str] | None = None
) -> Mapping[str, list[Contradiction]]:
    """By event, the claims that cannot all hold, the widest first; of a `few` events or all."""
    here, values = among("event", few)
    rows = list(
        rows_of(
            database,
            f"SELECT * FROM part_whole WHERE {here}"
            " ORDER BY event, gap IS NULL, COALESCE(gap, gap_of_voices) DESC, claims",
            values,
        )
    )
    named.hear(claim for told in rows for claim in told["part_claims"])
    found: dict[str, list[Contradiction]] = defaultdict(list)
    for told in rows:
        several = told["gap"] is None
        found[told["event"]].append(
            Contradiction(
                told["measure"],
                told["victims"],
                named.cell(told["measure"], told["victims"]),
                told["whole_source_name"],
                Quantity(told["whole_low"], told["whole_high"]),
                named.sayings(told["part_claims"], told["event"]),
                told["part_low"],
                told["gap_of_voices"] if several else told["gap"],
                several,
                tuple(told["claims"]),
            )
        )
    return found


def shares(
    database: duckdb.DuckDBPyConnection, named: Names, few: list[str] | None = None
) -> Mapping[str, list[Share]]:
    """By event, of a `few` or all, how much of each figure for a whole its parts explain.

    Where several sources give the same interval for a whole, the share is told once, by the first.
    Within one event a share is told only where it leaves something unexplained, and none of a whole
    that its parts contradict.
    """
    here, values = among("event", few)
    found: dict[str, list[Share]] = defaultdict(list)
    for told in rows_of(
        database,
        "SELECT *, COUNT(*) OVER (PARTITION BY event, measure, victims, low, high, tree) AS alike"
        " FROM part_share WHERE (tree = 'events' OR unexplained_low > 0 OR unexplained_high > 0)"
        " AND claim NOT IN (SELECT whole_claim FROM part_whole)"
        f" AND {here}"
        " QUALIFY ROW_NUMBER() OVER ("
        "  PARTITION BY event, measure, victims, low, high, tree ORDER BY claim) = 1"
        " ORDER BY event, measure <> 'killed', measure, victims, tree, low, claim",
        values,
    ):
        found[told["event"]].append(
            Share(
                told["measure"],
                told["victims"],
                named.cell(told["measure"], told["victims"]),
                told["source_name"],
                told["alike"] - 1,
                Quantity(told["low"], told["high"]),
                told["tree"],
                told["parts"],
                told["recorded_events"],
                Quantity(told["explained_low"], told["explained_high"]),
                told["unexplained_low"],
                told["unexplained_high"],
            )
        )
    return found
