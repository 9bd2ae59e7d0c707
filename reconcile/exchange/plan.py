"""What an import would do to a ledger: tried on a copy, then done, all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import ascii_uppercase

from reconcile.contract import hold
from reconcile.exchange.match import Match, match
from reconcile.exchange.proposal import Cells, Proposal, Proposed
from reconcile.exchange.sheet import one_line
from reconcile.exchange.texts import texts
from reconcile.finding import Address, Finding, Findings, Severity, Text
from reconcile.ledger import FOLDER, Ledger, files_of, load
from reconcile.reading.cells import Fault
from reconcile.reading.table import shown, value
from reconcile.record import append, lay
from reconcile.rules import rules
from reconcile.scratch import scratch_folder
from reconcile.tables import TABLES


@dataclass(frozen=True)
class Plan:
    """What an import finds in a file and would add to a ledger.

    `before` counts the rows of the ledger by table, `proposed` those of the file, `matched` names
    those of them that the ledger has, `new` holds the rows to add. `drafts` are offered on new
    events alone. `left` counts what the format takes no row from. Where a finding is an error the
    import is refused as a whole. `files` are laid as they are, in place of rows.
    """

    workspace: Path
    format: str
    before: Mapping[str, int]
    proposed: Mapping[str, int]
    matched: Mapping[str, tuple[str, ...]]
    new: Mapping[str, tuple[Proposed, ...]]
    findings: Findings
    drafts: tuple[Cells, ...]
    left: Mapping[Text, int]
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether a fault keeps the whole file out."""
        return self.findings.reach(Severity.ERROR)

    @property
    def added(self) -> int:
        """How many rows would be added."""
        return sum(map(len, self.new.values()))


def plan(workspace: Path, name: str, proposal: Proposal) -> Plan:
    """What importing `proposal`, of the format `name`, would do to the ledger of a workspace.

    The rows that the ledger lacks are added to a copy of it, and the copy is held to the laws; what
    is found there of an added row names the place in the file that it comes from. Of a record that
    could not be read nothing further is said. Raises ReconcileError where there is no workspace or
    a file of it cannot be added to.
    """
    ledger = load(workspace)
    found = match(ledger, proposal)
    findings = [*proposal.findings, *found.findings]
    faulty = {_record(one.at) for one in findings if one.severity is Severity.ERROR}
    tried = [*_unwritable(found), *_tried(ledger, name, found)]
    findings += (one for one in tried if _record(one.at) not in faulty)
    events = {row.key[0] for row in found.new.get("events", ())}
    return Plan(
        workspace,
        name,
        {table: len(frame) for table, frame in ledger.tables.items()},
        _counted(proposal, found),
        {
            table: tuple(one for one in ids if (table, one) not in proposal.spare)
            for table, ids in found.matched.items()
        },
        found.new,
        Findings.of(findings),
        tuple(draft for draft in proposal.drafts if draft["event"] in events),
        dict(proposal.left),
    )


def _record(at: Address) -> tuple[str, str]:
    """The file and line of an address, also of one that names a cell."""
    if at.line:
        return at.file, str(at.line)
    file, _, cell = at.file.rpartition("!")
    return file, cell.lstrip(ascii_uppercase)


def _counted(proposal: Proposal, found: Match) -> dict[str, int]:
    """The rows of a file by table; spare ones count where they are new."""
    counts = {}
    for table, rows in proposal.rows.items():
        own = sum((table, row.key[0]) not in proposal.spare for row in rows.values())
        new = sum((table, row.key[0]) in proposal.spare for row in found.new[table])
        counts[table] = own + new
    return {table: count for table, count in counts.items() if count}


def laid(
    workspace: Path, name: str, files: Mapping[str, bytes], findings: Iterable[Finding]
) -> Plan:
    """A plan that lays the files of a whole ledger into a workspace that has none.

    They are held to the laws as they will lie there.
    """
    with scratch_folder() as folder:
        for file, told in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(told)
        ledger = hold(load(folder))
    rows = {table: len(frame) for table, frame in ledger.tables.items() if len(frame)}
    new = {
        table: tuple(
            Proposed(table, cells, Address(table)) for cells in texts(ledger.tables[table])
        )
        for table in rows
    }
    return Plan(
        workspace,
        name,
        dict.fromkeys(TABLES, 0),
        rows,
        dict.fromkeys(rows, ()),
        new,
        Findings.of([*findings, *ledger.findings]),
        (),
        {},
        files,
    )


def carry_out(told: Plan) -> None:
    """Add the rows of a plan to its ledger, all or none.

    Raises ReconcileError where a file cannot be written, and ValueError for a refused plan.
    """
    if told.refused:
        raise ValueError("a refused plan is not carried out")
    if told.files:
        lay(told.workspace, told.files)
        return
    append(told.workspace, _by_file(told.workspace, told.format, told.new))


def _by_file(
    workspace: Path, name: str, new: Mapping[str, tuple[Proposed, ...]]
) -> dict[str, list[Cells]]:
    """The rows by the file they go to: where a table has several, the one named for the format."""
    claims = workspace / FOLDER
    several = {table for table in new if len(files_of(claims, TABLES[table])) > 1}
    return {
        f"{table}/{name}" if table in several else table: [row.cells for row in rows]
        for table, rows in new.items()
        if rows
    }


def _unwritable(found: Match) -> Iterable[Finding]:
    """Cells that no file of a ledger can hold; for the trial they are put on one line."""
    for table, rows in found.new.items():
        for row in rows:
            for column in TABLES[table].columns:
                cell = row.cells.get(column.name, "")
                told = value(cell, column) if one_line(cell) != cell else None
                if isinstance(told, Fault):
                    values = {"column": column.name, "value": shown(cell), **told.values}
                    at = row.places.get(column.name, row.at)
                    yield Finding(rules()[told.rule], table, (*row.key, column.name), at, values)
        found.new[table] = tuple(
            replace(row, cells={name: one_line(cell) for name, cell in row.cells.items()})
            for row in rows
        )


def _tried(ledger: Ledger, name: str, found: Match) -> Iterable[Finding]:
    """What the laws find in the ledger with the new rows, and did not without them."""
    rows = _by_file(ledger.workspace, name, found.new)
    if not rows:
        return
    with scratch_folder() as copy:
        shutil.copytree(ledger.workspace / FOLDER, copy / FOLDER)
        written = append(copy, rows)
        after = hold(load(copy)).findings
    origins = {
        address: row
        for key, addresses in written.items()
        for address, row in zip(addresses, found.new[key.partition("/")[0]], strict=True)
    }
    if not after:
        return
    before = {finding.fingerprint for finding in hold(ledger).findings}
    for finding in after:
        if finding.at in origins or finding.fingerprint not in before:
            yield _at_its_origin(finding, origins)


def _at_its_origin(finding: Finding, origins: Mapping[Address, Proposed]) -> Finding:
    """A finding in the ledger as one in the outside file."""
    row = origins.get(finding.at)
    at = finding.at if row is None else row.places.get(str(finding.values.get("column")), row.at)
    values = {
        name: origins[value].at if isinstance(value, Address) and value in origins else value
        for name, value in finding.values.items()
    }
    also = tuple(origins[one].at if one in origins else one for one in finding.also)
    return replace(finding, at=at, values=values, also=also)
