"""Official against insurgent figures over many events: by country or by month."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.model import Range
from reconcile.naming import Names
from reconcile.selection import GROUPS, Selection

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Total:
    """One group of events and one cell kind.

    Each `…_events` counts events; each `…_low`, `…_highest_low` and `…_high` is the sum over them
    of the lowest figure, of the largest number given at least, and of the highest figure, `…_high`
    None where a figure has no upper bound. `both_…` are
    over the events on which both sides give a figure.
    """

    group: str
    title: str
    measure: str
    victims: str
    official_events: int
    official_low: int | None
    official_highest_low: int | None
    official_high: int | None
    insurgent_events: int
    insurgent_low: int | None
    insurgent_highest_low: int | None
    insurgent_high: int | None
    both_events: int
    both_official_low: int | None
    both_official_highest_low: int | None
    both_official_high: int | None
    both_insurgent_low: int | None
    both_insurgent_highest_low: int | None
    both_insurgent_high: int | None

    def cells(self) -> list[str]:
        """The row as a reader sees it: group, who, official, insurgent, and both side by side."""
        both = "·"
        if self.both_events:
            official = self._range("both_official")
            insurgent = self._range("both_insurgent")
            both = f"{official} against {insurgent}, {_events(self.both_events)}"
        return [
            self.group,
            self.title,
            self._said("official"),
            self._said("insurgent"),
            both,
        ]

    def _said(self, side: str) -> str:
        events = getattr(self, f"{side}_events")
        return f"{self._range(side)}, {_events(events)}" if events else "·"

    def _range(self, name: str) -> str:
        low, top, high = (getattr(self, f"{name}_{end}") for end in ("low", "highest_low", "high"))
        return Range(low, top, high).text()

    def header(self, group: str) -> list[str]:
        """The names of `values`."""
        return [group, *(field.name for field in fields(self)[1:])]

    def values(self) -> list[object]:
        """The row as a spreadsheet takes it."""
        return [getattr(self, field.name) for field in fields(self)]


def totals(database: duckdb.DuckDBPyConnection, wanted: Selection, by: str) -> list[Total]:
    """A row per group ("country" or "month"), measure and victim group.

    Nobody is counted twice: where a side gives a figure for parts of an event, the parts are added
    and not the whole. Period totals and measures that are a stock, such as strength, are left out.
    """
    named = Names(database)
    told = rows_of(
        database,
        f"""
        WITH cell AS (
          SELECT c.*, {GROUPS[by]} AS grouped
          FROM comparison AS c INNER JOIN events AS e ON e.event = c.event
          WHERE ($measure IS NULL OR c.measure = $measure)
            AND ($victims IS NULL OR c.victims = $victims)
            AND c.event IN (SELECT UNNEST($events))
        )
        SELECT grouped, measure, victims,
          COUNT_IF(adds_official) AS official_events, {_bounds("official", "official")},
          COUNT_IF(adds_insurgent) AS insurgent_events, {_bounds("insurgent", "insurgent")},
          COUNT_IF(adds_both) AS both_events,
          {_bounds("both", "official")}, {_bounds("both", "insurgent")}
        FROM cell GROUP BY grouped, measure, victims
        HAVING official_events + insurgent_events > 0
        ORDER BY grouped, measure <> 'killed', measure, victims
        """,
        {
            "measure": wanted.measure,
            "victims": wanted.victims,
            "events": wanted.events(database),
        },
    )
    return [
        Total(
            row["grouped"],
            named.cell(row["measure"], row["victims"]).en,
            row["measure"],
            row["victims"],
            *(_whole(row[field.name]) for field in fields(Total)[4:]),
        )
        for row in told
    ]


def _whole(value: object) -> Any:
    return None if value is None else int(str(value))


def _bounds(over: str, side: str) -> str:
    name = side if over == side else f"{over}_{side}"
    return (
        f"SUM({side}_low) FILTER (WHERE adds_{over}) AS {name}_low,"
        f" SUM({side}_highest_low) FILTER (WHERE adds_{over}) AS {name}_highest_low,"
        f" CASE WHEN COUNT_IF(adds_{over} AND {side}_high IS NULL) = 0"
        f" THEN SUM({side}_high) FILTER (WHERE adds_{over}) END AS {name}_high"
    )


def _events(number: int) -> str:
    return f"{number} event{'' if number == 1 else 's'}"
