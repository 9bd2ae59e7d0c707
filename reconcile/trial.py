"""A ledger as it would be with rows that are not written yet, and what would then be found."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from reconcile.contract import hold
from reconcile.database import connect_unfilled
from reconcile.difference import (
    ConflictChange,
    Difference,
    Version,
    conflicts_between,
    difference,
)
from reconcile.finding import Address, Finding, ReconcileError
from reconcile.journal import ACCEPTED, IN_DOUBT, repeating
from reconcile.ledger import FOLDER, LAST_ACT, Ledger, load
from reconcile.pipeline import check, read
from reconcile.record import Rows, append
from reconcile.scratch import scratch_folder

if TYPE_CHECKING:
    import duckdb

_CONTENT = (FOLDER, "expectations")


@dataclass(frozen=True)
class Trial:
    """What the laws say of rows that are not written yet.

    `before` is the ledger without them, all its lawful claims among its figures. `claims` are the
    lawful new ones, as rows of the figures; `asked` says how many there were. `findings` are the
    laws that would be broken and are kept now. `places` says where each row would stand, by the
    keys of the rows.
    """

    before: Ledger
    claims: pd.DataFrame
    asked: int
    findings: tuple[Finding, ...]
    places: Mapping[str, tuple[Address, ...]]


def held(workspace: str | os.PathLike[str], rows: Rows) -> Trial:
    """Hold the ledger with `rows`, given as to `reconcile.record.append`, to the laws.

    Raises ReconcileError where a row cannot be written.
    """
    before = hold(load(workspace))
    with _copy(workspace) as copy:
        written = append(copy, rows)
        after = hold(load(copy))
    known = {finding.fingerprint for finding in before.findings}
    new = {address for addresses in written.values() for address in addresses}
    asked = [one for key in written if key.partition("/")[0] == "figures" for one in written[key]]
    places = {(one.file, one.line) for one in asked}
    figures = after.tables["figures"]
    told = after.addresses.loc[figures.index]
    fresh = pd.MultiIndex.from_frame(told).isin(list(places))
    findings = (one for one in after.findings if one.at in new or one.fingerprint not in known)
    return Trial(before, figures[fresh], len(asked), tuple(findings), written)


def preview(
    workspace: str | os.PathLike[str],
    rows: Rows,
    *,
    now: Version | None = None,
    expectations: bool = True,
    as_of: dt.date | None = None,
    codebook: str = "literal",
    today: dt.date | None = None,
) -> Difference:
    """What would change if `rows`, given as to `reconcile.record.append`, were there and counted.

    That is the claims themselves, the conflicts and gaps that they open, widen or settle, and what
    would newly be found. `now` is the ledger as it stands, where it was read already with the same
    answers to the rest, which `Version.of` takes. Raises ReconcileError where a row cannot be
    written.
    """
    asked = {"expectations": expectations, "as_of": as_of, "codebook": codebook, "today": today}
    before = now or Version.of(workspace, **asked)  # type: ignore[arg-type]
    return difference(before, with_rows(workspace, rows, **asked))  # type: ignore[arg-type]


def with_rows(
    workspace: str | os.PathLike[str],
    rows: Rows,
    *,
    expectations: bool = True,
    as_of: dt.date | None = None,
    codebook: str = "literal",
    today: dt.date | None = None,
) -> Version:
    """The version of a workspace as it would be with `rows`; the rest as `preview` takes it."""
    with _copy(workspace) as copy:
        append(copy, rows)
        return Version.of(
            copy, expectations=expectations, as_of=as_of, codebook=codebook, today=today
        )


def preview_acceptance(
    workspace: str | os.PathLike[str],
    claim: str,
    *,
    expectations: bool = True,
    as_of: dt.date | None = None,
    codebook: str = "literal",
    today: dt.date | None = None,
) -> Difference:
    """What would change if a claim that does not count were accepted; otherwise as `preview`.

    What repeats it and waits only for that would count with it. Raises ReconcileError for a claim
    that does not wait.
    """
    ledger = read(workspace)
    accepted = _accepted(ledger, claim)
    before, after = (
        Version(one, database, check(one, database, expectations=expectations, today=today))
        for one in (ledger, accepted)
        for database in (connect_unfilled(one, as_of, codebook),)
    )
    return difference(before, after)


def acceptance(
    ledger: Ledger, database: duckdb.DuckDBPyConnection, claim: str
) -> tuple[ConflictChange, ...]:
    """The conflicts and gaps that would change if a claim that waits were accepted.

    `ledger` was read and `database` made of it already. Only the events on which claims
    would count anew are looked at, so that a long ledger takes no longer. Otherwise as
    `preview_acceptance`.
    """
    accepted = _accepted(ledger, claim)
    figures = accepted.tables["figures"]
    events = set(figures.loc[~figures.index.isin(ledger.tables["figures"].index), "event"])
    rows = figures[_with_roots(figures, figures["event"].isin(events))]
    part = replace(accepted, tables=accepted.tables.having(figures=rows))
    with closing(connect_unfilled(part)) as after:
        return conflicts_between(database, after, events)


def _with_roots(figures: pd.DataFrame, wanted: pd.Series[bool]) -> pd.Series[bool]:
    """The rows wanted, and those that they repeat, also through others."""
    kept = wanted
    while True:
        nearer = figures["claim"].isin(set(figures.loc[kept, "repeats"].dropna())) & ~kept
        if not nearer.any():
            return kept
        kept = kept | nearer


def _accepted(ledger: Ledger, claim: str) -> Ledger:
    """The ledger with a claim among those that count, and what waits with it."""
    withheld = ledger.withheld
    state = withheld.set_index("claim")["state"]
    if state.get(claim) in (None, ACCEPTED, IN_DOUBT, "retracted"):
        raise ReconcileError(f"{claim} is no claim that waits for review")
    counting = repeating(withheld[withheld["state"] == ACCEPTED], {claim})
    taken = withheld["claim"].isin(counting)
    rows = withheld[taken].drop(columns=list(LAST_ACT))
    figures = pd.concat([ledger.tables["figures"], rows]).sort_index()
    tables = ledger.tables.having(figures=figures)
    return replace(ledger, tables=tables, withheld=withheld[~taken])


@contextmanager
def _copy(workspace: str | os.PathLike[str]) -> Iterator[Path]:
    """A copy of the content of a workspace; what a writer is about to put there is left aside."""
    with scratch_folder() as folder:
        for name in _CONTENT:
            if (content := Path(workspace) / name).is_dir():
                hidden = shutil.ignore_patterns(".*")
                shutil.copytree(content, folder / name, ignore=hidden)
        yield folder
