"""One run of a check: the workspaces, and every open finding as it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from reconcile.finding import Address, Finding, Findings, Severity
from reconcile.journal import standing_aside
from reconcile.ledger import Ledger


@dataclass(frozen=True)
class Checked:
    """One workspace: its ledger and what was found in it.

    `prefix` makes an address one that is found from where the user is, `root` one that is found
    from the root of the repository (None: the same). `suites` maps each relation tested to whether
    the bundled suite served; it is None where no expectation was put. `changed` are the lines by
    file that a change touched, or None where nobody asked.
    """

    ledger: Ledger
    findings: Findings
    prefix: str = ""
    suites: Mapping[str, bool] | None = None
    root: str | None = None
    changed: Mapping[str, frozenset[int]] | None = None

    @property
    def name(self) -> str:
        """The workspace as the user named it."""
        return self.prefix.rstrip("/") or "."

    @property
    def waived(self) -> int:
        """How many findings a waiver accepts."""
        return len(self.findings) - len(self.findings.open)

    @property
    def withheld(self) -> dict[str, int]:
        """How many lawful claims do not count, by the reason for it."""
        return standing_aside(self.ledger)


@dataclass(frozen=True)
class Item:
    """An open finding of one workspace; `mark` is its own among all of the run."""

    finding: Finding
    checked: Checked
    mark: str

    @property
    def severity(self) -> Severity:
        """The severity of the finding."""
        return self.finding.severity

    def here(self, address: Address) -> str:
        """An address as `file:line`, found from where the user is."""
        return f"{self.checked.prefix}{address}"

    def file(self, address: Address) -> str:
        """The file of an address, found from the root of the repository."""
        root = self.checked.prefix if self.checked.root is None else self.checked.root
        return root + address.file

    @property
    def touched(self) -> Address | None:
        """The first of its addresses that the change touched; its own where nobody asked."""
        if self.checked.changed is None:
            return self.finding.at
        for address in (self.finding.at, *self.finding.also):
            lines = self.checked.changed.get(address.file, frozenset())
            if address.line in lines or (not address.line and lines):
                return address
        return None


@dataclass(frozen=True)
class Run:
    """A check of one or several workspaces.

    `fail_on` is the severity from which the run fails, None where none makes it fail.
    """

    checked: tuple[Checked, ...]
    language: str = "en"
    fail_on: Severity | None = Severity.ERROR

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every open finding, workspace by workspace, by place."""
        several = len(self.checked) > 1
        return tuple(
            Item(finding, one, f"{one.name}:{mark}" if several else mark)
            for one in self.checked
            for mark, finding in one.findings.by_fingerprint().items()
            if finding.is_open
        )

    def severest(self, most: int | None = None) -> tuple[Item, ...]:
        """The items, the severest first; only the first `most` of them, if it is given."""
        return tuple(sorted(self.items, key=lambda one: -one.severity)[:most])

    def count(self, severity: Severity) -> int:
        """How many open findings have exactly this severity."""
        return sum(one.severity == severity for one in self.items)

    @property
    def failed(self) -> bool:
        """Whether an open finding is at or above `fail_on`."""
        return self.fail_on is not None and any(one.severity >= self.fail_on for one in self.items)
