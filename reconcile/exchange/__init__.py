"""Outside formats: what a ledger takes in, and what it and its views look like to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.finding import ReconcileError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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
        """The module that reads it."""
        return f"reconcile.exchange.{self.name.replace('-', '_')}"


FORMATS = {
    one.name: one
    for one in (
        Format("table", "any table, by a mapping of its columns", comes_in=True),
        Format("xlsx", "the ledger as a workbook; or one table or view", True, True),
        Format("template", "the workbook without claims, to be filled in", goes_out=True),
        Format("package", "the ledger as a data package, sealed", True, True),
        Format("acled", "ACLED data exports, old and new", comes_in=True),
        Format("ucdp-ged", "UCDP GED and Candidate events", comes_in=True),
        Format("eventreport", "event reports in the form of MAVERICK", comes_in=True),
        Format("radford", "claims of losses in Ukraine by class of source", comes_in=True),
        Format("acw", "casualties of US Civil War battles by author", comes_in=True),
        Format("csv", "one table or view", goes_out=True),
        Format("parquet", "one table or view", goes_out=True),
        Format("json", "one table or view, or all views", goes_out=True),
        Format("geojson", "the events with their figures by side", goes_out=True),
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
    try:
        told: Proposal = import_module(found.module).propose(*given)
    except OSError as fault:
        raise ReconcileError(f"{fault.filename} cannot be read: {fault.strerror}") from None
    return told


def export(
    name: str, ledger: Ledger, database: Callable[[], DuckDBPyConnection], relation: str | None
) -> bytes:
    """A ledger, or one table or view of it, in a format other than a package.

    `database` gives the database of the ledger where the format asks for it. Raises ReconcileError
    for a format that does not go out, a relation that is lacking or is none, and what a format
    cannot hold.
    """
    found = FORMATS.get(name)
    if found is None or not found.goes_out or name == "package":
        known = ", ".join(one.name for one in FORMATS.values() if one.goes_out)
        raise ReconcileError(f"no format {name!r} is exported; there are {known}")
    if name in ("csv", "parquet") and relation is None:
        raise ReconcileError(f"{name} is of one table or view; name it, as {name} event_gap")
    if name in ("geojson", "template") and relation is not None:
        raise ReconcileError(f"{name} is of the whole ledger; name no relation")
    if name == "template" or (name == "xlsx" and relation is None):
        from reconcile.exchange import xlsx

        return xlsx.export(ledger, empty=name == "template")
    if name == "geojson":
        from reconcile.exchange import geojson

        return geojson.export(database()).encode()
    return _of_relation(name, database(), relation)


def _of_relation(name: str, database: DuckDBPyConnection, wanted: str | None) -> bytes:
    from reconcile.exchange.relation import relation, relations

    told = [relation(database, wanted)] if wanted else list(relations(database))
    if name == "csv":
        from reconcile.exchange import delimited

        return delimited.written(told[0]).encode()
    if name == "parquet":
        from reconcile.exchange import parquet

        return parquet.written(database, told[0])
    if name == "xlsx":
        from reconcile.exchange.workbook import workbook

        return workbook(told)
    from reconcile.database import asked
    from reconcile.exchange.document import document

    return "".join(document(told, asked(database))).encode()
