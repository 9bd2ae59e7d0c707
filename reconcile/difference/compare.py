"""Two versions of a ledger set side by side in the database of the newer one."""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

from reconcile.database import connect_unfilled, execute, rows_of
from reconcile.difference.change import (
    ClaimChange,
    ClaimKind,
    Difference,
    Edit,
    FindingChange,
    RowChange,
    Said,
)
from reconcile.difference.conflicts import CONFLICTS, conflicts, interval
from reconcile.finding import Findings
from reconcile.ledger import Ledger
from reconcile.model import Quantity
from reconcile.naming import Names, in_both
from reconcile.pipeline import check, read
from reconcile.tables import TABLES

if TYPE_CHECKING:
    import duckdb

_COLUMNS = [column.name for column in TABLES["figures"].columns]
_CLAIMS = f"""
SELECT f.row, {", ".join(f"f.{name}" for name in _COLUMNS)}, e.name AS event_name, c.source_name,
  c.side, c.stance AS says_stance, c.low AS says_low, c.high AS says_high
FROM figures AS f
INNER JOIN claim AS c ON c.claim = f.claim
INNER JOIN events AS e ON e.event = f.event
"""


@dataclass(frozen=True, repr=False)
class Version:
    """A ledger as it stands at one time: read, connected and checked."""

    ledger: Ledger
    database: duckdb.DuckDBPyConnection
    findings: Findings

    @classmethod
    def of(
        cls,
        workspace: str | os.PathLike[str],
        *,
        expectations: bool = True,
        as_of: dt.date | None = None,
        codebook: str = "literal",
        today: dt.date | None = None,
    ) -> Version:
        """The version in `workspace`; the rest as `reconcile.connect` and `check` take it."""
        ledger = read(workspace)
        database = connect_unfilled(ledger, as_of, codebook)
        findings = check(ledger, database, expectations=expectations, today=today)
        return cls(ledger, database, findings)

    @cached_property
    def refused(self) -> frozenset[str]:
        """The claims of which there are rows, but none that keeps the laws."""
        lawful = (self.ledger.tables["figures"], self.ledger.withheld)
        return self.ledger.ids["figures"].difference(*(frame["claim"] for frame in lawful))


def difference(old: Version, new: Version) -> Difference:
    """What changed from `old` to `new`, two versions read by one codebook and as of one day.

    Nothing is left in either database.
    """
    cursor = new.database.cursor()
    try:
        for name, query in (("claims", _CLAIMS), ("conflicts", CONFLICTS)):
            _set_beside(cursor, name, query, old.database)
        rows = dict(_rows(old, cursor))
        claims = tuple(_claims(old, new, cursor))
        apart = list(conflicts(Names(new.database), cursor))
    finally:
        cursor.close()
    return Difference(
        claims,
        tuple(one for one in apart if one.between is None),
        tuple(one for one in apart if one.between is not None),
        tuple(_findings(old.findings, new.findings)),
        rows,
    )


def _set_beside(
    cursor: duckdb.DuckDBPyConnection, name: str, query: str, old: duckdb.DuckDBPyConnection
) -> None:
    """The rows of `query` as the temporary tables now_`name` and, from `old`, before_`name`."""
    execute(cursor, f"CREATE TEMP TABLE now_{name} AS {query}")
    cursor.execute(f"CREATE TEMP TABLE before_{name} AS SELECT * FROM now_{name} LIMIT 0")
    cursor.register("frame", execute(old, query).df())
    cursor.execute(f"INSERT INTO before_{name} SELECT * FROM frame")
    cursor.unregister("frame")


def _rows(old: Version, cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, RowChange]]:
    for table in TABLES.values():
        if table.name == "figures":
            continue
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        _set_beside(cursor, table.name, f"SELECT {columns} FROM {table.name}", old.database)
        edited = f"SEMI JOIN stale USING ({table.identity})" if table.identity else "LIMIT 0"
        (told,) = rows_of(
            cursor,
            f"WITH fresh AS (FROM now_{table.name} EXCEPT ALL FROM before_{table.name}),"
            f" stale AS (FROM before_{table.name} EXCEPT ALL FROM now_{table.name})"
            " SELECT (SELECT COUNT(*) FROM fresh) AS fresh, (SELECT COUNT(*) FROM stale) AS stale,"
            f" (SELECT COUNT(*) FROM (FROM fresh {edited})) AS edited",
        )
        changed = RowChange(
            told["fresh"] - told["edited"], told["edited"], told["stale"] - told["edited"]
        )
        if changed != RowChange():
            yield table.name, changed


