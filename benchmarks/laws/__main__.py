"""The laws alone, side by side: the same seven rules on the same claims by several libraries.

Run from the repository root: `python -m benchmarks.laws --claims 100000 1000000 --write`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.laws.listed import RIVALS
from benchmarks.laws.run import ledger, measured
from benchmarks.laws.table import Told, beside_earlier, markdown, told, write

CASES = {"nothing": 0.0, "1 %": 0.01, "all": 1.0}
"""What fails, and the share of the claims that do."""


def main() -> None:
    """Make the ledgers, run every rival on each, and print the table."""
    asked = argparse.ArgumentParser(description="The laws alone, side by side.")
    asked.add_argument("--claims", type=int, nargs="+", default=[100_000], help="multiples of ten")
    asked.add_argument("--only", nargs="+", metavar="RIVAL", help="names as the table has them")
    asked.add_argument(
        "--failing",
        nargs="+",
        choices=CASES,
        default=list(CASES),
        metavar="CASE",
        help="nothing, '1 %%' or all",
    )
    asked.add_argument("--limit", type=float, default=300, help="seconds of the clock for a run")
    asked.add_argument("--times", type=int, default=1, help="runs, of which the least is told")
    asked.add_argument("--write", action="store_true", help="also into README.md and beside it")
    chosen = asked.parse_args()
    names = [rival.name for rival in RIVALS]
    if unknown := set(chosen.only or ()) - set(names):
        asked.error(f"no rival is called {', '.join(sorted(unknown))}; there are {names}")
    runs: list[Told] = []
    for claims in chosen.claims:
        with tempfile.TemporaryDirectory() as folder:
            for case in chosen.failing:
                home = Path(folder, f"{CASES[case]}")
                ledger(home, claims, CASES[case])
                for rival in RIVALS:
                    if chosen.only and rival.name not in chosen.only:
                        continue
                    print(f"{claims:,} claims, {case}: {rival.name}", file=sys.stderr, flush=True)
                    found = measured(rival, home, chosen.limit, chosen.times)
                    runs.append({"claims": claims, "case": case, "rival": rival.name, **found})
    all_told = told(runs, chosen.limit)
    if chosen.write:
        all_told = beside_earlier(all_told)
        write(all_told)
    print(markdown(all_told))


if __name__ == "__main__":
    main()
