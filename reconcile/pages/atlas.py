"""The map: the outlines of the countries in view, and a mark where events lie."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from reconcile.pages.account import EventAccount

_WIDTH = 960
_TALLEST = 720
_MARGIN = 0.12
_NARROWEST = 4.0
_FLATTEST = 0.45
_APART = 26
_UNIT = 100
_LABELLED = 3000.0
_LABEL_WIDE, _LABEL_TALL, _LABEL_STEP = 60, 22, 12

Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """Events that lie too close together to be marked apart, at the place of the first."""

    x: int
    y: int
    accounts: tuple[EventAccount, ...]

    @property
    def contested(self) -> int:
        """How many of them are contested."""
        return sum(bool(one.told["contested"]) for one in self.accounts)


@dataclass(frozen=True)
class Outline:
    """What is seen of a country: a path, and where its name stands if there is room for it."""

    country: str
    path: str
    label: tuple[int, int] | None


@dataclass(frozen=True)
class Atlas:
    """A map of `width` by `height`; `unplaced` counts the events without coordinates."""

    width: int
    height: int
    outlines: list[Outline]
    places: list[Place]
    unplaced: int


def atlas(accounts: Iterable[EventAccount]) -> Atlas | None:
    """The map of the events that have coordinates; None where none has."""
    told = list(accounts)
    placed = [one for one in told if one.latitude is not None and one.longitude is not None]
    if not placed:
        return None
    view = _View.around([(one.longitude or 0.0, one.latitude or 0.0) for one in placed])
    places = _places(placed, view)
    return Atlas(_WIDTH, view.height, _outlines(view, places), places, len(told) - len(placed))


@dataclass(frozen=True)
class _View:
    """A rectangle of the earth, its degrees of longitude shortened as at its middle."""

    west: float
    north: float
    by_x: float
    by_y: float
    height: int

    @classmethod
    def around(cls, points: list[Point]) -> _View:
        wests, norths = zip(*points, strict=True)
        middle = (min(norths) + max(norths)) / 2
        shorter = max(0.2, math.cos(math.radians(middle)))
        wide = max(_NARROWEST, (max(wests) - min(wests))) * shorter * (1 + 2 * _MARGIN)
        tall = max(_NARROWEST / 2, max(norths) - min(norths)) * (1 + 2 * _MARGIN)
        scale = min(_WIDTH / wide, _TALLEST / tall)
        height = round(max(tall * scale, _FLATTEST * _WIDTH))
        west = (min(wests) + max(wests)) / 2 - _WIDTH / scale / shorter / 2
        return cls(west, middle + height / scale / 2, scale * shorter, scale, height)

    def at(self, point: Point) -> Point:
        return (point[0] - self.west) * self.by_x, (self.north - point[1]) * self.by_y


def _places(placed: list[EventAccount], view: _View) -> list[Place]:
    """Each event at the first place near enough, those contested first, then by day and id."""
    places: dict[tuple[int, int], list[tuple[int, int, list[EventAccount]]]] = {}
    for one in sorted(placed, key=lambda one: not one.told["contested"]):
        x, y = (round(part) for part in view.at((one.longitude or 0.0, one.latitude or 0.0)))
        square = x // _APART, y // _APART
        around = [(square[0] + i, square[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        near = [
            ((x - there[0]) ** 2 + (y - there[1]) ** 2, there[:2], there[2])
            for other in around
            for there in places.get(other, [])
        ]
        distance, _, events = min(near, key=lambda one: one[:2], default=(math.inf, (0, 0), []))
        if distance < _APART**2:
            events.append(one)
        else:
            places.setdefault(square, []).append((x, y, [one]))
    found = [there for square in places.values() for there in square]
    return [
        Place(x, y, tuple(sorted(events, key=lambda one: (one.starts_on, one.event))))
        for x, y, events in sorted(found, key=lambda one: (one[1], one[0]))
    ]


def _outlines(view: _View, places: list[Place]) -> list[Outline]:
    told = []
    for country, rings in _world().items():
        seen = [
            clipped
            for ring in rings
            if (clipped := _clipped([view.at(point) for point in ring], _WIDTH, view.height))
        ]
        if seen:
            path = "".join(_path(ring) for ring in seen)
            told.append(Outline(country, path, _label(max(seen, key=_area), view.height, places)))
    return told


@cache
def _world() -> dict[str, list[list[Point]]]:
    text = files("reconcile.pages.outlines").joinpath("world.json").read_text("utf-8")
    return {
        country: [_points(ring) for ring in rings] for country, rings in json.loads(text).items()
    }


def _points(steps: list[int]) -> list[Point]:
    points, x, y = [], 0, 0
    for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + step_x, y + step_y
        points.append((x / _UNIT, y / _UNIT))
    return points


def _clipped(ring: list[Point], width: float, height: float) -> list[Point]:
    """The part of a ring inside the picture, with a little room for its line."""
    for axis, limit, sign in ((0, -4, 1), (0, width + 4, -1), (1, -4, 1), (1, height + 4, -1)):
        kept: list[Point] = []
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
            inside = sign * (one[axis] - limit) >= 0
            if inside:
                kept.append(one)
            if inside != (sign * (other[axis] - limit) >= 0):
                part = (limit - one[axis]) / (other[axis] - one[axis])
                kept.append(
                    (one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1]))
                )
        ring = kept
        if not ring:
            return []
    return ring


def _path(ring: list[Point]) -> str:
    points = [(round(x), round(y)) for x, y in ring]
    steps = [
        f"{x - before_x} {y - before_y}"
        for (before_x, before_y), (x, y) in pairwise(points)
        if (x, y) != (before_x, before_y)
    ]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z" if steps else ""


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _label(ring: list[Point], height: int, places: list[Place]) -> tuple[int, int] | None:
    """Where in a ring its name stands: as near its middle as no mark and no edge is in the way."""
    if _area(ring) < _LABELLED:
        return None
    xs, ys = zip(*ring, strict=True)
    middle = sum(xs) / len(xs), sum(ys) / len(ys)
    rooms = [
        (x, y)
        for x in range(_LABEL_WIDE, _WIDTH - _LABEL_WIDE, _LABEL_STEP)
        for y in range(_LABEL_TALL, height - _LABEL_TALL, _LABEL_STEP)
        if min(xs) < x < max(xs) and min(ys) < y < max(ys)
    ]
    rooms.sort(key=lambda one: (one[0] - middle[0]) ** 2 + (one[1] - middle[1]) ** 2)
    for x, y in rooms:
        corners = [
            (x + i * _LABEL_WIDE, y + j * _LABEL_TALL / 2) for i in (-1, 0, 1) for j in (-1, 1)
        ]
        free = all(
            abs(one.x - x) > _LABEL_WIDE + _APART / 2 or abs(one.y - y) > _LABEL_TALL
            for one in places
        )
        if free and all(_inside(corner, ring) for corner in corners):
            return x, y
    return None


def _inside(point: Point, ring: list[Point]) -> bool:
    """Whether a point lies in a ring: a line from it to the right crosses the ring an odd number
    of times."""
    x, y = point
    within = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            within = not within
    return within
