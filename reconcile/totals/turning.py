"""The search for an irreducible set of claims without which a margin is turned round."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconcile.totals.removal import Family, Worth

_BATCH = 150_000


@dataclass(frozen=True)
class Way:
    """What a way to take claims from a family comes to.

    It takes `taken` claims; `left` is what the two totals are in the family then, and `value` what
    it then adds to the margin.
    """

    way: int
    taken: int
    left: Worth
    value: float

    @property
    def events(self) -> int:
        """How many events of the family can still be compared."""
        return self.left.events


@dataclass(frozen=True)
class Problem:
    """A margin that is a sum over families, to be brought to where `turned` says.

    `now` is what each family adds while nothing is taken, `fixed` what is added in any case,
    `reach` by how much the taking of claims can lower the part of a family at the most. `tries`
    gives every way of some families, by family.
    """

    families: Mapping[str, Family]
    now: dict[str, Way]
    fixed: float
    reach: Mapping[str, float]
    turned: Callable[[float], bool]
    tries: Callable[[Sequence[Family]], Mapping[str, Sequence[Way]]]


@dataclass
class Search:
    """The families tried so far: every way of each, and its front.

    A front holds the ways worth taking, from none on: each with a value below that of every way
    which takes fewer claims. So no part of what it takes comes to as little.
    """

    problem: Problem
    tried: dict[str, Sequence[Way]] = field(default_factory=dict)
    fronts: dict[str, list[Way]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        now = self.problem.now.values()
        self._margin = self.problem.fixed + sum(way.value for way in now)
        self._events = sum(way.events for way in now)

    def solve(self) -> tuple[dict[str, Way] | None, bool]:
        """The ways of an irreducible set by family, or None; and whether no set was left untried.

        Families are tried from the one with the widest reach on, until those tried are enough or
        what is left cannot be.
        """
        fronts = self.fronts
        for batch in self._batches():
            if not self._in_reach(fronts):
                break
            found = self.problem.tries(batch)
            self.tried |= found
            self.fronts |= {name: _front(ways) for name, ways in found.items()}
            fronts = self._leaving_some()
            if self._turns(*self._after({name: front[-1] for name, front in fronts.items()})):
                chosen = min(map(self._pruned, self._choices(fronts)), key=_taken)
                exact = all(self.problem.families[name].exact for name in chosen)
                return chosen, exact or _taken(chosen) == 1
        return None, not self._in_reach(fronts)

    def _batches(self) -> Iterator[list[Family]]:
        batch: list[Family] = []
        figures = 0
        reach = self.problem.reach
        for name in sorted(reach, key=lambda name: (-reach[name], name)):
            if reach[name] > 0:
                batch.append(self.problem.families[name])
                figures += batch[-1].ways * batch[-1].size
            if figures >= _BATCH:
                yield batch
                batch, figures = [], 0
        if batch:
            yield batch

    def _in_reach(self, fronts: Mapping[str, Sequence[Way]]) -> bool:
        """Whether the margin could be turned for all that is known of the families."""
        known = {name for name in fronts if self.problem.families[name].exact}
        least = sum(fronts[name][-1].value for name in known)
        least += sum(
            way.value - self.problem.reach[name]
            for name, way in self.problem.now.items()
            if name not in known
        )
        return self.problem.turned(self.problem.fixed + least)

    def _leaving_some(self) -> dict[str, list[Way]]:
        """The fronts, where one family keeps an event if else nothing might be left to compare."""
        untried = any(
            way.events for name, way in self.problem.now.items() if name not in self.tried
        )
        if untried or any(front[-1].events for front in self.fronts.values()):
            return self.fronts
        keeping = {
            name: _front([way for way in ways if way.events]) for name, ways in self.tried.items()
        }
        losses = {
            name: front[-1].value - self.fronts[name][-1].value
            for name, front in keeping.items()
            if front
        }
        keeper = min(losses, key=lambda name: (losses[name], name))
        return {**self.fronts, keeper: keeping[keeper]}

    def _turns(self, margin: float, events: int) -> bool:
        """Whether that margin is turned and something is left to compare."""
        return self.problem.turned(margin) and events > 0

    def _after(self, chosen: Mapping[str, Way]) -> tuple[float, int]:
        """The margin, and how many events can be compared, when these ways are taken."""
        now = self.problem.now
        moved = sum(way.value - now[name].value for name, way in chosen.items())
        lost = sum(way.events - now[name].events for name, way in chosen.items())
        return self._margin + moved, self._events + lost

    def _choices(self, fronts: Mapping[str, Sequence[Way]]) -> Iterator[dict[str, Way]]:
        """Ways that turn the margin: in one family alone if it can be, and by steepest steps."""
        alone = [
            (way.taken, name, way)
            for name, front in fronts.items()
            for way in front
            if self._turns(*self._after({name: way}))
        ]
        if alone:
            _, name, way = min(alone, key=lambda one: one[:2])
            yield {name: way}
        yield self._by_steepest_steps(fronts)

    def _by_steepest_steps(self, fronts: Mapping[str, Sequence[Way]]) -> dict[str, Way]:
        """Ways taken one after the other, first those that lower most for each claim they take."""
        at = dict.fromkeys(fronts, 0)
        steps: list[tuple[float, str, int]] = []

        def look(name: str) -> None:
            here, *further = fronts[name][at[name] :]
            slopes = [
                ((way.value - here.value) / (way.taken - here.taken), name, at[name] + by)
                for by, way in enumerate(further, 1)
            ]
            if slopes:
                heapq.heappush(steps, min(slopes))

        for name in fronts:
            look(name)
        chosen: dict[str, Way] = {}
        margin, events = self._margin, self._events
        while not self._turns(margin, events):
            _, name, to = heapq.heappop(steps)
            before, after = fronts[name][at[name]], fronts[name][to]
            margin += after.value - before.value
            events += after.events - before.events
            at[name], chosen[name] = to, after
            look(name)
        return chosen

    def _pruned(self, chosen: dict[str, Way]) -> dict[str, Way]:
        """The ways cut down, family by family, to the fewest claims that still turn the margin."""
        now = self.problem.now
        margin, events = self._after(chosen)
        for name in sorted(chosen, key=lambda name: (now[name].value - chosen[name].value, name)):
            full = chosen[name]
            turning = [
                way
                for at in self.problem.families[name].within(full.way)
                for way in [self.tried[name][at]]
                if self._turns(margin + way.value - full.value, events + way.events - full.events)
            ]
            if turning:
                chosen[name] = min(turning, key=lambda way: (way.taken, way.value, way.way))
                margin += chosen[name].value - full.value
                events += chosen[name].events - full.events
        return {name: way for name, way in chosen.items() if way.taken}


def _front(ways: Sequence[Way]) -> list[Way]:
    front: list[Way] = []
    for way in sorted(ways, key=lambda way: (way.taken, way.value, way.way)):
        if not front or way.value < front[-1].value:
            front.append(way)
    return front


def _taken(chosen: Mapping[str, Way]) -> int:
    return sum(way.taken for way in chosen.values())
