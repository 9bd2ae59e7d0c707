"""How soon the service starts and answers, with eight clients that ask without a pause.

Run from the repository root: `python -m benchmarks.service [FOLDER]`. FOLDER is a workspace, the
shipped one where none is named; `python -m benchmarks.made` makes one of any size.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import json
import os
import platform
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from benchmarks.service.clients import CLIENTS, Clients, Served, answer, line, seconds
from reconcile import __version__

ROOT = Path(__file__).parent.parent.parent
EVENTS = 400
PAGES = 400
HEAD = """| what is read | answers | p50 ms | p95 ms | longest ms | CPU ms each |
|---|---:|---:|---:|---:|---:|"""


@contextmanager
def served(workspace: Path) -> Iterator[Served]:
    """The service of a workspace, once it is ready; what the start took is printed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "reconcile", "serve", str(workspace), "--port", "0"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    try:
        address = re.search(r":(\d+)\s*$", process.stderr.readline())
        if address is None:
            raise SystemExit("the service does not start")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        told = Served(process.pid, int(address[1]))
        while not ready(told):
            time.sleep(0.02)
        print(
            f"ready after {time.perf_counter() - began:.2f} s, {told.cpu():.2f} s of CPU,"
            f" {told.peak()} MB at most\n"
        )
        yield told
        print(f"\n{told.peak()} MB at most in the end")
    finally:
        process.terminate()
        process.wait()


def ready(told: Served) -> bool:
    """Whether the service says that it is ready."""
    try:
        return answer(told.connected(200), "/ready")[0] == 200
    except OSError:
        return False


def events_of(told: Served) -> list[str]:
    """Some events of all days, in no order."""
    connection, found = told.connected(201), set()
    for year in range(2000, 2028):
        status, body = answer(connection, f"/v1/events?limit=1000&since={year}-01-01")
        if status != 200:
            raise SystemExit(body.decode())
        found |= {row["event"] for row in json.loads(body)["items"]}
    return random.Random(1).sample(sorted(found), min(EVENTS, len(found)))


def settled(told: Served) -> None:
    """Wait until the service does nothing more by itself."""
    while True:
        before = told.cpu()
        time.sleep(1)
        if told.cpu() - before < 0.05:
            return


def timed(told: list[str], ask: Callable[[int], Callable[[str], object]]) -> list[float]:
    """Seconds for each of these, asked by eight threads at once, each as fast as it is answered."""

    def client(number: int) -> list[float]:
        asking = ask(number)
        return [seconds(asking, one) for one in told[number::CLIENTS]]

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sorted(itertools.chain(*clients.map(client, range(CLIENTS))))


def read_all(clients: Clients, told: Served, events: list[str], as_of: str, *, pages: bool) -> None:
    """Each kind of answer for the first time, then again; without `pages` the data alone."""
    day = f"as_of={as_of}" if as_of else ""
    said = ", as of today" if as_of else ""
    since = (dt.date(1990, 1, 1) + dt.timedelta(at) for at in itertools.count())
    kinds = {
        **({"event, page": [f"/events/{one}?{day}" for one in events]} if pages else {}),
        "event, data": [f"/v1/events/{one}?{day}" for one in events],
        "100 claims, data": [
            f"/v1/claims?since={one}&{day}" for one in itertools.islice(since, PAGES)
        ],
        "claims on an event, data": [f"/v1/claims?event={one}&{day}" for one in events],
    }
    for name, addresses in kinds.items():
        clients.read(told, f"{name}{said}, first", addresses)
        clients.read(told, f"{name}{said}, again", addresses)
    if pages:
        clients.read(told, f"overview{said}", [f"/?{day}"] * 80)


def floor(workspace: Path, events: list[str]) -> None:
    """The bare claims on an event, by hand and without HTTP: an indexed SQLite, and DuckDB."""
    files = sorted((workspace / "claims").glob("figures*.csv"))
    files += sorted((workspace / "claims" / "figures").glob("*.csv"))
    database = sqlite3.connect("file:floor?mode=memory&cache=shared", uri=True)
    names: list[str] = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as text:
            names, *rows = csv.reader(text)
            columns = ", ".join(f'"{one}"' for one in names)
            database.execute(f"CREATE TABLE IF NOT EXISTS figures ({columns})")
            marks = ", ".join("?" * len(names))
            database.executemany(f"INSERT INTO figures VALUES ({marks})", rows)
    database.execute("CREATE INDEX by_event ON figures (event)")
    database.commit()
    beside = duckdb.connect()
    paths = [str(file) for file in files]
    beside.execute(
        "CREATE TABLE figures AS SELECT * FROM read_csv($paths, all_varchar = true)",
        {"paths": paths},
    )
    query = "SELECT * FROM figures WHERE event = ?"

    def by_sqlite(_number: int) -> Callable[[str], object]:
        mine = sqlite3.connect("file:floor?mode=memory&cache=shared", uri=True)
        mine.execute("PRAGMA read_uncommitted = true")
        return lambda event: mine.execute(query, [event]).fetchall()

    def by_duckdb(_number: int) -> Callable[[str], object]:
        mine = beside.cursor()
        return lambda event: mine.execute(query, [event]).fetchall()

    def by_file(_number: int) -> Callable[[str], object]:
        mine = beside.cursor()
        whole = "SELECT * FROM read_csv($paths, all_varchar = true) WHERE event = $event"
        return lambda event: mine.execute(whole, {"paths": paths, "event": event}).fetchall()

    line("bare claims on an event: SQLite, indexed", timed(events, by_sqlite), None)
    line("bare claims on an event: DuckDB, a table", timed(events, by_duckdb), None)
    line("bare claims on an event: DuckDB, the files", timed(events[:80], by_file), None)


def main() -> None:
    """Print how long everything took."""
    asked = argparse.ArgumentParser(description="How soon the service starts and answers.")
    asked.add_argument("folder", type=Path, nargs="?", default=ROOT)
    workspace: Path = asked.parse_args().folder.resolve()
    versions = f"reconcile {__version__}, Python {platform.python_version()}"
    print(f"{versions}, DuckDB {duckdb.__version__}, {os.cpu_count()} cores")
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    clients = Clients()
    with served(workspace) as told:
        events = events_of(told)
        print(HEAD)
        short = len(events) < EVENTS  # The pages of a long one are drawn up for many minutes.
        if short:
            early = [f"/events/{one}" for one in events[:40]]
            clients.read(told, "event, page, right after the start", early)
            settled(told)
        clients.read(told, "nothing (/health)", ["/health"] * EVENTS)
        read_all(clients, told, events[40:], "", pages=short)
        read_all(clients, told, events[40:], dt.date.today().isoformat(), pages=short)
    floor(workspace, events)


if __name__ == "__main__":
    main()
