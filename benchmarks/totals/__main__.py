"""Totals of deaths under the rules of aggregation, beside the same in a few lines of pandas.

Run from the repository root: `python -m benchmarks.totals maverick-kenya.csv`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.ledger import file_asked, ledger_of
from reconcile.database import connect
from reconcile.ledger import Ledger
from reconcile.selection import Selection
from reconcile.totals.by_rule import rule_totals

CODED = ["deaths_low", "deaths_best", "deaths_high"]
RULES = {
    "lowest": lambda deaths: deaths.min(),
    "lower-median": lambda deaths: deaths.quantile(0.5, interpolation="lower"),
    "median": lambda deaths: deaths.median(),
    "highest": lambda deaths: deaths.max(),
}
SIDES = {"government": "government", "media": "media", "agency": "media"}


def reports(path: Path) -> pd.DataFrame:
    """The reports that say how many died, one a row; what is left out is said on stderr."""
    told = pd.read_csv(path, dtype=str, keep_default_na=False)
    numbers = told[CODED].apply(pd.to_numeric, errors="coerce")
    kept = numbers.notna().all(axis=1) & (numbers["deaths_low"] <= numbers["deaths_best"])
    kept &= numbers["deaths_best"] <= numbers["deaths_high"]
    print(f"{len(told)} reports, {(~kept).sum()} without three numbers in order", file=sys.stderr)
    return told[kept].assign(**numbers[kept].astype(int))


def side(kind: str) -> str:
    """The side of a source, from what the file calls it."""
    return next((ours for word, ours in SIDES.items() if word in kind.split()), "observer")


def as_ledger(told: pd.DataFrame, home: Path) -> Ledger:
    """Each report a claim of its source on its event, in a document of its own."""
    sources = {name: f"s{at}" for at, name in enumerate(told["source"].unique())}
    kinds = told.drop_duplicates("source")
    begins = told.groupby("event_id")["date_start"].min()
    return ledger_of(
        home,
        victims=[{"victims": "people", "name": "People"}],
        measures=[{"measure": "killed", "name": "Killed"}],
        sources=[
            {"source": sources[name], "name": sources[name], "side": side(kind)}
            for name, kind in zip(kinds["source"], kinds["source_type"], strict=True)
        ],
        events=[
            {
                "event": name.lower(),
                "name": name,
                "starts_on": day,
                "date_precision": "approximate",
                "country": "KE",
            }
            for name, day in begins.items()
        ],
        documents=[
            {"document": f"d{at}", "publisher": source, "title": "Report"}
            for at, source in enumerate(told["source"].map(sources))
        ],
        figures=[
            {
                "claim": f"c{at}",
                "event": row.event_id.lower(),
                "source": sources[row.source],
                "document": f"d{at}",
                "measure": "killed",
                "victims": "people",
                "stated": "as coded",
                "low": row.deaths_low,
                "best": row.deaths_best,
                "high": row.deaths_high,
            }
            for at, row in enumerate(told.itertuples())
        ],
    )


def by_pandas(told: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """The same totals: number, low, high."""
    deaths = told.groupby("event_id")[CODED]
    found = {rule: draw(deaths).sum() for rule, draw in RULES.items()}
    times = told.groupby(["event_id", "deaths_best"]).agg(
        times=("id", "size"), low=("deaths_low", "min"), high=("deaths_high", "max")
    )
    most = times["times"] == times.groupby("event_id")["times"].transform("max")
    often = times[most].reset_index().groupby("event_id")
    found["mode"] = often.agg({"low": "min", "deaths_best": "min", "high": "max"}).sum()
    found["all-reports"] = told[CODED].sum()
    return {rule: (one.iloc[1], one.iloc[0], one.iloc[2]) for rule, one in found.items()}


def compare(told: pd.DataFrame) -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
    """Ours and theirs, by rule, in the order of the rules."""
    with tempfile.TemporaryDirectory() as home:
        database = connect(as_ledger(told, Path(home)))
        start = time.perf_counter()
        (totals,) = rule_totals(database, Selection(), "victims")
        print(f"drawn in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    theirs = by_pandas(told)
    ours = {one.rule: (one.number, one.low, one.high) for one in totals.rules}
    return {rule: (ours[rule], theirs[rule]) for rule in ours if rule in theirs}


def main() -> None:
    """Print a line for each rule; fail where a total differs."""
    told = reports(file_asked("Totals under the rules of aggregation."))
    several = told.groupby("event_id")["deaths_best"].agg(["size", "nunique"])
    print(
        f"{len(told)} reports on {len(several)} events; {(several['size'] > 1).sum()} events have"
        f" several reports, {(several['nunique'] > 1).sum()} of them with different numbers\n"
    )
    print("| rule | deaths | from low to high | pandas |\n|---|---:|---:|---:|")
    compared = compare(told)
    for rule, (ours, theirs) in compared.items():
        print(f"| {rule} | {ours[0]:,g} | {ours[1]:,g}–{ours[2]:,g} | {theirs[0]:,g} |")
    if any(ours != theirs for ours, theirs in compared.values()):
        raise SystemExit("the totals differ")


if __name__ == "__main__":
    main()
