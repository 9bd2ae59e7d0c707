"""A table or view as Great Expectations sees it: the columns asked of, the rows that fail."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.database import execute
from reconcile.engine import quoted
from reconcile.filling import fill, naming
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

    `nth` holds a number for each row of the frame; `source` is what stands behind FROM to read the
    rows of the `relation` as `r`, and `number` that number of each.
    """

    relation: str
    frame: pd.DataFrame
    nth: pd.Series[int]
    source: str
    number: str

    def cells(
        self, database: duckdb.DuckDBPyConnection, given: Sequence[int], columns: Collection[str]
    ) -> dict[str, Sequence[Any]]:
        """These columns of all rows that the `given` rows of the frame stand for.

        The relation becomes a table for that, since each rule asks anew.
        """
        fill(database, [self.relation])
        asked = pd.DataFrame({"nth": self.nth.to_numpy()[given]}, dtype="int64")
        database.register("asked_frame", asked)
        told = database.execute(
            f"SELECT {', '.join(f'r.{quoted(name)}' for name in columns)} FROM {self.source}"
            f" INNER JOIN asked_frame AS f ON f.nth = {self.number}"
        ).fetchall()
        database.unregister("asked_frame")
        return dict(zip(columns, zip(*told, strict=True), strict=True))


@dataclass(frozen=True)
class Relation:
    """A table or view of the database: the types of its columns by name."""

    name: str
    types: Mapping[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell a row from others: its ids, or all where it has none."""
        if self.name in views():
            return views()[self.name].key
        if (identity := TABLES[self.name].identity) is not None:
            return (identity,)
        return tuple(column.name for column in TABLES[self.name].columns)

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
            alike = (
                f"(SELECT ROW_NUMBER() OVER (ORDER BY {columns}) AS nth, *"
                f" FROM (SELECT DISTINCT {columns} FROM {self.name}))"
            )
            with naming(self.name):
                told = database.execute(f"SELECT * FROM {alike} ORDER BY nth").df()
            shared = " AND ".join(
                f"r.{one} IS NOT DISTINCT FROM a.{one}" for one in map(quoted, wanted)
            )
            source, number = f"{alike} AS a INNER JOIN {self.name} AS r ON {shared}", "a.nth"
        else:
            fill(database, [self.name])  # Only the rows of a table have a rowid.
            order = ["row", *(views()[self.name].key if self.name in views() else ())]
            told = database.execute(
                f"SELECT {', '.join(['rowid AS nth', *map(quoted, wanted)])} FROM {self.name}"
                f" ORDER BY {', '.join(map(quoted, order))}"
            ).df()
            source, number = f"{self.name} AS r", "r.rowid"
        frame = {name: _column(told[name], self.types[name]) for name in wanted}
        shown = pd.DataFrame(frame, index=told.index)
        return Judged(self.name, shown, told["nth"], source, number)


def _column(told: pd.Series[Any], kind: str) -> pd.Series[Any]:
    """A column with numbers as floats and days as days: integers that lack some crash pairs."""
    if kind in _NUMBERS:
        return told.astype("float64")
    if kind == "DATE":
        codes, days = pd.factorize(told)
        known = pd.Series([*(one.date() for one in days), None], dtype="object")
        return known.take(codes).set_axis(told.index)
    return told.astype("str") if kind == "VARCHAR" else told
