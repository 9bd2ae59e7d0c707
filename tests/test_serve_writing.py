"""Claims recorded and reviewed over HTTP: by whom, once each, and with what they would change."""

import datetime as dt
import json
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from ledgers import base, claim, ledger_at, source
from starlette.testclient import TestClient

import reconcile
from reconcile.serve.app import application
from reconcile.serve.closed import Closed
from reconcile.serve.keeper import Keeper
from reconcile.serve.limits import LONGEST_BODY, Limits, Pace
from reconcile.serve.people import People, Role
from reconcile.serve.service import Service
from reconcile.serve.sessions import Sessions
from reconcile.serve.writing import Writing

KEY = {"Idempotency-Key": "abcdefgh"}
DAY = dt.date(2026, 5, 4)
FIGURES = [claim("a", low=8, best=8, high=8)]


class Desk:
    """A service of a small ledger, and a recorder and two reviewers with their tokens."""

    def __init__(self, home):
        self.home = home
        people = People(home)
        self.tokens = {
            name: people.add(name, role, DAY)
            for name, role in (
                ("Rea", Role.READER),
                ("Awa", Role.RECORDER),
                ("Ibrahim", Role.REVIEWER),
                ("Fatou", Role.REVIEWER),
            )
        }
        self.people = people
        service = Service.of(home, lambda: DAY)
        service.keeper = Keeper(home)
        self.client = TestClient(application(service, Writing(home, people)))

    def ask(self, method, path, who=None, **told):
        headers = told.pop("headers", {})
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return self.client.request(method, f"/v1{path}", headers=headers, **told)

    def record(self, who="Awa", key="a-first-key", **told):
        body = {"because": "Read in the paper"} | told
        return self.ask("POST", "/claims", who, json=body, headers={"Idempotency-Key": key})

    def act(self, identity, act, who, seen=None):
        if seen is None:
            seen = self.ask("GET", f"/claims/{identity}/review").headers["ETag"]
        body = {"act": act, "because": "As printed"}
        headers = {"If-Match": seen}
        return self.ask("POST", f"/claims/{identity}/review", who, json=body, headers=headers)

    def files(self):
        return {path: path.read_bytes() for path in (self.home / "claims").rglob("*.csv")}

    def standing(self):
        database = reconcile.connect(reconcile.read(self.home))
        return {one for (one,) in database.execute("SELECT claim FROM standing").fetchall()}


def opened(home):
    """A desk at work on a ledger of one claim."""
    sources = [*base("sources"), source("paper", "media")]
    told = Desk(ledger_at(home, figures=FIGURES, sources=sources, attributions=[]))
    with told.client:
        told.client.app.state.service.keeper.renew()
        yield told


@pytest.fixture
def desk(tmp_path):
    yield from opened(tmp_path)


@pytest.fixture(scope="module")
def unwritten(tmp_path_factory):
    """A desk for what is refused; nothing is ever written there."""
    yield from opened(tmp_path_factory.mktemp("unwritten"))


def row(identity="b", **cells):
    cells = {"source": "jnim", "low": 30, "best": 30, "high": 30} | cells
    return {name: cell for name, cell in claim(identity, **cells).items() if cell != ""}


def test_a_claim_is_recorded_reviewed_accepted_and_retracted(desk):
    told = desk.record(figures=[row()])
    assert told.status_code == 201, told.text
    (place,) = told.json()["claims"]
    lines = (desk.home / place["file"]).read_text("utf-8").splitlines()
    assert lines[place["line"] - 1].startswith("b,bridge-2025-06-01,jnim,")
    assert desk.standing() == {"a"}
    (waiting,) = desk.ask("GET", "/review").json()["items"]
    assert (waiting["claim"], waiting["state"], waiting["by"]) == ("b", "submitted", "Awa")
    assert desk.act("b", "returned", "Ibrahim").status_code == 201
    assert desk.act("b", "submitted", "Awa").status_code == 201
    assert desk.act("b", "accepted", "Ibrahim").status_code == 201
    assert desk.standing() == {"a", "b"}
    assert desk.ask("GET", "/claims/b").json()["item"]["claim"] == "b"
    assert desk.act("b", "retracted", "Fatou").status_code == 201
    assert desk.standing() == {"a"}
    acts = desk.ask("GET", "/claims/b/review").json()
    assert acts["state"] == "retracted"
    assert [(one["act"], one["by"]) for one in acts["acts"]] == [
        ("submitted", "Awa"),
        ("returned", "Ibrahim"),
        ("submitted", "Awa"),
        ("accepted", "Ibrahim"),
        ("retracted", "Fatou"),
    ]


