"""The rules by which many claims become one number, as `aggregation.toml` tells them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from reconcile.finding import Text

if TYPE_CHECKING:
    import duckdb

EVERY_REPORT = "all-reports"
"""The plain sum, which draws no number from several claims but adds them all."""


@dataclass(frozen=True)
class AggregationRule:
    """One rule: the `pool` of figures it draws from and what it `draws` from them.

    `voices` must speak of a cell for the rule to say something there; `spans` says whether the
    range over the rules is taken over this one; `says` is the rule in a sentence.
    """

    name: str
    pool: str
    draws: str
    voices: str
    spans: bool
    says: Text


@cache
def aggregation_rules() -> dict[str, AggregationRule]:
    """Every rule of aggregation by name, in the order in which they are shown."""
    told = tomllib.loads(files("reconcile").joinpath("aggregation.toml").read_text("utf-8"))
    return {
        name: AggregationRule(
            name,
            rule["pool"],
            rule["draws"],
            rule["voices"],
            rule["spans"],
            Text(rule["says"], rule["says_fr"]),
        )
        for name, rule in told.items()
    }


def keep_rules(database: duckdb.DuckDBPyConnection) -> None:
    """Leave the rules in `database` as the table `aggregation_rule`, for the views to draw by."""
    database.execute(
        "CREATE TABLE aggregation_rule"
        " (rule VARCHAR, pool VARCHAR, draws VARCHAR, voices VARCHAR, spans BOOLEAN)"
    )
    database.executemany(
        "INSERT INTO aggregation_rule VALUES (?, ?, ?, ?, ?)",
        [
            (one.name, one.pool, one.draws, one.voices, one.spans)
            for one in aggregation_rules().values()
        ],
    )
