"""One rival on one ledger, in a process of its own, so that its import and memory are its own.

`python -m benchmarks.laws.measure with_pandas LEDGER FOLDER` leaves in FOLDER what was measured and
what was named. Nothing but the standard library is loaded before the rival.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def _now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def main() -> None:
    """Import, load and check, each timed, then write down what was named."""
    module, home, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    moments = [_now()]
    try:
        rival = importlib.import_module(f"benchmarks.laws.rivals.{module}")
    except ImportError as fault:
        (out / "measured.json").write_text(json.dumps({"missing": str(fault)}), "utf-8")
        return
    moments.append(_now())
    loaded = rival.load(home)
    moments.append(_now())
    told = rival.check(loaded)
    moments.append(_now())
    measured: dict[str, float] = {}
    for step, before, after in zip(("import", "load", "check"), moments, moments[1:], strict=False):
        measured[f"{step} cpu"] = round(after[0] - before[0], 4)
        measured[f"{step} clock"] = round(after[1] - before[1], 4)
    measured["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _write(told, out / "named.csv")
    (out / "measured.json").write_text(json.dumps(measured), "utf-8")


def _write(told: dict[str, Any], file: Path) -> None:
    """For each law its lines in order, or how many there are."""
    with file.open("w", encoding="utf-8") as out:
        out.write("law,line\n")
        for law in sorted(told):
            lines = told[law]
            if isinstance(lines, int):
                out.write(f"{law},{lines}\n" if lines else "")
            else:
                out.writelines(f"{law},{line}\n" for line in sorted(map(int, lines)))


if __name__ == "__main__":
    main()
