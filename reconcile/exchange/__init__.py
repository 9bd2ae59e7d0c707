"""Outside formats: what a ledger takes in, and what it and its views look like to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.finding import ReconcileError

if TYPE_CHECKING:
    from reconcile.exchange.proposal import Proposal
    from reconcile.ledger import Ledger


@dataclass(frozen=True)
class Format:
    """An outside format: what a user calls it, what it is, and whether it comes in and goes out."""

    name: str
    what: str
    comes_in: bool = False
    goes_out: bool = False

    @property
    def module(self) -> str:
        """The module that reads or writes it."""
        return f"reconcile.exchange.{self.name.replace('-', '_')}"


FORMATS = {
    one.name: one
    for one in (
        Format("acled", "ACLED data exports, old and new", comes_in=True),
        Format("ucdp-ged", "UCDP GED and Candidate events", comes_in=True),
        Format("eventreport", "event reports in the form of MAVERICK", comes_in=True),
        Format("radford", "claims of losses in Ukraine by class of source", comes_in=True),
        Format("table", "any CSV, XLSX or Parquet, by a mapping of its columns", comes_in=True),
        Format("acw", "casualties of US Civil War battles by author", comes_in=True),
    )
}
"""The formats by name."""


def propose(
    name: str, files: Sequence[Path], ledger: Ledger, mapping: Path | None = None
) -> Proposal:
    """What files of a format propose for a ledger; nothing is written.

    `mapping` says how the columns of a `table` are to be read. Raises ReconcileError for a format
    that does not come in, for a file that is not there and for a mapping that is none.
    """
    found = FORMATS.get(name)
    if found is None or not found.comes_in:
        known = ", ".join(one.name for one in FORMATS.values() if one.comes_in)
        raise ReconcileError(f"no format {name!r} is imported; there are {known}")
    given = (files, ledger, mapping) if name == "table" else (files, ledger)
    told: Proposal = import_module(found.module).propose(*given)
    return told
