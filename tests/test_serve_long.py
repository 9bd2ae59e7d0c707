"""A long ledger is served as a short one is: what is drawn up later, and what is told meanwhile."""

import threading
import time

import pytest
from ledgers import base, claim, document, ledger_at
from serving import serving, until

from reconcile.pages.shown import gathered
from reconcile.serve import drawn, snapshot
from reconcile.serve.leaves import Leaves

pytestmark = pytest.mark.untraced

LISTS = ("/v1/events", "/v1/claims", "/v1/sources", "/v1/documents")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    said = [
        claim("a", low=8, note="né à Djibo <b> “x” 😀"),
        claim("b", low=9, source="jnim", asserted_on="2025-06-04"),
        claim("c", low=7, source="monitors", asserted_on="", document="bare"),
    ]
    documents = [*base("documents"), document("bare", published_on="")]
    home = tmp_path_factory.mktemp("long") / "home"
    return ledger_at(home, documents=documents, figures=said, attributions=[])


@pytest.fixture(scope="module")
def short(home):
    with serving(home, ahead=True) as client:
        yield client


@pytest.fixture
def long(home, monkeypatch):
    monkeypatch.setattr(drawn, "FEW", 0)
    monkeypatch.setattr(snapshot, "_WAITED", 0.0)
    with serving(home, ahead=True) as client:
        yield client


def test_a_long_ledger_tells_what_a_short_one_tells(short, long):
    for path in LISTS:
        assert long.items(path) == long.items(path, limit=1) == short.items(path, limit=2) != []
        rows = f"{path}.csv?limit=2"
        assert long.get(rows).text == short.get(rows).text
    chosen = {"side": "government", "victims": "soldiers", "limit": 1}
    assert long.items("/v1/events", **chosen) == short.items("/v1/events", **chosen) != []
    assert long.json_of("/v1/claims/a")["item"] == short.json_of("/v1/claims/a")["item"]
    for one in (long, short):
        told = one.get("/v1/claims").content
        assert told.isascii() and b"<" not in told and b"\\ud83d\\ude00" in told
    page = "/events/bridge-2025-06-01?language=en"
    assert long.get(page).text == short.get(page).text
    assert long.get("/?language=en").text == short.get("/?language=en").text


def test_a_view_of_a_long_ledger_is_filled_when_it_is_asked_for(short, long):
    wanted = "SELECT COUNT(*) FROM duckdb_tables() WHERE table_name = 'source_record'"
    database = long.service.keeper.current.basis().database
    assert database.cursor().execute(wanted).fetchone() == (0,)
    assert long.items("/v1/views/source_record") == short.items("/v1/views/source_record")
    assert database.cursor().execute(wanted).fetchone() == (1,)


def test_a_day_of_a_long_ledger_is_drawn_up_beside_and_today_is_there(short, long, monkeypatch):
    assert long.get("/v1/events?as_of=2025-07-01").status_code == 200
    told = long.problem("/v1/events?as_of=2025-06-02", 503)
    assert "being drawn up" in told["detail"]
    assert long.get("/v1/events?as_of=2025-06-02").headers["retry-after"] == "2"
    until(lambda: long.get("/v1/events?as_of=2025-06-02").status_code == 200)
    query = {"as_of": "2025-06-02"}
    assert long.items("/v1/claims", **query) == short.items("/v1/claims", **query)


def test_a_page_says_that_it_is_being_prepared_and_asks_again(long, monkeypatch):
    monkeypatch.setattr(drawn.Drawn, "begin", lambda one: time.sleep(1) or one)
    page = long.get("/events?as_of=2025-06-02&language=en")
    assert page.status_code == 503 and 'http-equiv="refresh"' in page.text


def test_a_view_that_takes_long_is_asked_for_again_and_is_no_fault(home, monkeypatch):
    monkeypatch.setattr(drawn, "FEW", 0)
    going = threading.Event()
    usual = drawn.fill

    def slow(database, wanted):
        if wanted and "source_record" in wanted:
            going.wait(20)
        usual(database, wanted)

    with serving(home, seconds=0.3) as client:
        monkeypatch.setattr(drawn, "fill", slow)
        told = client.problem("/v1/views/source_record", 503)
        assert "being drawn up" in told["detail"]
        going.set()
        until(lambda: client.get("/v1/views/source_record").status_code == 200)


def test_what_is_gathered_is_what_is_asked(short):
    basis = short.service.keeper.current.basis()
    with basis.database.cursor() as cursor:
        events = [one for (one,) in cursor.execute("SELECT event FROM events").fetchall()]
        told = gathered(cursor, events)
        leaves = Leaves()
        leaves.gather(basis.database, None, lambda: False, many=False)
        assert leaves._packed.keys() == set(events)
        assert leaves.of(None, events) == told != []
        again = Leaves()
        again.gather(basis.database, leaves, lambda: False, many=True)
        assert all(again._packed[one] is leaves._packed[one] for one in events)
        none = Leaves()
        none.gather(basis.database, None, lambda: True, many=False)
        assert none._packed == {} and none.of(cursor, events) == told
