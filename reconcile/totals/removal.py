"""The ways to take standing claims away, family of events by family.

Events that are part of one another make a family, and a total is a sum over families, so the ways
are tried in each of them alone. Claims of one event and side with the same figure can stand in for
one another and make a block, of which some number is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil, prod
from typing import TYPE_CHECKING

from reconcile.database import execute
from reconcile.totals.conclusion import Conclusion
from reconcile.totals.supposed import supposed

if TYPE_CHECKING:
    import duckdb

MOST_FIGURES = 60_000
"""The most figures, over all its ways, that one family is tried with claim by claim."""

_MOST_OF_MANY = 1_000_000


@dataclass(frozen=True)
class Figure:
    """A standing figure as the rules take it."""

    claim: str
    event: str
    side: str
    number: int
    low: int
    high: int | None


def kin(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The name of the family of each event in these pairs of a part and its whole."""
    head: dict[str, str] = {}

    def found(event: str) -> str:
        while (above := head.setdefault(event, event)) != event:
            head[event] = head[above]
            event = above
        return event

    for part, whole in parts:
        one, other = sorted((found(part), found(whole)))
        head[other] = one
    return {event: found(event) for event in list(head)}


@dataclass(frozen=True)
class Block:
    """Claims that are taken from the first on, `step` at a time."""

    claims: tuple[str, ...]
    step: int = 1

    @property
    def ways(self) -> int:
        """How many ways there are to take some, with that of taking none."""
        return ceil(len(self.claims) / self.step) + 1


