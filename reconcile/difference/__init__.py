"""What changed between two versions of a ledger: claims, conflicts, findings.

old, new = Version.of("ledger-of-last-week"), Version.of("ledger")
told = difference(old, new)
told.claims, told.conflicts, told.findings
"""

from reconcile.difference.change import (
    Apart,
    ClaimChange,
    ConflictChange,
    Difference,
    Edit,
    FindingChange,
    RowChange,
    Said,
)
from reconcile.difference.compare import Version, difference
from reconcile.difference.conflicts import conflicts_between

__all__ = [
    "Apart",
    "ClaimChange",
    "ConflictChange",
    "Difference",
    "Edit",
    "FindingChange",
    "RowChange",
    "Said",
    "Version",
    "conflicts_between",
    "difference",
]
