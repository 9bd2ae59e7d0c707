"""Expectations, put to tables and views by Great Expectations."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.finding import Finding, ReconcileError, Rule, Text
from reconcile.ledger import Ledger
from reconcile.model import Quantity
from reconcile.naming import Names, in_both
from reconcile.relation import Relation
from reconcile.suite import Suite, placeholders
from reconcile.tables import TABLES
from reconcile.unseen import unseen
from reconcile.view import views

if TYPE_CHECKING:
    import duckdb

_VIEW_WORDS = {"side", "only_side", "low_side", "high_side", "higher_side", "speaks", "changed"}
_CELL = ("victims", "measure")
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list", "column_set", "sum_columns")


def judge(
    ledger: Ledger, database: duckdb.DuckDBPyConnection, asked: Iterable[Suite]
) -> Iterator[Finding]:
    """What the suites find in the relations of a database made by `reconcile.connect`.

    Raises ReconcileError with the file's name for an unknown relation, column, expectation or
    argument, and for an expectation that itself raises: never a pass.
    """
    names = Names(database)
    expectations = _GreatExpectations()
    for suite in asked:
        relation = Relation.of(database, suite)
        rules = suite.rules()
        for rule in rules.values():
            _know_placeholders(suite, rule, relation)
        judged = relation.judged(database, suite)
        failures = list(expectations.failures(suite, relation, judged.frame))
        places = judged.rows(database, (at for _, at in failures)) if failures else {}
        failing = [(name, place) for name, at in failures for place in places[at]]
        columns = _columns_told(relation, [rules[name] for name in {name for name, _ in failing}])
        rows = relation.rows(database, (place for _, place in failing), columns) if failing else {}
        told = (row.get("part_claims") for row in rows.values())
        names.hear(claim for claims in told if isinstance(claims, list) for claim in claims)
        database.execute("DROP TABLE IF EXISTS alike")
        teller = _Teller(columns & relation.types.keys(), names)
        for name, place in failing:
            yield _finding(ledger, suite.relation, rules[name], rows[place], teller)


class _GreatExpectations:
    """One ephemeral context of Great Expectations, imported when first needed."""

    def __init__(self) -> None:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
        # Great Expectations loads Spark where it finds it, and where Spark lacks a library of its
        # own that ends the program without a word.
        with warnings.catch_warnings(), unseen("pyspark"):
            warnings.simplefilter("ignore")
            import great_expectations as gx
            from great_expectations.data_context.types.base import ProgressBarsConfig

        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        frames = self._context.data_sources.add_pandas("views").add_dataframe_asset("relation")
        self._whole = frames.add_batch_definition_whole_dataframe("all")

    def failures(
        self, suite: Suite, relation: Relation, frame: pd.DataFrame
    ) -> Iterator[tuple[str, int]]:
        """The rule and the row of the frame, for each row that an expectation refuses."""
        batch = self._whole.get_batch({"dataframe": frame})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            asked = self._suite(suite, relation)
            outcome = batch.validate(asked, result_format="BOOLEAN_ONLY")
            if not outcome.success:
                # To name rows costs twice as much, which few suites want.
                outcome = batch.validate(asked, result_format="COMPLETE")
        if len(outcome.results) != len(suite.told["expectations"]):
            raise ReconcileError(f"{suite.file}: an expectation was dropped without a word")
        for result in outcome.results:
            name = result.expectation_config.meta["rule"]
            if (raised := _raised(result.exception_info)) is not None:
                raise ReconcileError(f"{suite.file}: {name}: {raised}")
            if result.success:
                continue
            rows = result.result.get("unexpected_index_list")
            if rows is None:
                raise ReconcileError(f"{suite.file}: {name}: the expectation names no failing row")
            yield from ((name, row) for row in rows)

    def _suite(self, suite: Suite, relation: Relation) -> Any:
        from great_expectations.core import ExpectationSuite
        from great_expectations.exceptions.exceptions import ExpectationNotFoundError
        from great_expectations.expectations.expectation import (
            ColumnMapExpectation,
            ColumnPairMapExpectation,
            MulticolumnMapExpectation,
        )
        from great_expectations.expectations.registry import get_expectation_impl

        judges_rows = (ColumnMapExpectation, ColumnPairMapExpectation, MulticolumnMapExpectation)
        for told in suite.told["expectations"]:
            name = told["meta"]["rule"]
            try:
                kind = get_expectation_impl(told["type"])
            except ExpectationNotFoundError:
                raise ReconcileError(
                    f"{suite.file}: {name}: no expectation is called {told['type']}"
                ) from None
            if not issubclass(kind, judges_rows):
                raise ReconcileError(
                    f"{suite.file}: {name}: {told['type']} judges the relation as a whole and names"
                    " no row; use one that judges rows"
                )
            _know_arguments(suite, name, told["kwargs"], kind, relation)
            try:
                kind(**told["kwargs"])
            except (TypeError, ValueError) as fault:
                raise ReconcileError(f"{suite.file}: {name}: {fault}") from None
        # It copies an expectation with all its texts for each thing that it asks of it.
        named = [
            {**told, "meta": {"rule": told["meta"]["rule"]}} for told in suite.told["expectations"]
        ]
        return ExpectationSuite(name=suite.relation, expectations=named)


def _know_arguments(
    suite: Suite, rule: str, arguments: Mapping[str, Any], kind: Any, relation: Relation
) -> None:
    known = set(kind.__fields__)
    for argument, value in arguments.items():
        if argument not in known:
            raise ReconcileError(
                f"{suite.file}: {rule}: {kind.__name__} has no argument {argument}"
            )
        if argument in _COLUMN_ARGUMENTS:
            for column in [value] if isinstance(value, str) else value:
                if column not in relation.types:
                    raise ReconcileError(
                        f"{suite.file}: {rule}: {suite.relation} has no column {column}"
                    )


def _know_placeholders(suite: Suite, rule: Rule, relation: Relation) -> None:
    columns = set(relation.types)
    known = columns | {
        f"{prefix}cell"
        for prefix in ("", "from_")
        if {f"{prefix}victims", f"{prefix}measure"} <= columns
    }
    known |= {_interval_name(name) for name in columns if _bound_beside(name) in columns}
    for message in (rule.message.en, rule.message.fr):
        for name in sorted((placeholders(message) or set()) - known):
            raise ReconcileError(
                f"{suite.file}: {rule.name}: the message asks for {{{name}}},"
                f" which {suite.relation} has not"
            )


def _columns_told(relation: Relation, told: Iterable[Rule]) -> set[str]:
    """The columns that findings of these rules speak of: those of the key, and of the messages."""
    wanted = {"row", "rows", "event", "stance", *_key_columns(relation.name)}
    for message in (text for rule in told for text in (rule.message.en, rule.message.fr)):
        asked = placeholders(message) or set()
        wanted |= asked
        wanted |= {f"{one[:-4]}{of}" for one in asked if one.endswith("cell") for of in _CELL}
        for name in relation.types:
            if _bound_beside(name) and _interval_name(name) in asked:
                wanted |= {name, _bound_beside(name)}
    return wanted


def _bound_beside(name: str) -> str:
    """The column of the upper bound that belongs to a column of a lower one."""
    return name.removesuffix("low") + "high" if name.endswith("low") else ""


def _interval_name(name: str) -> str:
    return name.removesuffix("low").rstrip("_") or "figure"


def _raised(told: Mapping[str, Any]) -> str | None:
    """What an expectation raised, in either of the two shapes in which it is reported."""
    if "raised_exception" in told:
        return str(told["exception_message"]) if told["raised_exception"] else None
    return next((str(one["exception_message"]) for one in told.values()), None)


class _Teller:
    """Says what a message may say of a row: its columns, `{cell}` ("soldiers killed"), the names of
    parties, and for every pair of columns `x_low` and `x_high` the interval `{x}` (for `low` and
    `high` alone: `{figure}`)."""

    def __init__(self, columns: Set[str], names: Names) -> None:
        self._names = names
        self._intervals = [
            (name, _bound_beside(name), _interval_name(name))
            for name in columns
            if _bound_beside(name) in columns
        ]
        self._cells = [
            prefix
            for prefix in ("", "from_")
            if {f"{prefix}victims", f"{prefix}measure"} <= columns
        ]
        self._words = _VIEW_WORDS & columns

    def values(self, row: Mapping[str, Any]) -> dict[str, object]:
        """The values of a message about a row."""
        values: dict[str, object] = {name: _plain(cell) for name, cell in row.items()}
        for low, high, name in self._intervals:
            if _told(row[low]):
                values[name] = _interval(row[low], row[high] if _told(row[high]) else None)
            else:
                values[name] = in_both(str(row.get("stance", "–")))
        for prefix in self._cells:
            cell = self._names.cell(row[f"{prefix}measure"], row[f"{prefix}victims"])
            values[f"{prefix}cell"] = cell
        for name in self._words:
            values[name] = in_both(str(row[name])) if _told(row[name]) else "–"
        if isinstance(claims := row.get("part_claims"), list):
            values["part_claims"] = self._names.sayings(claims, row["event"])
        if _told(row.get("party")):
            values["party"] = self._names.party(row["party"])
        return values


@lru_cache(maxsize=1 << 12)
def _interval(low: float, high: float | None) -> Text:
    told = Quantity(int(low), None if high is None else int(high))
    return Text(told.text("en"), told.text("fr"))


def _told(cell: object) -> bool:
    if isinstance(cell, float):  # most cells that are no text are, and pandas asks longer
        return cell == cell
    return isinstance(cell, str) or not (isinstance(cell, list) or cell is None or cell is pd.NaT)


def _decimal(number: float) -> Text:
    told = f"{number:.1f}"
    return Text(told, told.replace(".", ","))


def _plain(cell: object) -> object:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list):
        return ", ".join(map(str, cell))
    if not _told(cell):
        return "–"
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else _decimal(cell)
    return cell


def _finding(
    ledger: Ledger, relation: str, rule: Rule, row: Mapping[str, Any], teller: _Teller
) -> Finding:
    rows = [int(one) for one in row["rows"]] if "rows" in row else []
    at = int(row["row"])
    also = tuple(ledger.address(one) for one in rows if one != at)
    key, values = _key(relation, row), teller.values(row)
    return Finding(rule, relation, key, ledger.address(at), values, also, "gx")


def _key(relation: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(told for name in _key_columns(relation) for told in _key_parts(row[name]))


def _key_columns(relation: str) -> tuple[str, ...]:
    if relation in views():
        return views()[relation].key
    if (identity := TABLES[relation].identity) is not None:
        return (identity,)
    return tuple(column.name for column in TABLES[relation].columns)


def _key_parts(cell: object) -> list[str]:
    if isinstance(cell, list):
        return [str(one) for one in cell]
    return [str(_plain(cell)) if _told(cell) else ""]
