"""The laws of a ledger, held by Pandera: what each table must be for its rows to mean anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from reconcile.circle import circles
from reconcile.finding import Finding
from reconcile.laws import laws
from reconcile.ledger import Ledger
from reconcile.reading.table import near, shown
from reconcile.tables import TABLES, Column, Table

LARGEST_FIGURE = 10_000_000_000
_NUMBERS = ["low", "best", "high"]
_NO_NUMBERS = ("silence", "denies-event")
_STATEMENT = ["event", "source", "document", "asserted_on", "measure", "victims", "stated"]
_STATEMENT += ["victims_party", "repeats", *_NUMBERS]
_DEGREES = {"latitude": 90, "longitude": 180}
_STANDS_ALONE = ("supersedes", "answers", "origin")

Values = dict[str, object]


def hold(ledger: Ledger) -> Ledger:
    """The ledger with its lawful rows alone, and a finding for every law that a row breaks.

    Rows that are whole but refer to a refused row are left out and counted in `left_out`.
    """
    found = [finding for table in TABLES.values() for finding in _broken(ledger, table)]
    refused = {ledger_row for ledger_row, _ in found}
    tables = {
        name: frame[~frame.index.isin(refused)] if refused else frame
        for name, frame in ledger.tables.items()
    }
    tables, left_out = _without_dangling(ledger, tables)
    findings = (*ledger.findings, *(finding for _, finding in found))
    return replace(ledger, tables=tables, findings=findings, left_out=left_out)


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
                yield row, _finding(ledger, table, law, row, column, judged)


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
    wide = _WIDE.get(table.name, {})
    checks = [pa.Check(judge, name=law) for law, judge in wide.items()]
    return pa.DataFrameSchema(columns, checks=checks)


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
    low, best, high = (figures[name].astype("float64") for name in _NUMBERS)
    return ~((low > best) | (best > high) | (low > high))


def _numbers_without_figure(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~(figures["stance"].isin(_NO_NUMBERS) & figures[_NUMBERS].notna().any(axis=1))


def _ends_after_start(events: pd.DataFrame) -> pd.Series[bool]:
    return ~(events["ends_on"] < events["starts_on"])


def _whole_coordinate(events: pd.DataFrame) -> pd.Series[bool]:
    return events["latitude"].isna() == events["longitude"].isna()


def _once(figures: pd.DataFrame) -> pd.Series[bool]:
    return ~figures.duplicated(_STATEMENT) | figures["claim"].duplicated()


def _circle_free(source: str, target: str) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def judge(frame: pd.DataFrame) -> pd.Series[bool]:
        return pd.Series(~frame.index.isin(list(_circles(frame, source, target))), frame.index)

    return judge


def _circles(frame: pd.DataFrame, source: str, target: str) -> dict[int, tuple[str, ...]]:
    given = frame[frame[target].notna() & (frame[target] != "")]
    edges = zip(given.index, given[source], given[target], strict=True)
    return circles(
        (int(row), origin, one)
        for row, origin, targets in edges
        for one in str(targets).split(";")
        if target != "supersedes" or one != origin
    )


_CIRCLES = {
    "tree-in-a-circle": "within",
    "parts-in-a-circle": "part_of",
    "supersedes-in-a-circle": "supersedes",
    "repeats-in-a-circle": "repeats",
    "answers-in-a-circle": "answers",
}
_WIDE: dict[str, dict[str, Callable[[pd.DataFrame], pd.Series[bool]]]] = {
    "victims": {"tree-in-a-circle": _circle_free("victims", "within")},
    "measures": {"tree-in-a-circle": _circle_free("measure", "within")},
    "events": {
        "event-ends-before-it-starts": _ends_after_start,
        "half-a-coordinate": _whole_coordinate,
    },
    "event_parts": {"parts-in-a-circle": _circle_free("event", "part_of")},
    "figures": {
        "reversed-interval": _reversed,
        "numbers-without-figure": _numbers_without_figure,
        "claim-twice": _once,
        "supersedes-in-a-circle": _circle_free("claim", "supersedes"),
        "repeats-in-a-circle": _circle_free("claim", "repeats"),
        "answers-in-a-circle": _circle_free("claim", "answers"),
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


def _link_schema(column: Column, ledger: Ledger) -> pa.DataFrameSchema:
    known = pa.Check.isin(ledger.ids[column.refers], name="unknown-reference")
    checks = [] if column.name != "supersedes" else [
        pa.Check(lambda links: links["claim"] != links["target"], name="supersedes-itself"),
        pa.Check(_same("source"), name="supersedes-another-source"),
        pa.Check(_same("event"), name="supersedes-another-event"),
        pa.Check(
            lambda links: ~(links["target_asserted_on"] > links["asserted_on"]),
            name="supersedes-a-later-claim",
        ),
    ]
    return pa.DataFrameSchema({"target": pa.Column(checks=[known])}, checks=checks)


def _same(name: str) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    def judge(links: pd.DataFrame) -> pd.Series[bool]:
        target = links[f"target_{name}"]
        return target.isna() | (target == links[name])

    return judge


def _finding(
    ledger: Ledger, table: Table, law: str, row: int, column: str, frame: pd.DataFrame
) -> Finding:
    told = frame.loc[[row]]
    values = _values(ledger, table, law, told, column)
    cells = told.iloc[0]
    if table.identity is not None and law != "duplicate-id":
        key: tuple[str, ...] = (str(cells[table.identity]),)
    else:
        key = tuple("" if pd.isna(cells[one.name]) else str(cells[one.name]) for one in table.columns)
    key += (str(values["column"]),) if column else ()
    also = tuple(values.pop("also", ()))  # type: ignore[arg-type, var-annotated]
    return Finding(laws()[law], table.name, key, ledger.address(row), values, also, "pandera")


def _values(
    ledger: Ledger, table: Table, law: str, told: pd.DataFrame, column: str
) -> Values:
    """What the message of a law says of the row (or, of links, the rows) it was broken on."""
    row = told.iloc[0]
    if column == "target":
        return _reference(ledger, next(one for one in table.columns if one.kind == "ids"),
                          next(one for one in told["target"] if one not in ledger.ids["figures"]))
    if column:
        given = next(one for one in table.columns if one.name == column)
        return _cell_values(ledger, table, law, given, row)
    if law in _CIRCLES:
        source = table.identity or "event"
        path = _circles(ledger.tables[table.name], source, _CIRCLES[law])[int(row.name)]
        return {"value": row[source], "circle": " → ".join(path)}
    if law == "claim-twice":
        frame = ledger.tables[table.name]
        same = frame[_STATEMENT].eq(row[_STATEMENT]) | frame[_STATEMENT].isna() & row[_STATEMENT].isna()
        first = ledger.address(int(frame.index[same.all(axis=1)][0]))
        return {"value": row["claim"], "first": first, "also": (first,)}
    if law.startswith("supersedes"):
        return _correction(law, told)
    values: Values = {str(name): _plain(cell) for name, cell in row.items()}
    if law == "half-a-coordinate":
        given_, other = ("latitude", "longitude")
        if pd.isna(row["latitude"]):
            given_, other = other, given_
        values |= {"column": given_, "other": other}
    values["numbers"] = ", ".join(f"{one} {values[one]}" for one in _NUMBERS if values.get(one) != "–")
    return values


def _cell_values(
    ledger: Ledger, table: Table, law: str, column: Column, row: pd.Series[object]
) -> Values:
    value = str(row[column.name])
    if law == "unknown-reference":
        return _reference(ledger, column, value)
    values: Values = {"column": column.name, "value": shown(value)}
    if law == "unknown-word":
        return values | {"words": ", ".join(column.words), "near": near(value, column.words)}
    if law == "duplicate-id":
        frame = ledger.tables[table.name]
        first = ledger.address(int(frame.index[frame[column.name] == value][0]))
        return values | {"first": first, "also": (first,)}
    return values


def _reference(ledger: Ledger, column: Column, value: str) -> Values:
    return {
        "column": column.name,
        "value": shown(value),
        "table": column.refers,
        "near": near(value, set(ledger.ids[column.refers])),
    }


_CORRECTED = {
    "supersedes-another-source": "source",
    "supersedes-another-event": "event",
    "supersedes-a-later-claim": "asserted_on",
}


def _correction(law: str, links: pd.DataFrame) -> Values:
    if law not in _CORRECTED:
        return {}
    name = _CORRECTED[law]
    target = links[f"target_{name}"]
    wrong = target > links[name] if name == "asserted_on" else target.notna() & (target != links[name])
    link = links[wrong].iloc[0]
    own = _plain(link[name])
    return {"value": link["target"], name: own, "date": own, "other": _plain(link[f"target_{name}"])}


def _plain(cell: object) -> str:
    if cell is None or pd.isna(cell):  # type: ignore[call-overload]
        return "–"
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else shown(str(cell))


def _without_dangling(
    ledger: Ledger, tables: dict[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    if not ledger.unknown and all(len(tables[name]) == len(ledger.ids[name] or tables[name])
                                  for name in tables):
        return tables, {}
    left_out: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for table in TABLES.values():
            frame = tables[table.name]
            kept = pd.Series(True, frame.index)
            for column in table.columns:
                if column.refers and column.name not in _STANDS_ALONE:
                    target = tables[column.refers]
                    known = target[TABLES[column.refers].identity]
                    kept &= frame[column.name].isna() | frame[column.name].isin(known)
            if not kept.all():
                left_out[table.name] = left_out.get(table.name, 0) + int((~kept).sum())
                tables = {**tables, table.name: frame[kept]}
                changed = True
    return tables, left_out
