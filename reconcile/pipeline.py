"""From a workspace to findings, top to bottom."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pandas as pd

from reconcile.contract import hold
from reconcile.database import asked, connect, connect_unfilled
from reconcile.finding import Findings
from reconcile.journal import settle
from reconcile.ledger import Ledger, load
from reconcile.waiver import waive

if TYPE_CHECKING:
    import duckdb

_FINDING = {
    **dict.fromkeys(("rule", "severity", "message", "file"), "str"),
    "line": "int64",
    **dict.fromkeys(("relation", "key", "fingerprint", "checked_by", "waived_by"), "str"),
}

__all__ = ["check", "connect", "read"]


def read(path: str | os.PathLike[str] = ".") -> Ledger:
    """The ledger in the workspace at `path`: parsed, held to the laws, and of accepted claims.

    What is refused is in `ledger.findings`; the rows of `ledger.tables` are lawful. Claims that do
    not count for their state in the journal are in `ledger.withheld` and in no table. Raises
    ReconcileError if `path` is no workspace.
    """
    loaded = load(path)
    return settle(hold(loaded), loaded.tables["journal"])


def check(
    ledger: Ledger,
    db: duckdb.DuckDBPyConnection | None = None,
    *,
    expectations: bool = True,
    codebook: str = "literal",
    today: dt.date | None = None,
) -> Findings:
    """All that is wrong or wants a second look in a ledger that was read.

    The broken laws, then what the expectations find in the views of `db`, then the waivers. Where
    `db` is None it is made here, its words read by `codebook`. Without `expectations` Great
    Expectations is never imported. With `today`, waivers past their last day accept nothing. A
    waiver of an expectation is found idle only where the expectations were put to all that is said,
    in its plain meaning. The findings are also left in `db` as the table `finding`. Raises
    ReconcileError where the run itself fails.
    """
    found = list(ledger.findings)
    database, all_put = db, False
    if expectations:
        from reconcile.expectation import judge
        from reconcile.suite import suites

        database = connect_unfilled(ledger, codebook=codebook) if db is None else db
        found += judge(ledger, database, suites(ledger.workspace))
        question = asked(database)
        all_put = question["as_of"] is None and question["codebook"] == "literal"
    found = waive(found, ledger, today, all_put=all_put)
    findings = Findings.of(found, ledger.left_out)
    if database is not None:
        record_findings(database, findings)
    return findings


def record_findings(database: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Leave the findings in `database` as the table `finding`, one row each.

    A cursor of its own leaves alone what the caller has not fetched yet.
    """
    waived = (one.waived_by for one in findings)
    frame = pd.DataFrame(
        {
            "rule": [one.rule.name for one in findings],
            "severity": [str(one.severity) for one in findings],
            "message": [one.message for one in findings],
            "file": [one.at.file for one in findings],
            "line": [one.at.line for one in findings],
            "relation": [one.relation for one in findings],
            "key": [one.waiver_key for one in findings],
            "fingerprint": [one.fingerprint for one in findings],
            "checked_by": [one.checked_by for one in findings],
            "waived_by": [None if at is None else str(at) for at in waived],
        }
    ).astype(_FINDING)
    cursor = database.cursor()
    cursor.register("frame", frame)
    cursor.execute("CREATE OR REPLACE TABLE finding AS SELECT * FROM frame")
    cursor.unregister("frame")
