"""Expectations, put to tables and views by Great Expectations."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.deferred import deferred
from reconcile.finding import Finding, ReconcileError, Rule
from reconcile.ledger import Ledger
from reconcile.naming import Names
from reconcile.refusal import can_tell, findings_of, needed_to_tell
from reconcile.relation import Relation
from reconcile.suite import Suite, placeholders
from reconcile.unseen import unseen

if TYPE_CHECKING:
    import duckdb

_COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list", "column_set", "sum_columns")


def judge(
    ledger: Ledger, database: duckdb.DuckDBPyConnection, asked: Iterable[Suite]
) -> Iterator[Finding]:
    """What the suites find in the relations of a database of the ledger.

    Views that it lacks are filled, and such as are not tables where rows of them are refused.
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
        for name, refused in expectations.refused(suite, relation, judged.frame).items():
            rule = rules[name]
            cells = judged.cells(database, refused, needed_to_tell(rule, relation))
            yield from findings_of(ledger, relation, rule, cells, names)


class _GreatExpectations:
    """One ephemeral context of Great Expectations, imported when first needed."""

    def __init__(self) -> None:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
        # Great Expectations loads Spark where it finds it, and where Spark lacks a library of its
        # own that ends the program without a word. SciPy and Altair, which take as long as all the
        # rest, it loads for expectations that name no row.
        with warnings.catch_warnings(), unseen("pyspark"), deferred("scipy.stats", "altair"):
            warnings.simplefilter("ignore")
            import great_expectations as gx
            from great_expectations.data_context.types.base import ProgressBarsConfig

        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        frames = self._context.data_sources.add_pandas("views").add_dataframe_asset("relation")
        self._whole = frames.add_batch_definition_whole_dataframe("all")

    def refused(
        self, suite: Suite, relation: Relation, frame: pd.DataFrame
    ) -> dict[str, list[int]]:
        """The rows of the frame that each expectation refuses, by the name of its rule."""
        from great_expectations.exceptions.exceptions import GreatExpectationsError

        batch = self._whole.get_batch({"dataframe": frame})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            asked = self._suite(suite, relation)
            try:
                outcome = batch.validate(asked, result_format="BOOLEAN_ONLY")
                if not outcome.success:
                    # To name rows costs twice as much, which few suites want.
                    outcome = batch.validate(asked, result_format="COMPLETE")
            except GreatExpectationsError as fault:
                # Some expectations fail as they are set up, before one can be told from another.
                raise ReconcileError(f"{suite.file}: {fault}") from None
        if len(outcome.results) != len(suite.told["expectations"]):
            raise ReconcileError(f"{suite.file}: an expectation was dropped without a word")
        refused: dict[str, list[int]] = {}
        for result in outcome.results:
            name = result.expectation_config.meta["rule"]
            if (raised := _raised(result.exception_info)) is not None:
                raise ReconcileError(f"{suite.file}: {name}: {raised}")
            if result.success:
                continue
            rows = result.result.get("unexpected_index_list")
            if rows is None:
                raise ReconcileError(f"{suite.file}: {name}: the expectation names no failing row")
            refused[name] = rows
        return refused

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
    for message in (rule.message.en, rule.message.fr):
        for name in sorted((placeholders(message) or set()) - can_tell(relation)):
            raise ReconcileError(
                f"{suite.file}: {rule.name}: the message asks for {{{name}}},"
                f" which {suite.relation} has not"
            )


def _raised(told: Mapping[str, Any]) -> str | None:
    """What an expectation raised, in either of the two shapes in which it is reported."""
    if "raised_exception" in told:
        return str(told["exception_message"]) if told["raised_exception"] else None
    return next((str(one["exception_message"]) for one in told.values()), None)
