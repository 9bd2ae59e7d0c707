"""What a format may say of the run besides its findings."""

from __future__ import annotations

from dataclasses import dataclass

from reconcile.ledger import Ledger


@dataclass(frozen=True)
class Run:
    """One check: the ledger, the prefix that makes its addresses relative to the user, the suites.

    `suites` maps each relation tested to whether the bundled suite served; it is empty where no
    expectation was put.
    """

    ledger: Ledger
    prefix: str = ""
    suites: dict[str, bool] | None = None
    language: str = "en"

    @property
    def records(self) -> int:
        """Records in the ledger's files, refused ones included."""
        return sum(count.records for count in self.ledger.counts.values())

    @property
    def refused(self) -> int:
        """Records that are not in the lawful tables, for a fault of their own."""
        lawful = sum(len(frame) for frame in self.ledger.tables.values())
        return self.records - lawful - sum(self.ledger.left_out.values())
