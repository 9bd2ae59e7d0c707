"""Clients that ask a service, and what its answers took."""

from __future__ import annotations

import http.client
import itertools
import multiprocessing
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

CLIENTS = 8


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


def answer(connection: http.client.HTTPConnection, address: str) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    connection.request("GET", address)
    told = connection.getresponse()
    return told.status, told.read()


def seconds(ask: Callable[[str], object], one: str) -> float:
    """How long it takes to ask this."""
    began = time.perf_counter()
    ask(one)
    return time.perf_counter() - began


def line(name: str, took: list[float], cpu: float | None) -> None:
    """Print a line of the table."""
    p50, p95 = (took[int(len(took) * share)] for share in (0.5, 0.95))
    each = "" if cpu is None else f"{cpu / len(took) * 1000:.1f}"
    milliseconds = " | ".join(f"{seconds * 1000:.1f}" for seconds in (p50, p95, took[-1]))
    print(f"| {name} | {len(took)} | {milliseconds} | {each} |", flush=True)


class Clients:
    """Eight processes that ask a service, so that none of them waits for another."""

    def __init__(self) -> None:
        apart = multiprocessing.get_context("spawn")
        together = apart.Barrier(CLIENTS)
        self._pool = ProcessPoolExecutor(CLIENTS, apart, _meet, (together,))
        list(self._pool.map(_start, range(CLIENTS)))

    def read(self, told: Served, name: str, addresses: list[str]) -> None:
        """Read these addresses, print how long it took, and fail where one is not answered."""
        before = told.cpu()
        shares = (addresses[number::CLIENTS] for number in range(CLIENTS))
        took = self._pool.map(partial(_client, told), range(CLIENTS), shares)
        line(name, sorted(itertools.chain(*took)), told.cpu() - before)


_TOGETHER: Barrier


def _meet(together: Barrier) -> None:
    global _TOGETHER
    _TOGETHER = together


def _start(_number: int) -> None:
    _TOGETHER.wait()


def _client(told: Served, number: int, addresses: list[str]) -> list[float]:
    connection = told.connected(number)

    def ask(address: str) -> None:
        status, body = answer(connection, address)
        if status != 200:
            raise SystemExit(f"{address}: {status} {body[:200]!r}")

    _TOGETHER.wait()
    return [seconds(ask, one) for one in addresses]