def _claims(old: Version, new: Version, cursor: duckdb.DuckDBPyConnection) -> list[ClaimChange]:
    names, former = Names(new.database), Names(old.database)
    fresh = list(rows_of(cursor, "FROM now_claims ANTI JOIN before_claims USING (claim)"))
    gone = list(rows_of(cursor, "FROM before_claims ANTI JOIN now_claims USING (claim)"))
    differs = " OR ".join(f"n.{name} IS DISTINCT FROM b.{name}" for name in _COLUMNS)
    edited = rows_of(
        cursor,
        "SELECT n.*, b AS before FROM now_claims AS n"
        f" INNER JOIN before_claims AS b ON b.claim = n.claim WHERE {differs}",
    )
    corrections = _corrections(cursor, [row["claim"] for row in fresh])
    changes = [
        *(_fresh(row, old, new, names, tuple(corrections[row["claim"]])) for row in fresh),
        *(_claim("edited", row, new, names, edits=tuple(_edits(row))) for row in edited),
        *(_gone(row, old, new, former) for row in gone),
    ]
    return sorted(changes, key=lambda one: (get_args(ClaimKind).index(one.kind), one.at))


def _fresh(
    row: Mapping[str, Any], old: Version, new: Version, names: Names, corrects: tuple[Said, ...]
) -> ClaimChange:
    kind: ClaimKind = "corrected" if corrects else "added"
    if row["claim"] in old.refused:
        kind = "mended"
    return _claim(kind, row, new, names, corrects=corrects)


def _gone(row: Mapping[str, Any], old: Version, new: Version, names: Names) -> ClaimChange:
    return _claim("refused" if row["claim"] in new.refused else "removed", row, old, names)


def _claim(
    kind: ClaimKind, row: Mapping[str, Any], version: Version, names: Names, **more: Any
) -> ClaimChange:
    return ClaimChange(
        kind,
        row["event"],
        row["event_name"],
        names.cell(row["measure"], row["victims"]),
        _said(row),
        row["stated"],
        version.ledger.address(row["row"]),
        repeats=row["repeats"],
        **more,
    )


def _edits(row: Mapping[str, Any]) -> Iterator[Edit]:
    for name in _COLUMNS:
        before, after = row["before"][name], row[name]
        if before != after:
            yield Edit(
                name, "" if before is None else str(before), "" if after is None else str(after)
            )


def _corrections(
    cursor: duckdb.DuckDBPyConnection, claims: list[str]
) -> defaultdict[str, list[Said]]:
    """What each of the new claims corrects, in the order of the ledger."""
    told: defaultdict[str, list[Said]] = defaultdict(list)
    rows = rows_of(
        cursor,
        "SELECT r.claim AS by, c.* FROM claim_revision AS r"
        " INNER JOIN now_claims AS c ON c.claim = r.superseded"
        " WHERE r.claim IN (SELECT UNNEST($claims)) ORDER BY c.row",
        {"claims": claims},
    )
    for row in rows:
        told[row["by"]].append(_said(row))
    return told


def _said(row: Mapping[str, Any]) -> Said:
    quantity = None
    if row["says_stance"] == "figure":
        quantity = Quantity(row["says_low"], row["says_high"])
    says = in_both(row["says_stance"]) if quantity is None else interval(quantity)
    return Said(row["claim"], row["source"], row["source_name"], row["side"], says, quantity)


def _findings(old: Findings, new: Findings) -> Iterator[FindingChange]:
    before, now = old.by_fingerprint(), new.by_fingerprint()
    for mark, finding in now.items():
        if finding.is_open and not (mark in before and before[mark].is_open):
            yield FindingChange("new", finding)
    for mark, finding in now.items():
        if not finding.is_open and mark in before and before[mark].is_open:
            yield FindingChange("accepted", finding)
    for mark, finding in before.items():
        if finding.is_open and mark not in now:
            yield FindingChange("gone", finding)
