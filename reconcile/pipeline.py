"""From a workspace to findings, top to bottom."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import pandas as pd

from reconcile.contract import hold
from reconcile.database import asked, connect, connect_unfilled
from reconcile.filling import prepare
from reconcile.finding import Finding, Findings, ReconcileError
from reconcile.journal import settle
from reconcile.ledger import Ledger, load
from reconcile.slices import portions
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
    as_of: dt.date | str | None = None,
    codebook: str = "literal",
    today: dt.date | None = None,
    step: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> Findings:
    """All that is wrong or wants a second look in a ledger that was read.

    The broken laws, then what the expectations find in the views of `db`, then the waivers. Where
    `db` is None the views are made here, of what had been said by `as_of` and with the words read
    by `codebook`; those of a long ledger a slice of events at a time. Without `expectations` Great
    Expectations is never imported. With `today`, waivers past their last day accept nothing. A
    waiver of an expectation is found idle only where the expectations were put to all that is said,
    in its plain meaning. Each longer piece of work is done within a context that `step` makes of
    the words for it. The findings are also left in `db` as the table `finding`. Raises
    ReconcileError where the run itself fails, and where `db` is given beside a day or a codebook.
    """
    if db is not None and (as_of is not None or codebook != "literal"):
        raise ReconcileError("a database holds its day and its codebook already; leave them out")
    found, all_put = list(ledger.findings), False
    if expectations:
        question = {"as_of": as_of, "codebook": codebook} if db is None else asked(db)
        all_put = question["as_of"] is None and question["codebook"] == "literal"
        found += _unexpected(ledger, db, as_of, codebook, step)
    with step("judging the waivers"):
        found = waive(found, ledger, today, all_put=all_put)
        findings = Findings.of(found, ledger.left_out)
    if db is not None:
        record_findings(db, findings)
    return findings


def _unexpected(
    ledger: Ledger,
    db: duckdb.DuckDBPyConnection | None,
    as_of: dt.date | str | None,
    codebook: str,
    step: Callable[[str], AbstractContextManager[object]],
) -> Iterator[Finding]:
    """What the expectations find."""
    from reconcile.expectation import judge
    from reconcile.suite import suites

    putting = "putting the expectations"
    loading = f"{putting} (loading Great Expectations takes a second or two)"
    served = suites(ledger.workspace)
    if db is not None:
        with step(loading):
            yield from judge(ledger, db, served)
        return
    with step("finding which events belong together"):
        told = portions(ledger, served)
    for at, (portion, allotted) in enumerate(told, 1):
        part = f"part {at} of {len(told)}: " if len(told) > 1 else ""
        with step(f"{part}connecting the claims"):
            database = connect_unfilled(portion, as_of, codebook)
        with step(f"{part}filling the views"):
            prepare(database, {suite.relation for suite in allotted})
        with step(f"{part}{loading if at == 1 else putting}"), database:
            yield from judge(ledger, database, allotted)


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