@dataclass(frozen=True)
class Family:
    """Events that are part of one another, with the blocks of their claims.

    A way is a number whose digits say how often each block is taken from; way 0 takes nothing.
    `exact` says whether every set of claims is that of a way, but for claims of one block.
    """

    name: str
    blocks: tuple[Block, ...]
    exact: bool

    @property
    def ways(self) -> int:
        """How many ways there are."""
        return prod(block.ways for block in self.blocks)

    @property
    def size(self) -> int:
        """How many claims it has."""
        return sum(len(block.claims) for block in self.blocks)

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """What taking once more from each block adds to a way."""
        return tuple(prod(one.ways for one in self.blocks[:at]) for at in range(len(self.blocks)))

    def taken(self, way: int) -> tuple[str, ...]:
        """The claims that a way takes away."""
        told = zip(self.blocks, self._digits(way), strict=True)
        return tuple(claim for block, digit in told for claim in block.claims[: digit * block.step])

    def within(self, way: int) -> Iterator[int]:
        """The ways that take some of what this way takes, and not all of it."""
        for fewer in product(*(range(digit + 1) for digit in self._digits(way))):
            one = sum(digit * stride for digit, stride in zip(fewer, self.strides, strict=True))
            if one != way:
                yield one

    def _digits(self, way: int) -> list[int]:
        told = zip(self.blocks, self.strides, strict=True)
        return [way // stride % block.ways for block, stride in told]


def families(
    figures: Iterable[Figure], kin: Mapping[str, str], smallest_first: Callable[[Figure], bool]
) -> list[Family]:
    """The families of these figures; `kin` names that of an event which has a whole or a part.

    Where all ways of a family would take more than MOST_FIGURES figures, its claims make two blocks
    and the sets tried are few: those that `smallest_first` tells apart go from the smallest number
    on, the others from the largest.
    """
    found: dict[str, list[Figure]] = defaultdict(list)
    for one in figures:
        found[kin.get(one.event, one.event)].append(one)
    return [_family(name, members, smallest_first) for name, members in sorted(found.items())]


def _family(name: str, figures: list[Figure], smallest_first: Callable[[Figure], bool]) -> Family:
    alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for one in sorted(figures, key=lambda one: (one.event, one.claim)):
        alike[one.event, one.side, one.number, one.low, one.high].append(one.claim)
    fine = Family(name, tuple(Block(tuple(claims)) for claims in alike.values()), exact=True)
    if fine.ways * fine.size <= MOST_FIGURES:
        return fine
    rising = sorted(filter(smallest_first, figures), key=lambda one: (one.number, one.claim))
    falling = sorted(
        (one for one in figures if not smallest_first(one)),
        key=lambda one: (-one.number, one.claim),
    )
    blocks = [tuple(one.claim for one in told) for told in (rising, falling) if told]
    takings = max(1, int((_MOST_OF_MANY / len(figures)) ** (1 / len(blocks))) - 1)
    coarse = tuple(Block(claims, ceil(len(claims) / takings)) for claims in blocks)
    return Family(name, coarse, exact=False)


@dataclass(frozen=True)
class Worth:
    """The two totals of a conclusion over the `events` on which it can be compared.

    For a number in place of a rule the total is 0: no event adds to it.
    """

    events: int = 0
    left: float = 0
    right: float = 0

    def __add__(self, other: Worth) -> Worth:
        return Worth(self.events + other.events, self.left + other.left, self.right + other.right)


NOTHING = Worth()


def compared(database: duckdb.DuckDBPyConnection, told: Conclusion, per: str) -> dict[str, Worth]:
    """What a conclusion compares on the cells of a database, by their "event" or "victims"."""
    cell = "event = s.event AND {0}.measure = s.measure AND {0}.victims = s.victims"
    rows = execute(
        database,
        f"SELECT s.{per}, COUNT(*), COALESCE(SUM(l.number), 0), COALESCE(SUM(r.number), 0)"
        " FROM summand AS s"
        f" LEFT JOIN cell_rule AS l ON l.rule = $left AND l.{cell.format('l')}"
        f" LEFT JOIN cell_rule AS r ON r.rule = $right AND r.{cell.format('r')}"
        f" WHERE s.voices = $voices AND s.adds GROUP BY s.{per}",
        {"left": str(told.left), "right": str(told.right), "voices": told.voices},
    ).fetchall()
    return {str(key): Worth(int(events), left, right) for key, events, left, right in rows}


def worth(
    database: duckdb.DuckDBPyConnection, tried: Sequence[Family], told: Conclusion
) -> list[list[Worth]]:
    """For each family what every way to take claims from it leaves.

    All ways are evaluated at once by the views themselves: a way stands in the place of the
    victims, which are the same in all cells.
    """
    claims = [
        (claim, at, place, stride, block.ways, block.step)
        for at, family in enumerate(tried)
        for block, stride in zip(family.blocks, family.strides, strict=True)
        for place, claim in enumerate(block.claims)
    ]
    columns = [list(column) for column in zip(*claims, strict=True)]
    columns += [list(range(len(tried))), [family.ways for family in tried]]
    standing = """
        WITH block AS (
          SELECT UNNEST($1::VARCHAR[]) AS claim, UNNEST($2::BIGINT[]) AS family,
            UNNEST($3::BIGINT[]) AS place, UNNEST($4::BIGINT[]) AS stride,
            UNNEST($5::BIGINT[]) AS ways, UNNEST($6::BIGINT[]) AS step
        ),
        way AS (
          SELECT family, UNNEST(RANGE(ways)) AS way
          FROM (SELECT UNNEST($7::BIGINT[]) AS family, UNNEST($8::BIGINT[]) AS ways)
        )
        SELECT s.* REPLACE (w.family || ':' || w.way AS victims)
        FROM standing AS s INNER JOIN block AS b ON b.claim = s.claim
        INNER JOIN way AS w ON w.family = b.family
        WHERE b.place >= w.way // b.stride % b.ways * b.step
        """
    with supposed(database, standing, columns, rules=told.rules) as cursor:
        found = compared(cursor, told, "victims")
    return [
        [found.get(f"{at}:{way}", NOTHING) for way in range(family.ways)]
        for at, family in enumerate(tried)
    ]
