"""The changes between two versions of a ledger, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reconcile.finding import Address, Finding, Severity, Text
from reconcile.model import Quantity

ClaimKind = Literal["added", "corrected", "edited", "mended", "refused", "removed"]
"""What happened to a claim.

`added`: it is new and corrects nobody. `corrected`: it is new, and its source corrects an earlier
claim by it. `edited`: its row has other cells under the same id. `mended`: its row broke a law and
does no more. `refused`: its row is there, but it, or what it refers to, breaks one now.
`removed`: its row is gone.
"""

ConflictKind = Literal["new", "widened", "narrowed", "moved", "settled"]
"""What happened to a conflict.

`new`: nobody contradicted anybody before. `widened`, `narrowed`: the two claims furthest apart are
more, or fewer, people apart. `moved`: other figures are as far apart as those were. `settled`: all
that is said now has a common number, or the claims are gone.
"""

FindingKind = Literal["new", "accepted", "gone"]
"""What happened to a finding.

`new`: it is open now and was not. `accepted`: it was open and a waiver accepts it now. `gone`: it
was open and is found no more.
"""


@dataclass(frozen=True)
class Said:
    """A claim in a few words: whose it is and what it says, such as "JNIM" and "101 or more".

    `quantity` is that as an interval of people, None where it gives no figure; `says` is then what
    it does instead ("vague", "silence").
    """

    claim: str
    source: str
    source_name: str
    side: str
    says: Text
    quantity: Quantity | None


@dataclass(frozen=True)
class Edit:
    """A cell of a row that was edited: its column, what stood there and what stands there now."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class ClaimChange:
    """A claim that is not what it was.

    `cell` names whom and what it counts ("soldiers killed"), `stated` its words. `corrects` are the
    earlier claims that a `corrected` one replaces; `repeats` is the claim that it is a further
    reading of, if it is one; `edits` the cells of an `edited` one. `at` is the line in the new
    version, for a `refused` or `removed` claim that in the old one.
    """

    kind: ClaimKind
    event: str
    event_name: str
    cell: Text
    said: Said
    stated: str
    at: Address
    corrects: tuple[Said, ...] = ()
    repeats: str | None = None
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Apart:
    """Two claims that share no number: the lower, the higher, the people between (at least 1)."""

    low: Said
    high: Said
    gap: int


@dataclass(frozen=True)
class ConflictChange:
    """A cell (event, measure, victims) on which claims contradict each other otherwise than before.

    `between` are the two sides compared, or None where the cell is meant with all its sources: then
    `before` and `after` are the two claims furthest apart of all. None: there was, or is, no such
    pair. `status` is what `event_conflict` says of the cell now, None where nobody gives a figure.
    """

    kind: ConflictKind
    event: str
    event_name: str
    measure: str
    victims: str
    cell: Text
    between: tuple[str, str] | None
    before: Apart | None
    after: Apart | None
    status: str | None


@dataclass(frozen=True)
class FindingChange:
    """A finding that is new, accepted or gone; a `gone` one is that of the old version."""

    kind: FindingKind
    finding: Finding


@dataclass(frozen=True)
class RowChange:
    """How many lawful rows of a table were added, edited under the same id, and removed.

    The rows of a table without ids of its own are never edited, but removed and added.
    """

    added: int = 0
    edited: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Difference:
    """All that changed, each kind in the order in which its `Literal` names them.

    `conflicts` holds one entry a cell; `gaps` one a cell and pair of sides, for those who ask of
    official and insurgent figures alone. `rows` counts the changes of the tables besides the
    claims, those of them that changed.
    """

    claims: tuple[ClaimChange, ...]
    conflicts: tuple[ConflictChange, ...]
    gaps: tuple[ConflictChange, ...]
    findings: tuple[FindingChange, ...]
    rows: Mapping[str, RowChange]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.claims or self.conflicts or self.gaps or self.findings or self.rows)

    def reach(self, severity: Severity) -> bool:
        """Whether a new finding is at or above `severity`."""
        return any(one.kind == "new" and one.finding.severity >= severity for one in self.findings)