def test_whoever_submits_does_not_accept(desk):
    assert desk.record(who="Ibrahim", figures=[row()]).status_code == 201
    assert desk.record(figures=[row("c")], key="another-key").status_code == 201
    told = desk.act("b", "accepted", "Ibrahim")
    assert told.status_code == 409 and "somebody else accepts it" in told.json()["detail"]


def test_a_repeat_with_its_key_is_answered_as_the_first_and_writes_nothing(desk):
    first = desk.record(figures=[row()])
    before = desk.files()
    again = desk.record(figures=[row()])
    assert (again.status_code, again.content) == (201, first.content)
    assert desk.files() == before
    other = desk.record(figures=[row("c")])
    assert other.status_code == 422 and "take a new one" in other.json()["detail"]
    assert desk.record(figures=[row()]).content == first.content
    assert desk.record(who="Ibrahim", figures=[row("c")]).status_code == 201


def test_a_repeat_is_answered_when_the_claim_is_served(desk):
    keeper = desk.client.app.state.service.keeper
    before = keeper.current
    desk.record(figures=[row()])
    keeper._current = before
    assert desk.ask("GET", "/claims/b/review").status_code == 404
    desk.record(figures=[row()])
    assert desk.ask("GET", "/claims/b/review").status_code == 200


def test_a_repeat_after_a_crash_finds_what_was_written(desk):
    assert desk.record(figures=[row()]).status_code == 201
    with sqlite3.connect(desk.home / ".reconcile" / "answers.sqlite3") as database:
        database.execute("UPDATE answer SET body = NULL")
    before = desk.files()
    again = desk.record(figures=[row()])
    assert again.status_code == 201 and again.json()["claims"][0]["claim"] == "b"
    assert desk.files() == before


def test_what_a_killed_service_began_is_finished_at_the_start(desk):
    desk.record(figures=[row()])
    claims = desk.home / "claims"
    whole = {name: (claims / f"{name}.csv").read_bytes() for name in ("journal", "figures")}
    for name, told in whole.items():
        (claims / f".{name}.csv.x.new").write_bytes(told)
        (claims / f"{name}.csv").write_bytes(told[: told.rindex(b"b,")])
    names = {f"{name}.csv": f".{name}.csv.x.new" for name in whole}
    (claims / ".unfinished.json").write_text(json.dumps(names), "utf-8")
    with TestClient(
        application(Service.of(desk.home, lambda: DAY), Writing(desk.home, desk.people))
    ):
        assert {name: (claims / f"{name}.csv").read_bytes() for name in whole} == whole
        assert not [path for path in claims.iterdir() if path.name.startswith(".")]


def test_of_two_who_act_at_once_the_second_is_refused(desk):
    desk.record(figures=[row()])
    seen = desk.ask("GET", "/claims/b/review").headers["ETag"]
    assert desk.act("b", "returned", "Ibrahim", seen).status_code == 201
    told = desk.act("b", "accepted", "Fatou", seen)
    assert told.status_code == 412 and "in the meantime" in told.json()["detail"]


def test_nobody_records_without_the_role(unwritten):
    before = unwritten.files()
    told = unwritten.record(who=None, figures=[row()])
    assert told.status_code == 401 and told.headers["WWW-Authenticate"].startswith("Bearer")
    unwritten.tokens["Nobody"] = "rcl_" + "x" * 43
    assert unwritten.record(who="Nobody", figures=[row()]).status_code == 401
    told = unwritten.record(who="Rea", figures=[row()])
    assert told.status_code == 403 and "Rea is a reader" in told.json()["detail"]
    assert unwritten.files() == before


def test_a_recorder_reviews_nothing(desk):
    desk.record(figures=[row()])
    before = desk.files()
    for act in ("accepted", "returned", "retracted"):
        assert desk.act("b", act, "Awa").status_code == 403
    assert desk.files() == before


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ({"figures": [{"claim": "b"}]}, "empty-required-cell"),
        ({"figures": [row(source="nobody")]}, "unknown-reference"),
        ({"figures": [row("a")]}, "duplicate-id"),
        ({"figures": [row(low=9, high=3)]}, "low"),
        ({"figures": [row() | {"no_column": "x"}]}, "no column"),
        ({"figures": [row(stated="a\nb")]}, "CONTROL CHARACTER"),
    ],
)
def test_what_breaks_a_law_is_refused_and_nothing_is_written(unwritten, rows, why):
    before = unwritten.files()
    told = unwritten.record(**rows)
    assert told.status_code == 422, told.text
    assert why in told.text
    assert unwritten.files() == before


