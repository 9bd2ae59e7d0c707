"""Rivals run one after another, and their verdicts set beside what is broken in the ledger."""

from __future__ import annotations

import csv
import filecmp
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.laws.listed import Rival

ROOT = Path(__file__).parents[2]
_QUIET = {"GX_ANALYTICS_ENABLED": "false", "SODA_CORE_TELEMETRY_ENABLED": "false"}


def python(*arguments: str, limit: float | None = None) -> subprocess.CompletedProcess[str]:
    """Run a module of this folder in a fresh interpreter; no library may send anything home."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **_QUIET},
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )


def ledger(home: Path, claims: int, share: float) -> None:
    """Make a ledger elsewhere: a process that grew here would be counted in those it starts."""
    told = python("benchmarks.laws.ledgers", str(home), str(claims), str(share))
    if told.returncode:
        raise SystemExit(f"the ledger was not made:\n{told.stderr}")


def measured(rival: Rival, home: Path, limit: float, times: int) -> dict[str, Any]:
    """The least of each step and of memory in so many runs, or why there is none."""
    least: dict[str, float] = {}
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            told = _once(rival, home, Path(folder), limit)
        if "why" in told:
            return told
        least = {name: min(least.get(name, value), value) for name, value in told.items()}
    return {**least, "times": times}


def _once(rival: Rival, home: Path, out: Path, limit: float) -> dict[str, Any]:
    try:
        run = python("benchmarks.laws.measure", rival.module, str(home), str(out), limit=limit)
    except subprocess.TimeoutExpired:
        return {"why": f"longer than {limit:g} s"}
    if run.returncode:
        last = (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1]
        return {"why": f"failed: {last[:200]}"}
    told = json.loads((out / "measured.json").read_text("utf-8"))
    if "missing" in told:
        return {"why": f"not installed here: {told['missing']}"}
    differs = difference(home / "broken.csv", out / "named.csv", names=rival.names)
    return {"why": f"differs: {differs}"} if differs else told


def difference(broken: Path, named: Path, *, names: bool) -> str:
    """How what was named, or only counted, differs from what is broken; empty where it does not."""
    if names and filecmp.cmp(broken, named, shallow=False):
        return ""
    wanted = _rows(broken)
    told = _rows(named)
    if not names:
        counts = Counter(law for law, _ in wanted)
        counted = {law: int(count) for law, count in told}
        return ", ".join(
            f"{law} {counted.get(law, 0):,} and not {counts[law]:,}"
            for law in sorted(counts.keys() | counted.keys())
            if counted.get(law, 0) != counts[law]
        )
    more = Counter(law for law, _ in set(told) - set(wanted))
    fewer = Counter(law for law, _ in set(wanted) - set(told))
    again = Counter(law for law, _ in told) - Counter(law for law, _ in set(told))
    parts = [
        *(f"{law} names {count:,} rows too many" for law, count in sorted(more.items())),
        *(f"{law} misses {count:,} rows" for law, count in sorted(fewer.items())),
        *(f"{law} names {count:,} rows twice" for law, count in sorted(again.items())),
    ]
    return ", ".join(parts)


def _rows(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row[0], row[1]) for row in list(csv.reader(lines))[1:]]
