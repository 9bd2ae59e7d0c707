"""How long a command takes from a cold start, on the shipped ledger, each in a process of its own.

Run from the repository root: `python -m benchmarks.start`.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).parent.parent.parent
TIMES = 5
COMMANDS = [
    ["--help"],
    ["check", "--no-expectations"],
    ["check"],
    ["sql", "SELECT * FROM event_gap ORDER BY gap DESC LIMIT 9"],
    ["compare", "--event", "djibo-2025-05-11"],
    ["report", "-o", "discrepancies.html"],
]


def run(words: list[str], folder: Path) -> tuple[float, float, int]:
    """Seconds of the clock and of the processors, and the most memory in MB, of one command."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "reconcile", *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 1:
        raise SystemExit(f"reconcile {' '.join(words)} failed: {said}")
    return clock, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main() -> None:
    """Print a row for each command: the best of some runs."""
    print(f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, best of {TIMES}\n")
    print("| command | s of clock | s of processor | peak MB |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "claims").symlink_to(ROOT / "claims")
        for words in COMMANDS:
            clock, cpu, peak = min(run(words, folder) for _ in range(TIMES))
            told = " ".join(f'"{word}"' if " " in word else word for word in words)
            print(f"| `reconcile {told}` | {clock:.2f} | {cpu:.2f} | {peak:,} |", flush=True)


if __name__ == "__main__":
    main()
