"""The laws of a ledger, held by Pandera: what each table must be for its rows to mean anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from reconcile.breach import CIRCLES, NUMBERS, STATEMENT, circles_of, finding_of
from reconcile.finding import Finding
from reconcile.ledger import Ledger
from reconcile.model import LARGEST_FIGURE
from reconcile.tables import TABLES, Column, Table

_NO_NUMBERS = ["silence", "denies-event"]
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
                yield row, finding_of(ledger, table, law, row, column, judged)


def _failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> list[tuple[str, int, str]]:
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as fault:
        cases = fault.failure_cases
        wide = cases["schema_context"] == "DataFrameSchema"
        names = cases["column"].mask(wide, "")
        triples = zip(cases["check"], cases["index"], names, strict=True)
        return sorted({(str(law), int(row), str(column)) for law, row, column in triples})
    return []


def _schema(table: Table, ledger: Ledger) -> pa.DataFrameSchema:
    columns = {column.name: _column(table, column, ledger) for column in table.columns}
    return pa.DataFrameSchema(columns, checks=list(_wide_checks(table)))


def _column(table: Table, column: Column, ledger: Ledger) -> pa.Column:
    checks: list[pa.Check] = []
    if column.name == table.identity:
        checks.append(pa.Check(lambda told: ~told.duplicated(), name="duplicate-id"))
    if column.words:
        checks.append(pa.Check.isin(column.words, name="unknown-word"))
    if column.kind == "id" and column.refers and column.refers not in ledger.unknown:
        checks.append(pa.Check.isin(ledger.ids[column.refers], name="unknown-reference"))
    if column.kind == "whole":
        checks.append(pa.Check.ge(0, name="negative-figure"))
        checks.append(pa.Check.le(LARGEST_FIGURE, name="figure-too-large"))
    if column.name in _DEGREES:
        edge = _DEGREES[column.name]
        checks.append(pa.Check.in_range(-edge, edge, name="coordinates-outside-the-world"))
    return pa.Column(checks=checks, nullable=True)


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


def _circle_free(table: Table, target: str) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def judge(frame: pd.DataFrame) -> pd.Series[bool]:
        closing = list(circles_of(frame, table.identity or table.columns[0].name, target))
        return pd.Series(~frame.index.isin(closing), frame.index)

    return judge


_WIDE: dict[str, dict[str, Callable[[pd.DataFrame], pd.Series[bool]]]] = {
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
        yield pa.Check(judge, name=law)
    for law, target in CIRCLES.items():
        if any(column.name == target for column in table.columns):
            yield pa.Check(_circle_free(table, target), name=law)


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
    known = pa.Check.isin(ledger.ids[column.refers], name="unknown-reference")
    checks = (
        []
        if column.name != "supersedes"
        else [
            pa.Check(lambda links: links["claim"] != links["target"], name="supersedes-itself"),
            pa.Check(_same("source"), name="supersedes-another-source"),
            pa.Check(_same("event"), name="supersedes-another-event"),
            pa.Check(
                lambda links: ~(links["target_asserted_on"] > links["asserted_on"]),
                name="supersedes-a-later-claim",
            ),
        ]
    )
    return pa.DataFrameSchema({"target": pa.Column(checks=[known])}, checks=checks)


def _same(name: str) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def judge(links: pd.DataFrame) -> pd.Series[bool]:
        target = links[f"target_{name}"]
        return target.isna() | (target == links[name])

    return judge
