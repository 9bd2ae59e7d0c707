"""Soda Core on tables of DuckDB: without its cloud it counts, and names no row."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from soda_core.contracts import verify_contract_locally
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

from benchmarks.laws.law import NUMBERLESS, REQUIRED, STANCES, Counted
from benchmarks.laws.rivals.with_duckdb import load

__all__ = ["check", "load"]

_LAWS = {"missing": "empty-required-cell", "duplicate": "duplicate-id"}
_CONDITIONS = {
    "negative-figure": "low < 0 OR best < 0 OR high < 0",
    "reversed-interval": "low > best OR best > high OR low > high",
    "numbers-without-figure": f"stance IN {NUMBERLESS} AND COALESCE(low, best, high) IS NOT NULL",
}


def _column(name: str, *checks: str) -> str:
    return f"  - name: {name}\n    checks:\n" + "".join(f"      - {check}\n" for check in checks)


def _contract() -> str:
    reference = "{dataset: made/main/sources, column: source}"
    columns = [
        *(_column(name, "missing:") for name in REQUIRED if name not in ("claim", "source")),
        _column("claim", "missing:", "duplicate:"),
        _column("source", "missing:", f"invalid: {{valid_reference_data: {reference}}}"),
        _column("stance", f"invalid: {{valid_values: {list(STANCES)}}}"),
    ]
    failed = [
        f'  - failed_rows: {{qualifier: "{at}", expression: "{condition}"}}\n'
        for at, condition in enumerate(_CONDITIONS.values())
    ]
    return f"dataset: made/main/figures\nchecks:\n{''.join(failed)}columns:\n{''.join(columns)}"


def check(database: duckdb.DuckDBPyConnection) -> Counted:
    """The number that each check of the contract was judged by, added up for each law."""
    logging.getLogger("soda").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "contract.yml")
        file.write_text(_contract(), "utf-8")
        session = verify_contract_locally(
            data_sources=[DuckDBDataSourceImpl.from_existing_cursor(database, "made")],
            contract_file_path=str(file),
        )
    counted: dict[str, int] = {}
    for result in session.contract_verification_results[0].check_results:
        law = _law(result.check)
        counted[law] = counted.get(law, 0) + int(result.threshold_value or 0)
    return counted


def _law(check: Any) -> str:
    if check.type == "failed_rows":
        return list(_CONDITIONS)[int(check.qualifier)]
    if check.type == "invalid":
        return "unknown-reference" if check.column_name == "source" else "unknown-word"
    return _LAWS[check.type]
