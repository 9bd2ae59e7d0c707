"""Great Expectations alone on a frame of pandas, with the index of every failing row."""

from __future__ import annotations

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

from benchmarks.laws import frames
from benchmarks.laws.law import NUMBERLESS, NUMBERS, ORDERED, REQUIRED, STANCES, Named

load = frames.load


def _suite(known: list[str]) -> list[tuple[str, gxe.Expectation]]:
    numberless = f"stance in {list(NUMBERLESS)}"
    return [
        *(("empty-required-cell", gxe.ExpectColumnValuesToNotBeNull(column=c)) for c in REQUIRED),
        ("duplicate-id", gxe.ExpectColumnValuesToBeUnique(column="claim")),
        ("unknown-reference", gxe.ExpectColumnValuesToBeInSet(column="source", value_set=known)),
        *(
            ("negative-figure", gxe.ExpectColumnValuesToBeBetween(column=name, min_value=0))
            for name in NUMBERS
        ),
        *(
            (
                "reversed-interval",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                    column_A=high,
                    column_B=low,
                    or_equal=True,
                    ignore_row_if="either_value_is_missing",
                ),
            )
            for low, high in ORDERED
        ),
        (
            "unknown-word",
            gxe.ExpectColumnValuesToBeInSet(column="stance", value_set=list(STANCES)),
        ),
        *(
            (
                "numbers-without-figure",
                gxe.ExpectColumnValuesToBeNull(
                    column=name, row_condition=numberless, condition_parser="pandas"
                ),
            )
            for name in NUMBERS
        ),
    ]


def check(loaded: tuple[pd.DataFrame, list[str]]) -> Named:
    """The lines named for each law; of an id that stands twice all but its first row."""
    figures, known = loaded
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("made").add_dataframe_asset("figures")
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = gx.ExpectationSuite("laws")
    for at, (law, expectation) in enumerate(_suite(known)):
        expectation.meta = {"law": law, "at": at}
        suite.add_expectation(expectation)
    told = gx.ValidationDefinition(data=batch, suite=context.suites.add(suite), name="laws").run(
        batch_parameters={"dataframe": figures.rename_axis("line").reset_index()},
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["line"],
            "return_unexpected_index_query": False,
        },
    )
    named: dict[str, set[int]] = {}
    for result in told.results:
        rows = result.result.get("unexpected_index_list") or []
        law = result.expectation_config.meta["law"]
        named.setdefault(law, set()).update(row["line"] for row in rows)
    twice = figures["claim"].loc[sorted(named["duplicate-id"])]
    return {**named, "duplicate-id": twice.index[twice.duplicated()]}
