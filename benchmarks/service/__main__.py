"""How soon the service starts and answers, with eight clients that ask without a pause.

Run from the repository root: `python -m benchmarks.service [FOLDER]`. FOLDER is a workspace, the
shipped one where none is named; `python -m benchmarks.made` makes one of any size.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import http.client
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
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reconcile import __version__

ROOT = Path(__file__).parent.parent.parent
CLIENTS = 8
EVENTS = 400
PAGES = 400
HEAD = """| what is read | answers | p50 ms | p95 ms | longest ms | CPU ms each |
|---|---:|---:|---:|---:|---:|"""


@dataclass(frozen=True)
class Served:
    """A service that runs as a process of its own."""

    number: int
    port: int

    def cpu(self) -> float:
        """Seconds that it has worked."""
        told = Path(f"/proc/{self.number}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self) -> int:
        """The most megabytes that it has had."""
        told = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.number}/status").read_text())
        return int(told[1]) // 1024 if told else 0

    def connected(self, client: int) -> http.client.HTTPConnection:
        """A connection of a client; each has an address of its own, for each has its own pace."""
        here = (f"127.0.0.{client + 2}", 0)
        return http.client.HTTPConnection("127.0.0.1", self.port, 600, source_address=here)


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


def answer(connection: http.client.HTTPConnection, address: str) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    connection.request("GET", address)
    told = connection.getresponse()
    return told.status, told.read()


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
    """Seconds for each of these, asked by eight clients at once, each as fast as it is answered."""

    def client(number: int) -> list[float]:
        asking, took = ask(number), []
        for one in told[number::CLIENTS]:
            began = time.perf_counter()
            asking(one)
            took.append(time.perf_counter() - began)
        return took

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sorted(itertools.chain(*clients.map(client, range(CLIENTS))))


def line(name: str, took: list[float], cpu: float | None) -> None:
    """Print a line of the table."""
    p50, p95 = (took[int(len(took) * share)] for share in (0.5, 0.95))
    each = "" if cpu is None else f"{cpu / len(took) * 1000:.1f}"
    milliseconds = " | ".join(f"{seconds * 1000:.1f}" for seconds in (p50, p95, took[-1]))
    print(f"| {name} | {len(took)} | {milliseconds} | {each} |", flush=True)


def read(told: Served, name: str, addresses: list[str]) -> None:
    """Read these addresses, print how long it took, and fail where one is not answered."""

    def asking(number: int) -> Callable[[str], object]:
        connection = told.connected(number)

        def ask(address: str) -> None:
            status, body = answer(connection, address)
            if status != 200:
                raise SystemExit(f"{address}: {status} {body[:200]!r}")

        return ask

    before = told.cpu()
    line(name, timed(addresses, asking), told.cpu() - before)


def read_all(told: Served, events: list[str], as_of: str) -> None:
    """Each kind of page for the first time, then again."""
    day = f"as_of={as_of}" if as_of else ""
    said = ", as of today" if as_of else ""
    since = (dt.date(1990, 1, 1) + dt.timedelta(at) for at in itertools.count())
    kinds = {
        "event, page": [f"/events/{one}?{day}" for one in events],
        "event, data": [f"/v1/events/{one}?{day}" for one in events],
        "100 claims, data": [
            f"/v1/claims?since={one}&{day}" for one in itertools.islice(since, PAGES)
        ],
        "claims on an event, data": [f"/v1/claims?event={one}&{day}" for one in events],
    }
    for name, addresses in kinds.items():
        read(told, f"{name}{said}, first", addresses)
        read(told, f"{name}{said}, again", addresses)
    overview = f"/?{day}"
    read(told, f"overview{said}", [overview] * 80)


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
    with served(workspace) as told:
        events = events_of(told)
        print(HEAD)
        read(told, "nothing (/health)", ["/health"] * EVENTS)
        read(told, "event, page, right after the start", [f"/events/{one}" for one in events[:40]])
        settled(told)
        read_all(told, events[40:], "")
        read_all(told, events[40:], dt.date.today().isoformat())
    floor(workspace, events)


if __name__ == "__main__":
    main()
