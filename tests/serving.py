"""A service in this process, over a workspace that a test may change."""

import contextlib
import datetime as dt
import json
import time
import warnings

from reconcile.serve.app import application
from reconcile.serve.keeper import Keeper
from reconcile.serve.manners import Manners
from reconcile.serve.service import Service

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

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
def serving(home, every=0.1, seconds=20.0):
    """A client of the service of the workspace at `home`, once it is ready."""
    service = Service.of(home, lambda: TODAY)
    service.keeper = Keeper(home, every=every, today=lambda: TODAY)
    service.seconds = seconds
    lines = []
    app = application(service)
    wrapped = Manners(app, ["testserver"], lines.append, lambda: "now")
    with Served(wrapped, raise_server_exceptions=False) as client:
        client.service, client.lines, client.fastapi = service, lines, app
        until(lambda: service.keeper.ready or service.keeper.trouble)
        yield client


def until(holds, seconds=30.0):
    """Wait until `holds()`; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def logged(client):
    """The lines of the log."""
    return [json.loads(line) for line in client.lines]
