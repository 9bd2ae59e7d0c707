"""The rules of aggregation drawn from other claims than those that stand in a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconcile.aggregation import EVERY_REPORT, aggregation_rules
from reconcile.filling import fill
from reconcile.view import views

if TYPE_CHECKING:
    import duckdb

_DRAWN = ("pooled_figure", "summand", "cell_rule")


@contextmanager
def supposed(
    database: duckdb.DuckDBPyConnection,
    standing: str,
    values: Mapping[str, object] | Sequence[object],
    claims: str | None = None,
    rules: Sequence[str] = tuple(aggregation_rules()),
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor on which the views that draw numbers from claims are made of these claims alone.

    The queries `standing` and `claims`, filled by `values`, give what takes the place of the views
    `standing` and `claim`; without `claims` nothing was read but what stands. `rules` are those
    drawn. All is temporary and the cursor's own: `database` stays as it is.
    """
    fill(database)  # A view filled from here on would be made of what is supposed, for everybody.
    cursor = database.cursor()
    try:
        cursor.execute(f"CREATE TEMP TABLE standing AS {standing}", values)
        if claims is None:
            cursor.execute("CREATE TEMP TABLE claim AS FROM standing")
        else:
            cursor.execute(f"CREATE TEMP TABLE claim AS {claims}", values)
        cursor.execute(
            "CREATE TEMP TABLE aggregation_rule AS FROM aggregation_rule"
            " WHERE rule IN (SELECT UNNEST($rules))",
            {"rules": [*rules, EVERY_REPORT]},
        )
        for name in _DRAWN:
            cursor.execute(f"CREATE TEMP TABLE {name} AS {views()[name].select}")
        yield cursor
    finally:
        cursor.close()
