"""A table or view as Great Expectations sees it: the columns asked of, the rows that fail."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.database import execute
from reconcile.engine import quoted
from reconcile.finding import ReconcileError
from reconcile.suite import Suite
from reconcile.tables import TABLES
from reconcile.view import views

if TYPE_CHECKING:
    import duckdb

_EACH_BY_ITSELF = re.compile(
    r"expect_column_values_to_(not_)?be_(between|in_set|null)"
    r"|expect_column_values_to_(not_)?match_(regex|regex_list|like_pattern|like_pattern_list)"
    r"|expect_column_value_lengths_to_(equal|be_between)"
    r"|expect_column_pair_values_(to_be_equal|to_be_in_set|a_to_be_greater_than_b)"
    r"|expect_multicolumn_sum_to_equal|expect_select_column_values_to_be_unique_within_record"
)
# It compares; `in` would look through a whole column, and a column alone would be one of labels.
_OF_ONE_ROW = re.compile(
    r"(?=.*([<>]|==|!=))(?!.*\bin\b)([\w\s<>=!&|~,'\"+*/-]|(?<=[0-9])\.(?=[0-9]))*", re.DOTALL
)
_NUMBERS = ("BIGINT", "HUGEINT", "DOUBLE", "INTEGER")


def judges_each_by_itself(suite: Suite) -> bool:
    """Whether what the expectations of a suite say of a row surely depends on no other row."""
    return all(map(_judges_by_itself, suite.told["expectations"]))


def _judges_by_itself(expectation: Mapping[str, Any]) -> bool:
    asked = expectation["kwargs"]
    condition = str(asked.get("row_condition") or "")
    return (
        _EACH_BY_ITSELF.fullmatch(expectation["type"]) is not None
        and asked.get("mostly", 1) == 1
        and (not condition or _OF_ONE_ROW.fullmatch(condition) is not None)
        and not any(word in condition for word in ("index", "level_"))
    )


@dataclass(frozen=True)
class Judged:
    """What a suite is put to: a frame, and which rows of the relation each of its rows stands for.

    `nth` holds for each row of the frame a number; the query `shares` names that number beside the
    rowid of each row of the relation.
    """

    frame: pd.DataFrame
    nth: pd.Series[int]
    shares: str

    def rows(
        self, database: duckdb.DuckDBPyConnection, failing: Iterable[int]
    ) -> dict[int, list[int]]:
        """The rowids that each of these rows of the frame stands for."""
        given = sorted(set(failing))
        asked = pd.DataFrame({"at": given, "nth": self.nth.to_numpy()[given]}, dtype="int64")
        database.register("failing_frame", asked)
        told = database.execute(
            f"SELECT f.at, s.rowid FROM failing_frame AS f INNER JOIN ({self.shares}) AS s"
            " ON s.nth = f.nth"
        ).fetchnumpy()
        database.unregister("failing_frame")
        found: dict[int, list[int]] = {one: [] for one in given}
        for at, rowid in zip(told["at"].tolist(), told["rowid"].tolist(), strict=True):
            found[at].append(rowid)
        return found


@dataclass(frozen=True)
class Relation:
    """A table or view of the database: the types of its columns by name."""

    name: str
    types: Mapping[str, str]

    @classmethod
    def of(cls, database: duckdb.DuckDBPyConnection, suite: Suite) -> Relation:
        """The one that a suite tests. Raises ReconcileError where it cannot be tested."""
        if suite.relation not in views() and suite.relation not in TABLES:
            raise ReconcileError(f"{suite.file}: there is no table or view {suite.relation}")
        told = execute(database, f"SELECT * FROM {suite.relation} LIMIT 0").description or []
        if "row" not in [column[0] for column in told]:
            raise ReconcileError(
                f"{suite.file}: the rows of {suite.relation} rest on no row of a file"
            )
        return cls(suite.relation, {column[0]: str(column[1]) for column in told})

    def judged(self, database: duckdb.DuckDBPyConnection, suite: Suite) -> Judged:
        """What is to be put to Great Expectations of a suite: the columns that it speaks of.

        Great Expectations hashes whatever it is given, which takes longer than to judge it. Rows
        alike in these columns are put to it once where it judges each by itself.
        """
        words = set(re.findall(r"\w+", str([one["kwargs"] for one in suite.told["expectations"]])))
        wanted = [name for name in self.types if name in words]
        columns = ", ".join(map(quoted, wanted))
        if wanted and judges_each_by_itself(suite):
            database.execute(
                f"CREATE OR REPLACE TEMP TABLE alike AS SELECT ROW_NUMBER() OVER (ORDER BY"
                f" {columns}) AS nth, * FROM (SELECT DISTINCT {columns} FROM {self.name})"
            )
            told = database.execute("SELECT * FROM alike ORDER BY nth").df()
            shared = " AND ".join(
                f"r.{one} IS NOT DISTINCT FROM a.{one}" for one in map(quoted, wanted)
            )
            shares = (
                f"SELECT a.nth, r.rowid FROM alike AS a INNER JOIN {self.name} AS r ON {shared}"
            )
        else:
            order = ["row", *(views()[self.name].key if self.name in views() else ())]
            told = database.execute(
                f"SELECT {', '.join(['rowid AS nth', *map(quoted, wanted)])} FROM {self.name}"
                f" ORDER BY {', '.join(map(quoted, order))}"
            ).df()
            shares = f"SELECT rowid AS nth, rowid FROM {self.name} AS r"
        frame = {name: _column(told[name], self.types[name]) for name in wanted}
        return Judged(pd.DataFrame(frame, index=told.index), told["nth"], shares)

    def rows(
        self, database: duckdb.DuckDBPyConnection, places: Iterable[int], columns: Iterable[str]
    ) -> dict[int, dict[str, Any]]:
        """These columns of the rows that lie at these places: numbers as floats, NaN for none."""
        names = [name for name in self.types if name in set(columns)]
        database.register(
            "place_frame", pd.DataFrame({"place": sorted(set(places))}, dtype="int64")
        )
        told = database.execute(
            f"SELECT {', '.join(['r.rowid', *(f'r.{quoted(name)}' for name in names)])}"
            f" FROM {self.name} AS r"
            " INNER JOIN place_frame AS p ON p.place = r.rowid"
        ).fetchall()
        database.unregister("place_frame")
        numbers = [self.types[name] in _NUMBERS for name in names]
        return {
            place: {
                name: math.nan if cell is None else float(cell) if number else cell
                for name, cell, number in zip(names, cells, numbers, strict=True)
            }
            for place, *cells in told
        }


def _column(told: pd.Series[Any], kind: str) -> pd.Series[Any]:
    """A column with numbers as floats and days as days: integers that lack some crash pairs."""
    if kind in _NUMBERS:
        return told.astype("float64")
    if kind == "DATE":
        codes, days = pd.factorize(told)
        known = pd.Series([*(one.date() for one in days), None], dtype="object")
        return known.take(codes).set_axis(told.index)
    return told.astype("str") if kind == "VARCHAR" else told
