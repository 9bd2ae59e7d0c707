"""A ledger as a data package (Frictionless): its files byte for byte, described and sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files as resources
from pathlib import Path, PurePosixPath
from typing import Any

from reconcile.exchange import delimited, seal, table
from reconcile.exchange.mapping import Block, Source, TableMapping
from reconcile.exchange.plan import Plan, laid
from reconcile.exchange.plan import plan as planned
from reconcile.exchange.proposal import Proposal, slug
from reconcile.exchange.table_schema import schema
from reconcile.finding import Address, Finding, ReconcileError
from reconcile.ledger import FOLDER, Ledger, files_of, load
from reconcile.reading import text
from reconcile.reading.file import PARQUET
from reconcile.reading.records import holds_something, split, stripped
from reconcile.record import untouched
from reconcile.rules import rules
from reconcile.scratch import scratch_folder
from reconcile.tables import TABLES

DESCRIPTION = "datapackage.json"
_README = "README.md"
_TOO_LARGE = 1 << 24


def export(ledger: Ledger, *, licence: str = "", title: str = "") -> dict[str, bytes]:
    """The files of the package of a ledger by name, its seal among them.

    The files of the ledger are carried as they are, with their README. `licence` is the name of the
    licence under which it is passed on, as CC-BY-4.0. The same ledger gives the same bytes. Raises
    ReconcileError where a file cannot be described because its header cannot be read.
    """
    claims = ledger.workspace / FOLDER
    found = {
        name: [f"{FOLDER}/{path.relative_to(claims).as_posix()}" for path in files_of(claims, told)]
        for name, told in TABLES.items()
    }
    paths = [path for several in found.values() for path in several]
    for path in paths:
        if path.lower().endswith(PARQUET):
            raise ReconcileError(f"{path}: a package holds tables as CSV; write this one as CSV")
    files = {path: (ledger.workspace / path).read_bytes() for path in paths}
    parts = [_resource(name, path, found, files[path]) for name in found for path in found[name]]
    described: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "ledger-of-claims",
        "title": title or "A ledger of claims on casualties",
        "description": "What each source said of each event, in its own words, nothing averaged.",
        **({"licenses": [{"name": licence}]} if licence else {}),
        "resources": parts,
    }
    about = claims / _README
    if about.is_file():
        files[f"{FOLDER}/{_README}"] = about.read_bytes()
    files[DESCRIPTION] = (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode()
    files[_README] = _readme(ledger, described).encode()
    return seal.sealed(files)


def _resource(
    name: str, path: str, found: Mapping[str, Sequence[str]], told: bytes
) -> dict[str, Any]:
    referable = {table: _name(table, paths[0]) for table, paths in found.items() if len(paths) == 1}
    return {
        "name": _name(name, path),
        "path": path,
        "profile": "tabular-data-resource",
        "description": f"One row is {TABLES[name].row_is}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if told.startswith(b"\xef\xbb\xbf") else "utf-8",
        "table": name,
        "bytes": len(told),
        "hash": f"sha256:{seal.digest(told)}",
        "schema": schema(TABLES[name], _header(path, told), referable),
    }


def _name(table: str, path: str) -> str:
    stem = PurePosixPath(path).relative_to(FOLDER).with_suffix("").as_posix()
    return table.replace("_", "-") if stem == table else slug(stem)


def _header(path: str, told: bytes) -> list[str]:
    try:
        lines = text.lines(told)
        first = next(line for line in lines if holds_something(line))
        return [stripped(cell) for cell in split(first)]
    except (text.NotUtf8, StopIteration, ValueError):
        raise ReconcileError(f"{path} has no header that can be read; mend it first") from None


def _readme(ledger: Ledger, described: Mapping[str, Any]) -> str:
    names = ", ".join(one["name"] for one in described.get("licenses", []))
    licences = [f"The ledger: {names or 'none was named; ask whoever gave it'}", *_others(ledger)]
    form = resources("reconcile").joinpath("exchange", "package.md").read_text("utf-8")
    return form.format(
        title=described["title"],
        description=described["description"],
        described=DESCRIPTION,
        folder=FOLDER,
        licences="\n".join(f"- {told}" for told in licences),
    )


def _others(ledger: Ledger) -> list[str]:
    """What the licences of the data sets ask that rows of the ledger come from."""
    documents, notes = ledger.tables["documents"], ledger.tables["events"]["note"].fillna("")
    known = {
        "UCDP": "UCDP's data are under CC BY 4.0: name the Uppsala Conflict Data Program",
        "GeoNames": "coordinates from GeoNames are under CC BY 4.0: name GeoNames",
        "ACLED": "ACLED's terms forbid passing its rows on: take them out before you do",
    }
    return [
        told
        for name, told in known.items()
        if notes.str.contains(f"coordinates: {name}", regex=False).any()
        or documents["document"].isin([f"{name.lower()}-data", f"{name.lower()}-ged"]).any()
    ]


def files_in(path: Path) -> tuple[dict[str, bytes], list[Finding]]:
    """The files of the ledger in a package by table path, and a finding where one was altered.

    Raises ReconcileError where it is no package, or describes files that it does not hold.
    """
    package = path.parent if path.name == DESCRIPTION else path
    files = seal.unpacked(package)
    if DESCRIPTION not in files or len(files[DESCRIPTION]) > _TOO_LARGE:
        raise ReconcileError(f"{path.as_posix()} is no data package: it has no {DESCRIPTION}")
    findings = seal.verify(package)[0] if seal.SEAL in files else []
    try:
        described = json.loads(files[DESCRIPTION])
        parts = [(str(one["name"]), str(one["path"]), dict(one)) for one in described["resources"]]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise ReconcileError(f"{path.as_posix()}: {DESCRIPTION} cannot be read: {fault}") from None
    told = {}
    faults = []
    for name, file, resource in parts:
        of = str(resource.get("table") or name.replace("-", "_"))
        if file not in files:
            faults.append(f"{file} is described and not there")
        elif of not in TABLES:
            faults.append(f"the resource {name} is no table of a ledger")
        else:
            place = _place(of, file)
            if place in told:
                faults.append(f"two resources go to {place}; the second is {name}, {file}")
            told[place] = files[file]
            findings += _hashed(path, file, resource, files[file])
    if faults:
        raise ReconcileError("\n".join([f"{path.as_posix()} cannot be taken in:", *faults]))
    about = f"{FOLDER}/{_README}"
    return told | ({about: files[about]} if about in files else {}), findings


def _place(of: str, file: str) -> str:
    """Where a file goes: where it was, if that is a place of its table, else under its name."""
    path = PurePosixPath(file)
    within = path.parts[:1] == (FOLDER,) and path.suffix == ".csv"
    if within and (
        path.parts[1:] == (f"{of}.csv",) or (path.parts[1:2] == (of,) and path.parts[2:])
    ):
        return file
    return f"{FOLDER}/{of}/{path.stem}.csv"


def _hashed(path: Path, file: str, resource: Mapping[str, Any], told: bytes) -> list[Finding]:
    """A finding where the description itself says that a file has other bytes."""
    kind, _, digest = str(resource.get("hash") or "").rpartition(":")
    if kind != "sha256" or digest.lower() == seal.digest(told):
        return []
    return [seal.finding(path, file, seal.OTHER_BYTES)]


def plan(workspace: Path, paths: Sequence[Path]) -> Plan:
    """What importing packages would do to the ledger of a workspace.

    One package in a workspace that has no ledger yet, or one as `reconcile init` makes it, is laid
    there byte for byte; else its rows are added like those of any file. Raises ReconcileError.
    """
    if len(paths) == 1 and untouched(workspace):
        files, findings = files_in(paths[0])
        return laid(workspace, "package", files, findings)
    return planned(workspace, "package", propose(paths, load(workspace)))


def propose(paths: Sequence[Path], ledger: Ledger) -> Proposal:
    """The rows of packages, for a ledger that has rows of its own."""
    proposal = Proposal(own=True)
    for path in paths:
        files, findings = files_in(path)
        proposal.findings += findings
        with scratch_folder() as folder:
            for name, told in files.items():
                if name.endswith(".csv"):
                    _take(folder, path, name, told, ledger, proposal)
    return proposal


def _take(
    folder: Path, package: Path, name: str, told: bytes, ledger: Ledger, proposal: Proposal
) -> None:
    of = PurePosixPath(name).parts[1].removesuffix(".csv")
    file = folder / PurePosixPath(name).name
    file.write_bytes(told)
    sheet = delimited.sheet_of(file, f"{package.as_posix()}/{name}", "utf-8-sig", ",")
    known = [column.name for column in TABLES[of].columns]
    for column in sheet.header:
        if column not in known:
            values = {"column": column, "value": column or '""', "near": ""}
            at = Address(sheet.file, 1)
            proposal.findings.append(
                Finding(rules()["unknown-column"], "file", (name, column), at, values)
            )
            return
    if not sheet.faults:
        columns = {column: Source(column) for column in sheet.header}
        table.take(sheet, TableMapping((Block(of, columns),)), ledger, proposal, file)
    proposal.findings += sheet.faults
