"""How long reading, laws, views and expectations take on a made ledger, and how much memory.

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
from pathlib import Path

import duckdb
import great_expectations
import pandas as pd
import pandera

from benchmarks.speed.generate import FAILING, generate
from reconcile.contract import hold
from reconcile.engine import limit_memory
from reconcile.ledger import load
from reconcile.pipeline import check


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Print a row of the table: the step, seconds of processor and of the clock, memory so far."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    spent = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"| {step} | {spent[0]:.2f} | {spent[1]:.2f} | {peak:,} |", flush=True)


def main() -> None:
    """Make the ledger, then print a row for each step; the last line says what was found."""
    asked = argparse.ArgumentParser(description="How long each step takes.")
    asked.add_argument("claims", type=int, help="how many claims: a multiple of ten")
    asked.add_argument("--failing", choices=FAILING, default="nothing")
    asked.add_argument("--share", type=float, default=1.0, help="the share of claims that fail")
    asked.add_argument("--memory-limit", help="the most that a database may hold, as 1GB")
    told = asked.parse_args()
    if told.memory_limit is not None:
        limit_memory(told.memory_limit)
    gc.disable()  # As the command does.
    libraries = [duckdb, pd, pandera, great_expectations]
    print(", ".join(f"{one.__name__} {one.__version__}" for one in libraries) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "made"
        # In a process of its own, for it needs more memory than to read what it makes.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
            beside.submit(generate, home, told.claims, told.share, told.failing).result()
        print("| step | s of processor | s of clock | peak MB |\n|---|---:|---:|---:|")
        with timed("reading"):
            ledger = load(home)
        with timed("laws"):
            ledger = hold(ledger)
        with timed("views and expectations"):
            findings = check(ledger)
    print(f"\n{ledger.records:,} records, {len(findings):,} findings")


if __name__ == "__main__":
    main()
