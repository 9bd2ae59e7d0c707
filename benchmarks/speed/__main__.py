"""How long reading, laws, views, expectations and a report take on a made ledger, and the memory.

Run from the repository root: `python -m benchmarks.speed 100000 --failing laws --share 0.01`.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from benchmarks.speed.generate import FAILING, generate
from reconcile.contract import hold
from reconcile.engine import limit_memory
from reconcile.ledger import load
from reconcile.pages import report
from reconcile.pipeline import check

LIBRARIES = ("duckdb", "pandas", "pandera", "great-expectations")


class Steps:
    """What each step took: seconds of the processors, seconds of the clock, the memory so far."""

    def __init__(self) -> None:
        self._took: dict[str, tuple[float, float, int]] = {}

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Add what is done in this context to the step that the words name for any part."""
        name = words.rpartition(": ")[2].partition(" (")[0]
        cpu, clock = time.process_time(), time.perf_counter()
        yield
        before = self._took.get(name, (0.0, 0.0, 0))
        self._took[name] = (
            before[0] + time.process_time() - cpu,
            before[1] + time.perf_counter() - clock,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        )

    def rows(self) -> list[str]:
        """A row of the table for each step, and one for all of them."""
        cpu, clock, peak = zip(*self._took.values(), strict=True)
        told = {**self._took, "all": (sum(cpu), sum(clock), max(peak))}
        return [
            f"| {name} | {one[0]:.2f} | {one[1]:.2f} | {one[2]:,} |" for name, one in told.items()
        ]


def main() -> None:
    """Make the ledger, then print a row for each step; the last line says what was found."""
    asked = argparse.ArgumentParser(description="How long each step takes.")
    asked.add_argument("claims", type=int, help="how many claims: a multiple of ten")
    asked.add_argument("--failing", choices=FAILING, default="nothing")
    asked.add_argument("--share", type=float, default=1.0, help="the share of claims that fail")
    asked.add_argument("--memory-limit", help="the most that a database may hold, as 1GB")
    asked.add_argument("--report", action="store_true", help="make the report in HTML too")
    told = asked.parse_args()
    if told.memory_limit is not None:
        limit_memory(told.memory_limit)
    gc.disable()  # As the command does.
    print(", ".join(f"{one} {version(one)}" for one in LIBRARIES) + "\n")
    steps = Steps()
    with tempfile.TemporaryDirectory() as folder:
        small, home = Path(folder) / "small", Path(folder) / "made"
        generate(small, 10)
        check(hold(load(small)))  # What is loaded with the first check is left out.
        # In a process of its own, for it needs more memory than to read what it makes.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
            beside.submit(generate, home, told.claims, told.share, told.failing).result()
        with steps.step("reading"):
            ledger = load(home)
        with steps.step("holding the laws"):
            ledger = hold(ledger)
        findings = check(ledger, step=steps.step)
        if told.report:
            with steps.step("making the report"):
                size = len(report(ledger, findings, form="html").encode())
            print(f"a report of {size / 1e6:.1f} MB\n")
    print("| step | s of processor | s of clock | peak MB |\n|---|---:|---:|---:|")
    print("\n".join(steps.rows()))
    print(f"\n{ledger.records:,} records, {len(findings):,} findings")


if __name__ == "__main__":
    main()
