"""Circles among references, found with the standard library's topological sorter."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise


def circles(edges: Iterable[tuple[int, str, str]]) -> dict[int, tuple[str, ...]]:
    """The rows that close a circle, each with its circle as ids.

    An edge is (row, from, to). What leads to no circle is passed over first, so that it has no say
    in which circle is found. Each circle is reported once, at its last row, which is then set
    aside so that the next circle shows. A row that refers to itself is a circle of one.
    """
    rows = {(source, target): row for row, source, target in edges}
    while ends := {target for _, target in rows} - {source for source, _ in rows}:
        rows = {edge: row for edge, row in rows.items() if edge[1] not in ends}
    closing: dict[int, tuple[str, ...]] = {}
    while True:
        graph: dict[str, list[str]] = {}
        for source, target in rows:
            graph.setdefault(source, []).append(target)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as fault:
            path = list(reversed(fault.args[1]))
            last = max(pairwise(path), key=lambda edge: rows[edge])
            closing[rows.pop(last)] = tuple(path)
        else:
            return closing
