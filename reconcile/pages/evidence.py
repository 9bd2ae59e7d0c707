"""What the other views hold on each event: a row of a view where a page wants to show it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of

if TYPE_CHECKING:
    import duckdb

Row = Mapping[str, Any]

_WANTED = "event IN (SELECT UNNEST($events))"
_SHOWN = {
    "claim_revision": (
        "SELECT r.*, e.starts_on FROM claim_revision AS r"
        f" INNER JOIN events AS e ON e.event = r.event WHERE r.{_WANTED}"
        " ORDER BY r.event, r.to_known_on NULLS LAST, r.row, r.superseded"
    ),
    "timeline": (
        "SELECT event, CASE WHEN act = 'repeats' THEN '' ELSE side END AS side,"
        " GREATEST(days_after_event, 0) AS days, COUNT(*) AS count,"
        " COUNT_IF(corrected_by IS NULL) = 0 AS corrected FROM timeline"
        f" WHERE known_on IS NOT NULL AND {_WANTED} GROUP BY ALL ORDER BY event, side, days"
    ),
    "relay": (
        "SELECT r.*, c.known_on, d.publisher, c.url, e.name AS from_event_name FROM relay AS r"
        " INNER JOIN claim AS c ON c.claim = r.claim"
        " INNER JOIN documents AS d ON d.document = r.document"
        " INNER JOIN events AS e ON e.event = r.from_event"
        f" WHERE r.changed IS NOT NULL AND r.{_WANTED}"
        " ORDER BY r.event, c.known_on NULLS LAST, r.row"
    ),
    "event_party": (
        "SELECT e.*, p.name AS party_name, LIST_SORT(LIST_DISTINCT(LIST(s.name)"
        " FILTER (WHERE s.name IS NOT NULL))) AS accuser_names FROM event_party AS e"
        " INNER JOIN parties AS p ON p.party = e.party"
        " LEFT JOIN sources AS s ON CONTAINS(e.accusers, s.source)"
        f" WHERE e.{_WANTED} GROUP BY ALL ORDER BY e.event, e.governs DESC, e.party_side, e.party"
    ),
    "figure_support": (
        "SELECT f.* FROM figure_support AS f INNER JOIN measures AS m ON m.measure = f.measure"
        f" INNER JOIN victims AS v ON v.victims = f.victims WHERE f.documents > 1 AND f.{_WANTED}"
        " ORDER BY f.event, m.measure <> 'killed', m.row, v.row, f.low, f.high NULLS LAST, f.row"
    ),
    "wholes": (
        "SELECT p.event, e.event AS other, e.name FROM event_parts AS p"
        f" INNER JOIN events AS e ON e.event = p.part_of WHERE p.{_WANTED}"
        " ORDER BY p.event, e.starts_on, e.event"
    ),
    "parts": (
        "SELECT p.part_of AS event, e.event AS other, e.name FROM event_parts AS p"
        " INNER JOIN events AS e ON e.event = p.event"
        " WHERE p.part_of IN (SELECT UNNEST($events)) ORDER BY 1, e.starts_on, e.event"
    ),
}


def evidence(
    database: duckdb.DuckDBPyConnection, chosen: Collection[str]
) -> dict[str, dict[str, list[Row]]]:
    """By event chosen, the rows of each view that its page shows, by the name of the view."""
    held: dict[str, dict[str, list[Row]]] = {
        event: {name: [] for name in _SHOWN} for event in chosen
    }
    for name, query in _SHOWN.items():
        for row in rows_of(database, query, {"events": list(chosen)}):
            held[row["event"]][name].append(row)
    return held
