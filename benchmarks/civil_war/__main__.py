"""Casualties of US Civil War battles by six sources: where no number fits them all.

Run from the repository root: `python -m benchmarks.civil_war acw-claims.csv`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.ledger import ledger_of
from reconcile.database import connect
from reconcile.ledger import Ledger

CELL = ["event", "side", "measure"]
MEASURES = {
    # measure: what contains it, and whether it adds to its siblings
    "casualties": (None, ""),
    "killed_wounded": ("casualties", "yes"),
    "killed": ("killed_wounded", "yes"),
    "wounded": ("killed_wounded", "yes"),
    "missing_or_captured": ("casualties", "yes"),
    "missing": ("missing_or_captured", ""),
    "captured": ("missing_or_captured", ""),
}
BEGAN = "1861-04-12"


def rows(path: Path) -> pd.DataFrame:
    """The claims, without those of a source that gives several for one side of one battle."""
    told = pd.read_csv(path)
    several = told.duplicated([*CELL, "source"], keep=False)
    print(
        f"{len(told)} rows, {several.sum()} of a source that has several for one measure of one"
        " side of one battle",
        file=sys.stderr,
    )
    return told[~several].astype({"low": int, "high": int})


def as_ledger(told: pd.DataFrame, home: Path) -> Ledger:
    """Each row a claim of its source, which is its document, on a side's losses in a battle."""
    sources = sorted(told["source"].unique())
    return ledger_of(
        home,
        victims=[{"victims": one.lower(), "name": one} for one in sorted(told["side"].unique())],
        measures=[
            {"measure": _id(name), "within": within and _id(within), "adds": adds, "name": name}
            for name, (within, adds) in MEASURES.items()
        ],
        sources=[{"source": one.lower(), "name": one, "side": "observer"} for one in sources],
        documents=[
            {"document": one.lower(), "publisher": one, "title": "Casualties"} for one in sources
        ],
        events=[
            {"event": one.lower(), "name": one, "starts_on": BEGAN, "date_precision": "approximate"}
            for one in sorted(told["event"].unique())
        ],
        figures=[
            {
                "claim": f"c{at}",
                "event": row.event.lower(),
                "source": row.source.lower(),
                "document": row.source.lower(),
                "measure": _id(row.measure),
                "victims": row.side.lower(),
                "stated": "as coded",
                "low": row.low,
                "high": row.high,
            }
            for at, row in enumerate(told.itertuples())
        ],
    )


def _id(measure: str) -> str:
    return measure.replace("_", "-")


def compared(database: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """By measure the cells of two sources or more, and those of them with no common number."""
    counted = database.execute(
        "SELECT measure, COUNT(*), COUNT_IF(status = 'conflicting') FROM event_conflict"
        " WHERE sources > 1 GROUP BY measure"
    ).fetchall()
    return {measure: (cells, apart) for measure, cells, apart in counted}


def by_pandas(told: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """The same by pandas."""
    cells = told.groupby(CELL).agg(
        sources=("source", "nunique"), low=("low", "max"), high=("high", "min")
    )
    cells = cells[cells["sources"] > 1].assign(apart=cells["low"] > cells["high"])
    counted = cells.groupby("measure")["apart"].agg(["size", "sum"])
    return {_id(name): (int(size), int(apart)) for name, size, apart in counted.itertuples()}


def main() -> None:
    """Print a line for each measure; fail where a count differs."""
    told = rows(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        database = connect(as_ledger(told, Path(home)))
        print(f"read and compared in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    ours, theirs = compared(database), by_pandas(told)
    print("| measure | cells of two sources or more | no common number |\n|---|---:|---:|")
    for measure in map(_id, MEASURES):
        cells, apart = ours.get(measure, (0, 0))
        print(f"| {measure} | {cells} | {apart} |")
    total = [sum(column) for column in zip(*ours.values(), strict=True)]
    print(f"| all | {total[0]} | {total[1]} |")
    if ours != theirs:
        raise SystemExit(f"pandas counts otherwise: {theirs}")


if __name__ == "__main__":
    main()
