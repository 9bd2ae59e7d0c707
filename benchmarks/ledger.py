"""A ledger written from rows, as the benchmarks make theirs."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from reconcile.ledger import Ledger
from reconcile.pipeline import read
from reconcile.tables import TABLES


def file_asked(about: str) -> Path:
    """The file that the command line names; without one, or where it is not there, it says so."""
    asked = argparse.ArgumentParser(description=about)
    asked.add_argument("file", type=Path, help="the data, which are no part of the project")
    file: Path = asked.parse_args().file
    if not file.is_file():
        asked.error(f"there is no file {file}")
    return file


def ledger_of(home: Path, **rows: Iterable[Mapping[str, object]]) -> Ledger:
    """The ledger of these rows by table, written at `home` and read; it must break no law."""
    (home / "claims").mkdir()
    for name, table in TABLES.items():
        columns = [column.name for column in table.columns]
        frame = pd.DataFrame(list(rows.get(name, ())), dtype=object).reindex(columns=columns)
        frame.to_csv(home / "claims" / f"{name}.csv", index=False)
    ledger = read(home)
    for finding in ledger.findings:
        raise SystemExit(f"{finding.at}: {finding.message}")
    return ledger