def test_the_conflicts_of_a_claim_are_shown_before_it_is_recorded(unwritten):
    before = unwritten.files()
    told = unwritten.ask("POST", "/claims/preview", "Awa", json={"figures": [row()]})
    assert told.status_code == 200, told.text
    (conflict,) = told.json()["conflicts"]
    assert conflict["kind"] == "new" and "22" in json.dumps(conflict)
    assert unwritten.files() == before
    assert unwritten.ask("POST", "/claims/preview", json={"figures": [row()]}).status_code == 401


def test_words_are_read_as_one_types(unwritten):
    told = unwritten.ask(
        "GET", "/words", params={"stated": "une soixantaine", "language": "fr"}
    ).json()
    assert (told["understood"], told["low"], told["high"]) == (True, 55, 65)
    told = unwritten.ask("GET", "/words", params={"stated": "blah"}).json()
    assert told == {"understood": False, "stated": "blah"}


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/claims", {"figures": [row()], "because": "x"}, {}),
        ("/claims", {"figures": [row()]}, KEY),
        ("/claims", {"figures": [], "because": "x"}, KEY),
        (
            "/claims",
            {"figures": [row()], "because": "x", "waivers": []},
            KEY,
        ),
        ("/claims/a/review", {"act": "retracted", "because": "x"}, {}),
        ("/claims/a/review", {"act": "burned", "because": "x"}, {"If-Match": "*"}),
        ("/claims/..%2f..%2fetc/review", {"act": "retracted", "because": "x"}, {"If-Match": "*"}),
    ],
)
def test_what_is_no_request_is_refused_with_a_problem(unwritten, path, body, headers):
    before = unwritten.files()
    told = unwritten.ask("POST", path, "Fatou", json=body, headers=dict(headers))
    assert told.status_code in (404, 422)
    assert told.headers["content-type"] == "application/problem+json"
    assert unwritten.files() == before


def test_an_act_on_no_claim_is_not_found(unwritten):
    told = unwritten.act("nothing", "retracted", "Fatou", "*")
    assert told.status_code == 404
    assert unwritten.ask("GET", "/claims/nothing/review").status_code == 404


def test_writers_at_once_lose_nothing_and_double_nothing(desk):
    def write(at):
        for key in (f"key-number-{at}", f"key-number-{at}"):
            told = desk.record(key=key, figures=[row(f"n{at}")])
            assert told.status_code in (201, 409), told.text

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    waiting = [one["claim"] for one in desk.ask("GET", "/review").json()["items"]]
    assert sorted(waiting) == [f"n{at}" for at in range(8)]


def test_a_closed_service_is_read_by_people_alone(unwritten):
    sessions = Sessions(unwritten.people, time.time, secure=True)
    client = TestClient(Closed(unwritten.client.app, unwritten.people, sessions))
    assert client.get("/v1/events").status_code == 401
    assert client.get("/health").status_code == 200
    told = client.get("/v1/events", headers={"Authorization": f"Bearer {unwritten.tokens['Rea']}"})
    assert told.status_code == 200


def test_who_asks_too_fast_is_told_when_to_ask_again(unwritten):
    now = [0.0]
    paces = [Pace(1, 2, lambda: now[0]) for _ in range(2)]
    client = TestClient(Limits(unwritten.client.app, *paces))
    assert [client.get("/health").status_code for _ in range(3)] == [200, 200, 429]
    told = client.get("/health")
    assert told.headers["Retry-After"] == "2"
    assert client.post("/v1/claims").status_code != 429
    now[0] += 1
    assert client.get("/health").status_code == 200


def test_a_body_has_a_longest_length(unwritten):
    client = TestClient(Limits(unwritten.client.app))
    told = client.post("/v1/claims", content=b" " * (LONGEST_BODY + 1))
    assert told.status_code == 413

    def pieces():
        for _ in range(40):
            yield b" " * (LONGEST_BODY // 32)

    assert client.post("/v1/claims", content=pieces()).status_code in (400, 413)
