"""GeoJSON: the events as features, each with its figures by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconcile.database import rows_of
from reconcile.model import Range
from reconcile.naming import Names

if TYPE_CHECKING:
    import duckdb

_EVENTS = """
SELECT event, name, starts_on, ends_on, date_precision, country, admin1, place, latitude, longitude,
  kind, attacker, target
FROM events ORDER BY starts_on, event
"""
_SIDES = """
SELECT event, side, measure, victims, low, highest_low, high,
  figures, sources, vague, silent, denials
FROM event_side ORDER BY event, side, measure, victims
"""


def export(database: duckdb.DuckDBPyConnection) -> str:
    """The events of a database made by `connect` as a feature collection; ASCII only.

    An event without coordinates has no geometry. `figures` holds what each side says of each
    measure and victim group, as in the view `event_side`; `said_by_SIDE` says it in words, for a
    map that shows a text.
    """
    names = Names(database)
    figures: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(database, _SIDES):
        figures.setdefault(row.pop("event"), []).append(row)
    features = [
        {
            "type": "Feature",
            "id": event["event"],
            "geometry": _point(event.pop("longitude"), event.pop("latitude")),
            "properties": {**event, **_said(figures.get(event["event"], []), names)},
        }
        for event in rows_of(database, _EVENTS)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, indent=1, default=str) + "\n"


def _point(longitude: float | None, latitude: float | None) -> dict[str, Any] | None:
    if longitude is None or latitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _said(figures: list[dict[str, Any]], names: Names) -> dict[str, Any]:
    by_side: dict[str, list[str]] = {}
    for one in figures:
        cell = names.cell(one["measure"], one["victims"]).en
        by_side.setdefault(one["side"], []).append(f"{cell}: {_in_words(one)}")
    words = {f"said_by_{side}": "; ".join(told) for side, told in sorted(by_side.items())}
    return {**words, "figures": figures}


def _in_words(one: dict[str, Any]) -> str:
    told = []
    if one["figures"]:
        told.append(Range(one["low"], one["highest_low"], one["high"]).text())
    counts = {"no number": "vague", "no toll given": "silent", "a denial": "denials"}
    return ", ".join(told + [words for words, count in counts.items() if one[count]])
