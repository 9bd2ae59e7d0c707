"""Sets conflicting casualty claims side by side and says where they cannot all hold.

Four verbs: `read` a workspace, `connect` to its claims in DuckDB, `check` it, `report` on it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconcile.finding import Address, Finding, Findings, ReconcileError, Rule, Severity
    from reconcile.ledger import Ledger
    from reconcile.model import Quantity
    from reconcile.pages import report
    from reconcile.pipeline import check, connect, read

_HOMES = {
    "Address": "finding",
    "Finding": "finding",
    "Findings": "finding",
    "Ledger": "ledger",
    "Quantity": "model",
    "ReconcileError": "finding",
    "Rule": "finding",
    "Severity": "finding",
    "check": "pipeline",
    "connect": "pipeline",
    "read": "pipeline",
    "report": "pages",
}

__all__ = [
    "Address",
    "Finding",
    "Findings",
    "Ledger",
    "Quantity",
    "ReconcileError",
    "Rule",
    "Severity",
    "check",
    "connect",
    "read",
    "report",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("claims-reconcile")
    if name not in _HOMES:
        raise AttributeError(f"module 'reconcile' has no attribute {name!r}")
    return getattr(import_module(f"reconcile.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
