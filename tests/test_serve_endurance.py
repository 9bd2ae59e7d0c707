"""The service as a process under load and under kills: nothing torn, lost, doubled or half."""

import hashlib
import os
import random
import shutil
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from ledgers import BASE, claim
from serving import TODAY, ready, started, until

import reconcile
from reconcile.serve.people import People, Role

SOAKING = "RECONCILE_SOAK" in os.environ
SECONDS = 300 if SOAKING else 2
KILLS = 200 if SOAKING else 1
READERS = 8
WRITERS = 2

pytestmark = pytest.mark.untraced


@pytest.fixture
def home(tmp_path):
    shutil.copytree(BASE, tmp_path / "home")
    return tmp_path / "home"


def tokens(home):
    """A reviewer for each writer."""
    people = People(home)
    return [people.add(f"Writer {at}", Role.REVIEWER, TODAY) for at in range(WRITERS)]


def row(identity):
    """A claim as a request gives it."""
    return {name: cell for name, cell in claim(identity).items() if cell != ""}


class Writer:
    """Somebody with a token who writes to a service, and what was acknowledged to them."""

    def __init__(self, address, token):
        self.client = httpx.Client(
            base_url=f"{address}/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        self.recorded = set()
        self.acts = 0

    def ask(self, method, path, **told):
        """The answer, asked again for as long as one is to wait."""
        while True:
            answer = self.client.request(method, path, **told)
            if answer.status_code != 429:
                return answer
            time.sleep(float(answer.headers["Retry-After"]) / 4)

    def record(self, key, identities):
        """Record these claims in one request."""
        told = {"figures": [row(one) for one in identities], "because": "Read in the paper"}
        answer = self.ask("POST", "/claims", json=told, headers={"Idempotency-Key": key})
        assert answer.status_code == 201, answer.text
        self.recorded |= {one["claim"] for one in answer.json()["claims"]}

    def act(self, identity):
        """Return a submitted claim or submit a returned one, as it is seen now; the status."""
        seen = self.ask("GET", f"/claims/{identity}/review")
        act = {"submitted": "returned", "returned": "submitted"}[seen.json()["state"]]
        answer = self.ask(
            "POST",
            f"/claims/{identity}/review",
            json={"act": act, "because": "Again"},
            headers={"If-Match": seen.headers["ETag"]},
        )
        self.acts += answer.status_code == 201
        return answer.status_code


def write(writer, stopped, statuses, name):
    """Record claims two by two, each request twice, and act on the one that all act on."""
    at = 0
    while not stopped.is_set():
        at += 1
        key, pair = f"{name}-{at}-{uuid.uuid4()}", [f"{name}-{at}-a", f"{name}-{at}-b"]
        for _ in range(2):
            writer.record(key, pair)
        statuses.append(writer.act("shared"))


def look(address, stopped, bodies, faults):
    """Read whatever there is; of one ETag there is one body, and of a recording both claims."""
    paths = ["/claims?limit=100", "/events.csv", "/views/standing", "/review"]
    with httpx.Client(base_url=f"{address}/v1", timeout=30) as client:
        while not stopped.is_set():
            for path in paths:
                answer = client.get(path)
                if answer.status_code == 429:
                    time.sleep(0.1)
                    continue
                if answer.status_code != 200:
                    faults.append((path, answer.status_code, answer.text[:200]))
                    continue
                if path == "/review":
                    waiting = {one["claim"] for one in answer.json()["items"]} - {"shared"}
                    halves = {one.rsplit("-", 1)[0] for one in waiting}
                    if len(waiting) != 2 * len(halves):
                        faults.append(("torn", sorted(waiting)))
                    continue
                digest = hashlib.sha256(answer.content).hexdigest()
                if bodies.setdefault((path, answer.headers["ETag"]), digest) != digest:
                    faults.append(("two bodies of one ETag", path))


def test_readers_and_writers_at_once_see_nothing_torn_and_lose_nothing(home):
    known = tokens(home)
    process, address = started(home, "--write", cwd=home)
    # A log that nobody reads fills its pipe, and whoever writes it waits.
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        until(lambda: ready(address))
        writers = [Writer(address, token) for token in known]
        writers[0].record("shared-key", ["shared"])
        stopped, statuses, bodies, faults = threading.Event(), [], {}, []
        with ThreadPoolExecutor(READERS + WRITERS) as pool:
            working = [
                pool.submit(write, one, stopped, statuses, f"w{at}")
                for at, one in enumerate(writers)
            ]
            working += [pool.submit(look, address, stopped, bodies, faults) for _ in range(READERS)]
            time.sleep(SECONDS)
            stopped.set()
        for one in working:
            one.result()
    finally:
        process.terminate()
        process.wait(10)
    assert faults == []
    assert set(statuses) <= {201, 412} and len(bodies) >= 3
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    recorded = [one for one in ledger.withheld["claim"] if one != "shared"]
    assert len(recorded) == len(set(recorded)) and len(recorded) >= 4
    assert set(recorded) == set().union(*(one.recorded for one in writers)) - {"shared"}
    journal = ledger.tables["journal"]
    assert (journal["claim"] == "shared").sum() == 1 + sum(one.acts for one in writers)


def test_a_service_killed_at_any_time_loses_nothing_that_it_acknowledged(home):
    (token, _) = tokens(home)
    chance = random.Random(8)
    acknowledged, asked = set(), None
    for kill in range(KILLS + 1):
        process, address = started(home, "--write", cwd=home)
        try:
            until(lambda at=address: ready(at))
            writer = Writer(address, token)
            if asked is not None:
                writer.record(*asked)
            dying = threading.Timer(chance.uniform(0, 1.5), process.kill)
            if kill < KILLS:
                dying.start()
            try:
                for at in range(20 if kill < KILLS else 1):
                    asked = f"key-of-{kill}-{at}", [f"k{kill}-{at}"]
                    writer.record(*asked)
                process.kill()
            except httpx.TransportError:
                pass
            dying.cancel()
        finally:
            process.kill()
            process.wait(10)
        acknowledged |= writer.recorded
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    there = list(ledger.withheld["claim"])
    assert len(there) == len(set(there)) and acknowledged <= set(there)
    assert len(acknowledged) >= KILLS
    left = [path.name for path in (home / "claims").iterdir() if path.name.startswith(".")]
    assert left == []
