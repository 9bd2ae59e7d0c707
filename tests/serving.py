"""A service in this process, over a workspace that a test may change."""

import contextlib
import datetime as dt
import json
import os
import re
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import httpx

from reconcile.serve.app import application
from reconcile.serve.closed import Closed
from reconcile.serve.keeper import Keeper
from reconcile.serve.manners import Manners
from reconcile.serve.people import People
from reconcile.serve.service import Service
from reconcile.serve.sessions import Sessions
from reconcile.serve.writing import Writing

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2025, 7, 1)


class Served(TestClient):
    """A client of the service `service`; `lines` is its log."""

    def json_of(self, path, /, **parameters):
        told = self.get(path, params=parameters or None)
        assert told.status_code == 200, told.text[:400]
        return told.json()

    def problem(self, path, status, /, **parameters):
        told = self.get(path, params=parameters or None)
        assert told.status_code == status, told.text[:400]
        assert told.headers["content-type"] == "application/problem+json"
        document = told.json()
        assert document["status"] == status and document["title"] and document["detail"]
        return document

    def items(self, path, /, **parameters):
        """The rows of all pages."""
        rows, page = [], None
        while True:
            asked = parameters | ({"page": page} if page else {})
            told = self.json_of(path, **asked)
            rows += told["items"]
            page = told["next"]
            if page is None:
                return rows


@contextlib.contextmanager
def serving(home, every=0.1, seconds=20.0, ahead=False):
    """A client of the service of the workspace at `home`, once it is ready.

    With `ahead` it draws up before anybody asks, as the command has it.
    """
    service = Service.of(home, lambda: TODAY)
    service.keeper = Keeper(home, every=every, today=(lambda: TODAY) if ahead else None)
    service.seconds = seconds
    lines = []
    app = application(service)
    wrapped = Manners(app, ["testserver"], lines.append, lambda: "now")
    with Served(wrapped, raise_server_exceptions=False) as client:
        client.service, client.lines, client.fastapi = service, lines, app
        until(lambda: service.keeper.ready or service.keeper.trouble)
        yield client


def started(home, *more, cwd=ROOT):
    """A service on a free port, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "reconcile", "serve", str(home), "--port", "0", *more],
        cwd=cwd,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    address = re.search(r"http://\S+", process.stderr.readline())[0]
    return process, address


def ready(address):
    """Whether the service at an address serves a state."""
    try:
        return httpx.get(f"{address}/ready").status_code == 200
    except httpx.TransportError:
        return False


@contextlib.contextmanager
def listening(app):
    """The address on this machine at which an application listens, in a thread of this process."""
    import uvicorn

    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none")
    server = uvicorn.Server(config)
    door = config.bind_socket()
    running = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    running.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    server.should_exit = True
    running.join(20)


def until(holds, seconds=30.0):
    """Wait until `holds()`; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def logged(client):
    """The lines of the log."""
    return [json.loads(line) for line in client.lines]


class Office:
    """A service at whose pages people sign in and write; `now` is its clock, in seconds."""

    def __init__(self, home, roles, closed=False, secure=False):
        self.home, self.now = home, 1_000_000.0
        self.people = People(home)
        self.tokens = {name: self.people.add(name, role, TODAY) for name, role in roles.items()}
        self.service = Service.of(home, lambda: TODAY)
        self.service.keeper = Keeper(home)
        sessions = Sessions(self.people, lambda: self.now, secure=secure)
        app = application(self.service, Writing(home, self.people), sessions)
        self.app = Closed(app, self.people, sessions) if closed else app
        self.service.keeper.renew()

    def browser(self, who=None):
        """A client with cookies of its own, in which somebody is signed in."""
        told = Browser(self.app)
        if who is not None:
            assert told.sign_in(self.tokens[who]).status_code == 303
        return told

    def files(self):
        return {path: path.read_bytes() for path in (self.home / "claims").rglob("*.csv")}


class Browser(TestClient):
    """A client that sends forms as a page of the service would."""

    def __init__(self, app):
        super().__init__(
            app,
            follow_redirects=False,
            headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
        )

    def sign_in(self, token, headers=None, **more):
        return self.post("/sign-in", data={"token": token, **more}, headers=headers)

    @property
    def csrf(self):
        """What the forms of this session bear; empty where nobody is signed in."""
        told = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get("/sign-in").text)
        return told[1] if told else ""

    def form(self, path, /, headers=None, **fields):
        """A form of this session."""
        return self.post(path, data={"csrf": self.csrf, **fields}, headers=headers)
