"""The laws of a ledger, held by Pandera: what each table must be for its rows to mean anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from reconcile.breach import Broken, Facts, Row, finding_of
from reconcile.finding import Finding, ReconcileError
from reconcile.law import Law, laws_of, link_laws_of, linked, links_in
from reconcile.ledger import Ledger
from reconcile.sieve import Sieve, sieve
from reconcile.tables import TABLES, Table
from reconcile.unseen import unseen

# Pandera loads Spark where it finds it, which warns, takes time and ties Spark to the loopback.
with unseen("pyspark"):
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors


def hold(ledger: Ledger) -> Ledger:
    """The ledger with its lawful rows alone, and a finding for every law that a row breaks.

    Rows that are whole but refer to a refused row are left out and counted in `left_out`.
    """
    with sieve(ledger) as sieved:
        found = [one for table in TABLES.values() for one in _broken(ledger, table, sieved)]
    return ledger.without({row for row, _ in found}, [finding for _, finding in found])


def _broken(ledger: Ledger, table: Table, sieved: Sieve) -> Iterable[tuple[int, Finding]]:
    laws = list(laws_of(table, ledger))
    frame = sieved.suspects(table, (*(law.suspicion for law in laws), *linked(table)))
    if frame.empty:
        return
    facts = Facts(ledger, table, frame)
    told: set[tuple[str, int, str]] = set()
    for asked, judged in (
        (laws, frame),
        *((link_laws_of(column, ledger), links) for column, links in links_in(frame, table)),
    ):
        failures = [one for one in _failures(Held(asked), judged) if one not in told]
        told.update(failures)
        rows = _records(judged, {row for _, row, _ in failures})
        for law, row, column in failures:
            yield row, finding_of(Broken(facts, law, row, column, rows[row]))


def _records(frame: pd.DataFrame, wanted: set[int]) -> dict[int, list[Row]]:
    """The cells of the rows wanted; of the frame of references, one for each reference."""
    found: dict[int, list[Row]] = {}
    if wanted:
        part = frame[frame.index.isin(wanted)]
        names = [str(name) for name in part]
        columns = [part[name].to_numpy(dtype="object") for name in names]
        for row, *cells in zip(map(int, part.index), *columns, strict=True):
            found.setdefault(row, []).append(dict(zip(names, cells, strict=True)))
    return found


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


def _failures(held: Held, frame: pd.DataFrame) -> list[tuple[str, int, str]]:
    """The law, the row and the column of every failure; by position, for rows stand twice in links.

    Pandera cannot name a row whose label another failing row bears too.
    """
    try:
        with unseen("pyspark"):
            held.schema().validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as fault:
        cases = fault.failure_cases
        wide = cases["schema_context"] == "DataFrameSchema"
        names = cases["column"].mask(wide, "")
        failed = set(zip(cases["check"], names, strict=True))
        named = {one for one, rows in held.refused.items() if len(rows)}
        for law, column in failed - named:
            raise ReconcileError(f"a law could not be tried: {law} {column}".rstrip()) from None
        return sorted(
            {
                (str(law), int(row), str(column))
                for law, column in failed
                for row in frame.index[held.refused[law, column]]
            }
        )
    return []
