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

from benchmarks.ledger import file_asked, ledger_of
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


Counts = dict[str, tuple[int, ...]]


def compared(database: duckdb.DuckDBPyConnection) -> Counts:
    """By measure the cells of two sources or more, and those of them with no common number."""
    return _counts(
        database,
        "SELECT measure, COUNT(*), COUNT_IF(status = 'conflicting') FROM event_conflict"
        " WHERE sources > 1 GROUP BY measure",
    )


def contradicted(database: duckdb.DuckDBPyConnection) -> Counts:
    """By measure the wholes of which a part is told, those that their parts contradict, and how:

    by one part alone, or by parts that one source alone says and that add up to too many.
    """
    return _counts(
        database,
        "WITH whole AS (SELECT DISTINCT whole_event AS event, whole_victims AS victims,"
        " whole_measure AS measure FROM cell_part),"
        " proof AS (SELECT event, victims, measure, COUNT_IF(reckoning = 'part') AS parts,"
        "  COUNT_IF(reckoning = 'sum') AS sums FROM part_whole"
        "  WHERE reckoning IN ('part', 'sum') GROUP BY ALL)"
        " SELECT w.measure, COUNT(*), COUNT(p.event), SUM(COALESCE(parts, 0)),"
        "  SUM(COALESCE(sums, 0)) FROM whole AS w"
        " LEFT JOIN proof AS p USING (event, victims, measure) GROUP BY w.measure",
    )


def _counts(database: duckdb.DuckDBPyConnection, query: str) -> Counts:
    return {measure: tuple(map(int, told)) for measure, *told in database.execute(query).fetchall()}


def by_pandas(told: pd.DataFrame) -> Counts:
    """`compared` by pandas."""
    cells = told.groupby(CELL).agg(
        sources=("source", "nunique"), low=("low", "max"), high=("high", "min")
    )
    cells = cells[cells["sources"] > 1].assign(apart=cells["low"] > cells["high"])
    counted = cells.groupby("measure")["apart"].agg(["size", "sum"])
    return {_id(name): (int(size), int(apart)) for name, size, apart in counted.itertuples()}


def by_hand(told: pd.DataFrame) -> Counts:
    """`contradicted` by trying every part and every source in plain Python."""
    counted = {_id(measure): [0, 0, 0, 0] for measure in MEASURES}
    for _, rows in told.groupby(["event", "side"]):
        lows = rows.groupby("measure")["low"].max()
        for whole, high in rows.groupby("measure")["high"].min().items():
            parts = [lows[part] for part in lows.index if whole in _above(part)]
            sums = [
                _reckoned(whole, dict(zip(own["measure"], own["low"], strict=True)), high)
                for _, own in rows.groupby("source")
            ]
            proofs = [sum(low > high for low in parts), sum(sums)]
            row = counted[_id(str(whole))]
            row[0] += bool(parts)
            row[1] += any(proofs)
            row[2:] = [one + more for one, more in zip(row[2:], proofs, strict=True)]
    return {measure: tuple(row) for measure, row in counted.items() if row[0]}


def _above(measure: object) -> set[str]:
    within = MEASURES[str(measure)][0]
    return {within, *_above(within)} if within else set()


def _reckoned(whole: object, own: dict[str, int], high: int) -> bool:
    """Whether a source's parts add up to more than `high`, and none of them is that large alone."""

    def least(measure: str) -> list[int]:
        """The figures that together force the most people on a measure, its own or its parts'."""
        parts = {one: least(one) for one, (within, _) in MEASURES.items() if within == measure}
        added = [low for one, lows in parts.items() if MEASURES[one][1] for low in lows]
        told = [] if measure == whole or measure not in own else [own[measure]]
        return max([told, added, *parts.values()], key=sum)

    lows = least(str(whole))
    return sum(lows) > high >= max(lows)


def main() -> None:
    """Print a line for each measure; fail where a count differs."""
    told = rows(file_asked("Claims of battle losses in the American Civil War."))
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        database = connect(as_ledger(told, Path(home)))
        print(f"read and compared in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    for heads, ours, theirs in (
        (("cells of two sources or more", "no common number"), compared(database), by_pandas(told)),
        (
            ("wholes with a part", "contradicted", "by one part", "by a source's sum"),
            contradicted(database),
            by_hand(told),
        ),
    ):
        if ours != theirs:
            raise SystemExit(f"counted another way: {theirs}, and not {ours}")
        print(f"\n| measure | {' | '.join(heads)} |\n|---|{'---:|' * len(heads)}")
        total = tuple(map(sum, zip(*ours.values(), strict=True)))
        for measure in [*filter(ours.get, map(_id, MEASURES)), "all"]:
            print(f"| {measure} | {' | '.join(map(str, ours.get(measure, total)))} |")


if __name__ == "__main__":
    main()
