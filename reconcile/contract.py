"""The laws of a ledger, held by Pandera: what each table must be for its rows to mean anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from reconcile.breach import Facts, broken_laws
from reconcile.finding import Finding, ReconcileError
from reconcile.law import (
    Law,
    cell_laws_of,
    laws_of,
    link_laws_of,
    linked,
    links_in,
    reference_laws_of,
)
from reconcile.ledger import Ledger
from reconcile.sieve import Sieve, sieve
from reconcile.tables import TABLES, Table
from reconcile.unseen import unseen
from reconcile.verdict import findings_of

# Pandera loads Spark where it finds it, which warns, takes time and ties Spark to the loopback.
with unseen("pyspark"):
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors


def hold(ledger: Ledger) -> Ledger:
    """The ledger with its lawful rows alone, and a finding for every law that a row breaks.

    Rows that are whole but refer to a refused row are left out and counted in `left_out`. Of rows
    that were half read, the cells that could be read are held to what is asked of a cell alone.
    """
    with sieve(ledger) as sieved, unseen("pyspark"):
        found = [
            one
            for table in TABLES.values()
            for one in (*_broken(ledger, table, sieved), *_broken_in_half_read(ledger, table))
        ]
    held = ledger.without({row for row, _ in found}, [finding for _, finding in found])
    return replace(held, half_read={})


def _broken(ledger: Ledger, table: Table, sieved: Sieve) -> Iterable[tuple[int, Finding]]:
    laws = list(laws_of(table, ledger))
    frame = sieved.suspects(table, (*(law.suspicion for law in laws), *linked(table)))
    if frame.empty:
        return
    facts = Facts(ledger, table, frame)
    yield from _findings(facts, laws, frame)
    for column, links in links_in(frame, table):
        yield from _findings(facts, link_laws_of(table, column, ledger), links)


def _broken_in_half_read(ledger: Ledger, table: Table) -> Iterable[tuple[int, Finding]]:
    """The laws that the readable cells of half-read rows break, whatever stands beside them."""
    if (frame := ledger.half_read.get(table.name)) is None:
        return
    facts = Facts(ledger, table, frame)
    laws = (law for one in table.columns for law in cell_laws_of(table, one, ledger))
    yield from _findings(facts, laws, frame)
    for column, links in links_in(frame, table):
        yield from _findings(facts, reference_laws_of(table, column, ledger), links)


def _findings(
    facts: Facts, laws: Iterable[Law], judged: pd.DataFrame
) -> Iterable[tuple[int, Finding]]:
    for broken in broken_laws(facts, judged, _failures(Held(laws), judged)):
        yield from zip(broken.rows, findings_of(broken), strict=True)


class Held:
    """The laws of one frame as Pandera's checks: of its columns, and of its rows as a whole.

    Pandera judges; the rows are taken from what each check answered, since it takes long to name
    many of them itself.
    """

    def __init__(self, laws: Iterable[Law]) -> None:
        self.checks: dict[str, list[pa.Check]] = {}
        self.refused: dict[tuple[str, str], Any] = {}
        for law in laws:
            checks = self.checks.setdefault(law.column, [])
            if any(one.name == law.name for one in checks):
                raise ValueError(f"{law.name} is held already: {law.column}")
            checks.append(self._check(law))

    def _check(self, law: Law) -> pa.Check:
        def judged(told: Any) -> Any:
            lawful = law.judge(told)
            self.refused[law.name, law.column] = told.index[~lawful.astype(bool)]
            return lawful

        return pa.Check(
            judged,
            name=law.name,
            error=law.name,
            n_failure_cases=1,
            ignore_na=bool(law.column),
        )

    def schema(self) -> pa.DataFrameSchema:
        """What Pandera is to judge."""
        columns = {
            name: pa.Column(checks=checks, nullable=True)
            for name, checks in self.checks.items()
            if name
        }
        return pa.DataFrameSchema(columns, checks=self.checks.get("", []))


def _failures(held: Held, frame: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """By law and column the places of the rows that fail; of several with one label, the first's.

    Pandera cannot name a row whose label another failing row bears too.
    """
    try:
        held.schema().validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as fault:
        cases = fault.failure_cases
        wide = cases["schema_context"] == "DataFrameSchema"
        names = cases["column"].mask(wide, "")
        failed = set(zip(cases["check"], names, strict=True))
        named = {one for one, rows in held.refused.items() if len(rows)}
        for law, column in failed - named:
            raise ReconcileError(f"a law could not be tried: {law} {column}".rstrip()) from None
        index = frame.index
        return {one: pd.unique(index.searchsorted(index[held.refused[one]])) for one in failed}
    return {}
