"""The service as a process of its own: start, readiness, log, memory, a graceful stop."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from commands import reconcile
from ledgers import BASE
from serving import ready, started, until

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parent.parent
MOST_MEMORY = 300
"""Megabytes in use once the shipped ledger is served."""


def memory(process):
    """The most megabytes that a process has had."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_service_starts_small_and_stops_when_told():
    process, address = started(ROOT)
    try:
        until(lambda: ready(address), 20)
        used = memory(process)
        assert httpx.get(f"{address}/health").json() == {"status": "alive"}
        assert httpx.get(f"{address}/v1/events?text=secretword").json()["items"] == []
        assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 421
        stopping = time.monotonic()
    finally:
        process.send_signal(signal.SIGTERM)
    process.wait(10)
    assert time.monotonic() - stopping < 5
    lines = [json.loads(line) for line in process.stderr.read().splitlines()]
    assert {line.get("path") for line in lines} >= {"/health", "/v1/events", "/ready"}
    assert [line for line in lines if line.get("event") == "serving"]
    assert "secretword" not in json.dumps(lines)
    assert used < MOST_MEMORY


def test_great_expectations_is_not_loaded_by_who_serves():
    code = (
        "import sys\nfrom pathlib import Path\nfrom serving import serving, until\n"
        f"with serving(Path({str(BASE)!r}), ahead=True) as client:\n"
        "    assert client.get('/').status_code == client.get('/v1/claims').status_code == 200\n"
        "    until(lambda: client.get('/v1/findings').status_code == 200, 120)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "tests",
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = told.stdout.split()
    assert "duckdb" in loaded and "great_expectations" not in loaded


def test_who_goes_away_in_the_middle_of_an_answer_ends_nothing(tmp_path):
    process, address = started(BASE)
    try:
        until(lambda: ready(address), 20)
        host, port = address.removeprefix("http://").split(":")
        for _ in range(5):
            with socket.create_connection((host, int(port))) as gone:
                gone.sendall(f"GET /v1/claims.csv HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert ready(address) and process.poll() is None
    finally:
        process.terminate()
        process.wait(10)


def test_a_process_that_checks_stops_with_the_service(tmp_path):
    shutil.copytree(BASE, tmp_path / "home")
    process, address = started(tmp_path / "home", cwd=tmp_path)
    until(lambda: ready(address), 20)
    assert httpx.get(f"{address}/v1/findings").status_code == 202
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    process.terminate()
    process.wait(10)
    assert not children.exists()
    assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--host", "0.0.0.0"], "say --public"),
        (["--host", "192.0.2.1", "--public"], "say --behind-tls"),
        (["--host", "0.0.0.0", "--public", "--behind-tls"], "say --name"),
        (["--host", "::", "--public", "--behind-tls"], "say --name"),
        (["--port", "70000"], "65535"),
    ],
)
def test_other_machines_are_let_in_only_on_plain_words(asked, words):
    told = reconcile("serve", str(BASE), *asked)
    assert told.returncode == 2 and words in " ".join(told.stderr.split())


def test_what_is_no_workspace_is_said(tmp_path):
    told = reconcile("serve", str(tmp_path))
    assert told.returncode == 2 and "is no workspace" in told.stderr


def test_a_port_that_is_taken_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = reconcile("serve", str(BASE), "--port", str(taken.getsockname()[1]))
    assert told.returncode == 2 and "in use" in told.stderr


def test_without_the_extra_a_plain_sentence_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    told = reconcile("serve", str(BASE))
    assert told.returncode == 2
    assert told.stderr == (
        "reconcile: the service needs the extra `serve`: pip install 'claims-reconcile[serve]'\n"
    )
