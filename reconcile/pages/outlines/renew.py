"""Prepare `world.json` anew from `countries-50m.json` of the npm package world-atlas.

    npm pack world-atlas && tar xf world-atlas-*.tgz
    python -m reconcile.pages.outlines.renew package/countries-50m.json

The borders that two countries share are one arc there and are simplified once, so that they still
meet. What is smaller than a few villages is left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconcile.exchange.country import code

_TOLERANCE = 0.03
_SMALLEST_RING = 0.02
_UNIT = 100

Point = tuple[float, float]


def outlines(topology: Mapping[str, Any]) -> dict[str, list[list[int]]]:
    """The rings of each country of a TopoJSON topology, simplified, as `world.json` has them."""
    arcs = [_simplified(_unpacked(arc, topology["transform"])) for arc in topology["arcs"]]
    told: dict[str, list[list[int]]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        told_code = code(str(country.get("id", "")))
        if told_code is None:
            continue
        shapes = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        rings = [_ring(arcs, ring) for shape in shapes for ring in shape]
        kept = [ring for ring in rings if _area(ring) > _SMALLEST_RING] or [max(rings, key=_area)]
        told[told_code] = [_packed(ring) for ring in kept]
    return dict(sorted(told.items()))


def _unpacked(arc: list[list[int]], transform: Mapping[str, list[float]]) -> list[Point]:
    (by_x, by_y), (from_x, from_y) = transform["scale"], transform["translate"]
    points, x, y = [], 0, 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * by_x + from_x, y * by_y + from_y))
    return points


def _simplified(points: list[Point]) -> list[Point]:
    """The points that lie farther than the tolerance from the line between those kept."""
    if len(points) < 3:
        return points
    first, last = points[0], points[-1]
    far, at = max((_distance(point, first, last), at) for at, point in enumerate(points[1:-1], 1))
    if far <= _TOLERANCE:
        return [first, last]
    return _simplified(points[: at + 1])[:-1] + _simplified(points[at:])


def _distance(point: Point, one: Point, other: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, one, other
    along_x, along_y = x2 - x1, y2 - y1
    length = along_x**2 + along_y**2
    part = 0.0 if length == 0 else ((x - x1) * along_x + (y - y1) * along_y) / length
    part = min(1.0, max(0.0, part))
    return float(((x - x1 - part * along_x) ** 2 + (y - y1 - part * along_y) ** 2) ** 0.5)


def _ring(arcs: list[list[Point]], numbers: list[int]) -> list[Point]:
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc if not ring else arc[1:]
    return ring


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _packed(ring: list[Point]) -> list[int]:
    told, x, y = [], 0, 0
    for point in ring[:-1]:
        next_x, next_y = round(point[0] * _UNIT), round(point[1] * _UNIT)
        told += [next_x - x, next_y - y]
        x, y = next_x, next_y
    return told


if __name__ == "__main__":
    world = outlines(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    text = json.dumps(world, separators=(",", ":")).replace("]],", "]],\n")
    Path(__file__).with_name("world.json").write_text(text + "\n", "utf-8")
