"""What a format may say of the run besides its findings."""

from __future__ import annotations

from dataclasses import dataclass

from reconcile.ledger import Ledger


@dataclass(frozen=True)
class Run:
    """One check: the ledger, the prefix that makes its addresses relative to the user, the suites.

    `suites` maps each relation tested to whether the bundled suite served; it is None where no
    expectation was put.
    """

    ledger: Ledger
    prefix: str = ""
    suites: dict[str, bool] | None = None
    language: str = "en"
