"""The laws of a ledger, held by Pandera: what each table must be for its rows to mean anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np
import pandas as pd

from reconcile.breach import CIRCLES, NUMBERS, STATEMENT, Facts, broken_laws, circles_of
from reconcile.finding import Finding, ReconcileError
from reconcile.journal import by_another, in_turn, retracted, unbroken
from reconcile.ledger import Ledger
from reconcile.model import LARGEST_FIGURE
from reconcile.tables import TABLES, Column, Table
from reconcile.unseen import unseen
from reconcile.verdict import findings_of

# Pandera loads Spark where it finds it, which warns, takes time and ties Spark to the loopback.
with unseen("pyspark"):
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

_NO_NUMBERS = ["silence", "denies-event", "denies-figure", "denies-authorship"]
Judge = Callable[[Any], Any]
_DEGREES = {"latitude": 90, "longitude": 180}


def hold(ledger: Ledger) -> Ledger:
    """The ledger with its lawful rows alone, and a finding for every law that a row breaks.

    Rows that are whole but refer to a refused row are left out and counted in `left_out`.
    """
    found = [broken for table in TABLES.values() for broken in _broken(ledger, table)]
    return ledger.without({row for row, _ in found}, [finding for _, finding in found])


def _broken(ledger: Ledger, table: Table) -> Iterable[tuple[int, Finding]]:
    frame = ledger.tables[table.name]
    if frame.empty:
        return
    facts = Facts(ledger, table)
    for laws, judged in (
        (_laws(table, ledger), frame),
        *((_link_laws(column, ledger), links) for column, links in _links(frame, table)),
    ):
        for broken in broken_laws(facts, judged, _failures(laws, judged)):
            yield from zip(broken.rows, findings_of(broken), strict=True)


class Laws:
    """Checks of one frame: of its columns, and of its rows as a whole (the column "").

    Pandera judges; the rows are taken from what each check answered, since it takes long to name
    many of them itself.
    """

    def __init__(self) -> None:
        self.checks: dict[str, list[pa.Check]] = {}
        self.refused: dict[tuple[str, str], Any] = {}

    def add(self, name: str, judge: Judge, column: str = "") -> None:
        """Hold `column` to the law called `name`; empty cells of a column are not judged."""

        def judged(told: Any) -> Any:
            lawful = judge(told)
            self.refused[name, column] = told.index[~lawful.astype(bool)]
            return lawful

        if any(one.name == name for one in self.checks.get(column, [])):
            raise ValueError(f"{name} is held already: {column}")
        check = pa.Check(judged, name=name, error=name, n_failure_cases=1, ignore_na=bool(column))
        self.checks.setdefault(column, []).append(check)

    def schema(self) -> pa.DataFrameSchema:
        """What Pandera is to judge."""
        columns = {
            name: pa.Column(checks=checks, nullable=True)
            for name, checks in self.checks.items()
            if name
        }
        return pa.DataFrameSchema(columns, checks=self.checks.get("", []))


def _failures(laws: Laws, frame: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """By law and column the places of the rows that fail; of several with one label, the first's.

    Pandera cannot name a row whose label another failing row bears too.
    """
    try:
        with unseen("pyspark"):
            laws.schema().validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as fault:
        cases = fault.failure_cases
        wide = cases["schema_context"] == "DataFrameSchema"
        names = cases["column"].mask(wide, "")
        failed = set(zip(cases["check"], names, strict=True))
        named = {one for one, rows in laws.refused.items() if len(rows)}
        for law, column in failed - named:
            raise ReconcileError(f"a law could not be tried: {law} {column}".rstrip()) from None
        index = frame.index
        return {one: pd.unique(index.searchsorted(index[laws.refused[one]])) for one in failed}
    return {}


def _laws(table: Table, ledger: Ledger) -> Laws:
    laws = Laws()
    for column in table.columns:
        _hold_column(laws, table, column, ledger)
    for law, judge in _WIDE.get(table.name, {}).items():
        laws.add(law, judge)
    if table.name == "figures":
        laws.add("claim-twice", _once(ledger))
    for law, target in CIRCLES.items():
        if any(column.name == target for column in table.columns):
            laws.add(law, _circle_free(table, target))
    return laws


def _hold_column(laws: Laws, table: Table, column: Column, ledger: Ledger) -> None:
    if column.name == table.identity:
        laws.add("duplicate-id", lambda told: ~told.duplicated(), column.name)
    if column.words:
        laws.add("unknown-word", lambda told: told.isin(column.words), column.name)
    if column.kind == "id" and column.refers:
        _know(laws, column, column.name, ledger)
    if column.kind == "whole":
        laws.add("negative-figure", lambda told: told >= 0, column.name)
        laws.add("figure-too-large", lambda told: told <= LARGEST_FIGURE, column.name)
    if column.name in _DEGREES:
        edge = _DEGREES[column.name]
        laws.add("coordinates-outside-the-world", lambda told: told.abs() <= edge, column.name)


def _know(laws: Laws, column: Column, name: str, ledger: Ledger) -> None:
    """Whether an id is one of those read; not asked where some of them could not be read at all."""
    if column.refers not in ledger.unknown:
        ids = ledger.ids[column.refers]
        laws.add("unknown-reference", lambda told: _isin(told, ids), name)


def _isin(told: pd.Series[Any], known: Collection[str]) -> pd.Series[bool]:
    """Whether each is one of the known, each word asked for once."""
    codes, words = pd.factorize(told)
    found = np.fromiter(map(known.__contains__, words.tolist()), bool, len(words))
    return pd.Series(found.take(codes), told.index)


def _reversed(figures: pd.DataFrame) -> pd.Series[bool]:
    low, best, high = (figures[name].astype("float64") for name in NUMBERS)
    return ~((low > best) | (best > high) | (low > high))


def _numbers_without_figure(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~(figures["stance"].isin(_NO_NUMBERS) & figures[NUMBERS].notna().any(axis=1))


def _ends_after_start(events: pd.DataFrame) -> pd.Series[bool]:
    return ~(events["ends_on"] < events["starts_on"])


def _whole_coordinate(events: pd.DataFrame) -> pd.Series[bool]:
    return events["latitude"].isna() == events["longitude"].isna()


def _once(ledger: Ledger) -> Judge:
    """No statement stands twice; one that was retracted may be made anew."""
    gone = retracted(ledger.tables["journal"])

    def judge(figures: pd.DataFrame) -> pd.Series[bool]:
        standing = figures[~figures["claim"].isin(gone)]
        alike = standing[standing.duplicated(STATEMENT[:3], keep=False)]
        twice = alike.duplicated(STATEMENT).reindex(figures.index, fill_value=False)
        return ~twice | figures["claim"].duplicated()

    return judge


def _circle_free(table: Table, target: str) -> Judge:
    def judge(frame: pd.DataFrame) -> pd.Series[bool]:
        closing = list(circles_of(frame, table.identity or table.columns[0].name, target))
        return pd.Series(~frame.index.isin(closing), frame.index)

    return judge


_WIDE: dict[str, dict[str, Judge]] = {
    "events": {
        "event-ends-before-it-starts": _ends_after_start,
        "half-a-coordinate": _whole_coordinate,
    },
    "figures": {
        "reversed-interval": _reversed,
        "numbers-without-figure": _numbers_without_figure,
    },
    "journal": {
        "act-out-of-turn": in_turn,
        "accepted-by-its-submitter": by_another,
        "journal-altered": unbroken,
    },
}


def _links(frame: pd.DataFrame, table: Table) -> Iterable[tuple[Column, pd.DataFrame]]:
    """A frame per column of several ids: a row per id, the claim that names it beside it."""
    for column in table.columns:
        given = frame[frame[column.name].notna()] if column.kind == "ids" else frame.iloc[:0]
        if given.empty:
            continue
        links = given.assign(target=given[column.name].str.split(";")).explode("target")
        targets = frame.drop_duplicates(table.identity).set_index(table.identity)
        beside = targets.reindex(links["target"])[["source", "event", "asserted_on"]]
        beside = beside.set_axis(links.index).add_prefix("target_")
        yield column, pd.concat([links, beside], axis=1)


def _link_laws(column: Column, ledger: Ledger) -> Laws:
    laws = Laws()
    _know(laws, column, "target", ledger)
    if column.name == "supersedes":
        laws.add("supersedes-itself", lambda links: links["claim"] != links["target"])
        laws.add("supersedes-another-source", _same("source"))
        laws.add("supersedes-another-event", _same("event"))
        laws.add("supersedes-a-later-claim", _not_later)
    return laws


def _not_later(links: pd.DataFrame) -> pd.Series[bool]:
    return ~(links["target_asserted_on"] > links["asserted_on"])


def _same(name: str) -> Judge:
    def judge(links: pd.DataFrame) -> pd.Series[bool]:
        target = links[f"target_{name}"]
        return target.isna() | (target == links[name])

    return judge
