"""The laws of a ledger, held by Pandera: what each table must be for its rows to mean anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from reconcile.breach import CIRCLES, NUMBERS, STATEMENT, Broken, circles_of, finding_of
from reconcile.finding import Finding
from reconcile.ledger import Ledger
from reconcile.model import LARGEST_FIGURE
from reconcile.tables import TABLES, Column, Table
from reconcile.unseen import unseen

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
    told: set[tuple[str, int, str]] = set()
    for schema, judged in (
        (_schema(table, ledger), frame),
        *((_link_schema(column, ledger), links) for column, links in _links(frame, table)),
    ):
        for law, row, column in _failures(schema, judged):
            if (law, row, column) not in told:
                told.add((law, row, column))
                broken = Broken(ledger, table, law, row, column, judged.loc[[row]])
                yield row, finding_of(broken)


def _failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> list[tuple[str, int, str]]:
    """The law, the row and the column of every failure; by position, for rows stand twice in links.

    Pandera cannot name a row whose label another failing row bears too.
    """
    try:
        with unseen("pyspark"):
            schema.validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as fault:
        cases = fault.failure_cases
        wide = cases["schema_context"] == "DataFrameSchema"
        names = cases["column"].mask(wide, "")
        triples = zip(cases["check"], frame.index[list(cases["index"])], names, strict=True)
        return sorted({(str(law), int(row), str(column)) for law, row, column in triples})
    return []


def _schema(table: Table, ledger: Ledger) -> pa.DataFrameSchema:
    columns = {column.name: _column(table, column, ledger) for column in table.columns}
    return pa.DataFrameSchema(columns, checks=list(_wide_checks(table)))


def _column(table: Table, column: Column, ledger: Ledger) -> pa.Column:
    checks: list[pa.Check] = []
    if column.name == table.identity:
        checks.append(_law("duplicate-id", lambda told: ~told.duplicated()))
    if column.words:
        checks.append(_law("unknown-word", lambda told: told.isin(column.words)))
    if column.kind == "id" and column.refers:
        checks += _known(column, ledger)
    if column.kind == "whole":
        checks.append(_law("negative-figure", lambda told: told >= 0))
        checks.append(_law("figure-too-large", lambda told: told <= LARGEST_FIGURE))
    if column.name in _DEGREES:
        edge = _DEGREES[column.name]
        checks.append(_law("coordinates-outside-the-world", lambda told: told.abs() <= edge))
    return pa.Column(checks=checks, nullable=True)


def _known(column: Column, ledger: Ledger) -> list[pa.Check]:
    """Whether an id is one of those read; not asked where some of them could not be read at all."""
    if column.refers in ledger.unknown:
        return []
    ids = ledger.ids[column.refers]
    return [_law("unknown-reference", lambda told: told.isin(ids))]


def _law(name: str, judge: Judge) -> pa.Check:
    """A check that reports itself by the name of the law."""
    return pa.Check(judge, name=name, error=name)


def _reversed(figures: pd.DataFrame) -> pd.Series[bool]:
    low, best, high = (figures[name].astype("float64") for name in NUMBERS)
    return ~((low > best) | (best > high) | (low > high))


def _numbers_without_figure(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~(figures["stance"].isin(_NO_NUMBERS) & figures[NUMBERS].notna().any(axis=1))


def _ends_after_start(events: pd.DataFrame) -> pd.Series[bool]:
    return ~(events["ends_on"] < events["starts_on"])


def _whole_coordinate(events: pd.DataFrame) -> pd.Series[bool]:
    return events["latitude"].isna() == events["longitude"].isna()


def _once(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~figures.duplicated(STATEMENT) | figures["claim"].duplicated()


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
        "claim-twice": _once,
    },
}


def _wide_checks(table: Table) -> Iterable[pa.Check]:
    for law, judge in _WIDE.get(table.name, {}).items():
        yield _law(law, judge)
    for law, target in CIRCLES.items():
        if any(column.name == target for column in table.columns):
            yield _law(law, _circle_free(table, target))


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


def _link_schema(column: Column, ledger: Ledger) -> pa.DataFrameSchema:
    corrections = {
        "supersedes-itself": lambda links: links["claim"] != links["target"],
        "supersedes-another-source": _same("source"),
        "supersedes-another-event": _same("event"),
        "supersedes-a-later-claim": _not_later,
    }
    asked = corrections if column.name == "supersedes" else {}
    return pa.DataFrameSchema(
        {"target": pa.Column(checks=_known(column, ledger))},
        checks=[_law(law, judge) for law, judge in asked.items()],
    )


def _not_later(links: pd.DataFrame) -> pd.Series[bool]:
    return ~(links["target_asserted_on"] > links["asserted_on"])


def _same(name: str) -> Judge:
    def judge(links: pd.DataFrame) -> pd.Series[bool]:
        target = links[f"target_{name}"]
        return target.isna() | (target == links[name])

    return judge
