"""Every view on DuckDB and on Spark: whether the rows are the same, and what each takes.

Run from the repository root: `python -m benchmarks.spark 10000 100000`.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.spark.messy import write
from reconcile.database import connect_unfilled
from reconcile.filling import fill, fillable, tables_of
from reconcile.pipeline import read
from reconcile.spark import fill as fill_on_spark
from reconcile.spark import started


def machine() -> str:
    """The processors, the memory and the versions of what is measured."""
    import duckdb
    import pyspark

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True)
    return (
        f"{os.cpu_count()} processors, {memory} GB, Python {platform.python_version()},"
        f" DuckDB {duckdb.__version__}, Spark {pyspark.__version__}, {java.stderr.splitlines()[0]}"
    )


def spent() -> tuple[float, float]:
    """Seconds by the clock, and by the processors: those of this process and of its Java."""
    from pyspark import SparkContext

    told = Path(f"/proc/{SparkContext._gateway.proc.pid}/stat").read_text("ascii")
    ticks = sum(int(one) for one in told.rpartition(")")[2].split()[11:13])
    java = ticks / os.sysconf("SC_CLK_TCK")
    return time.perf_counter(), time.process_time() + java


def since(before: tuple[float, float]) -> tuple[float, float]:
    """What was spent since then."""
    now = spent()
    return now[0] - before[0], now[1] - before[1]


def differing(claims: int, master: str) -> tuple[list[str], int, list[float]]:
    """The views whose rows differ, the claims read, and what DuckDB and Spark spent."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = read(write(Path(folder) / "ledger", claims))
    database = connect_unfilled(ledger)
    before = tables_of(database)
    session = started(master)
    before_spark = spent()
    fill_on_spark(database, session)
    spark = since(before_spark)
    made = tables_of(database) - before
    for name in made:
        database.execute(f"ALTER TABLE {name} RENAME TO {name}_on_spark")
    database.execute("RESET threads")
    before_duckdb = spent()
    fill(database)
    duckdb = since(before_duckdb)
    apart = []
    for name in sorted(fillable()):
        kinds = database.execute(f"DESCRIBE {name}").fetchall()
        columns = ", ".join(
            f'ROUND("{one}", 9)' if kind == "DOUBLE" else f'"{one}"' for one, kind, *_ in kinds
        )
        ours, theirs = (f"SELECT {columns} FROM {one}" for one in (name, f"{name}_on_spark"))
        for one, other in ((ours, theirs), (theirs, ours)):
            if database.execute(f"{one} EXCEPT ALL {other} LIMIT 1").fetchall():
                apart.append(name)
    return apart, len(ledger.tables["figures"]), [*duckdb, *spark]


def main() -> None:
    """Print a line for each number of claims; fail where a row differs."""
    master = os.environ.get("MASTER", "local[2]")
    print(f"{machine()}; Spark at {master}\n", flush=True)
    start = time.perf_counter()
    started(master)
    print(f"Spark starts in {time.perf_counter() - start:.1f} s\n")
    print("| claims | DuckDB, s | processors, s | Spark, s | processors, s |")
    print("|---:|---:|---:|---:|---:|", flush=True)
    for claims in [int(one) for one in sys.argv[1:]] or [10_000, 100_000]:
        apart, found, seconds = differing(claims, master)
        if apart:
            raise SystemExit(f"other rows on Spark: {', '.join(apart)}")
        print(f"| {found:,} | {' | '.join(f'{one:.1f}' for one in seconds)} |", flush=True)


if __name__ == "__main__":
    main()
