"""The API: lists by pages, as JSON and CSV, filters, days, ETags, and every kind of problem."""

import base64
import csv
import io
import json
import re
import shutil

import pytest
from commands import reconcile as reconcile_command
from ledgers import BASE, base, claim, document, ledger_at
from serving import logged, serving, until

import reconcile
from reconcile.bundled import content
from reconcile.serve import api
from reconcile.serve.listing import CLAIMS, DOCUMENTS, EVENTS, SOURCES
from reconcile.view import views

SHIPPED = content("claims").parent
DAY = "2025-06-03"
LISTS = [EVENTS, CLAIMS, SOURCES, DOCUMENTS]


@pytest.fixture(scope="module")
def served():
    with serving(SHIPPED) as client:
        yield client


@pytest.fixture(scope="module")
def database():
    return reconcile.connect(reconcile.read(SHIPPED))


def table(told):
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(told.content.decode("utf-8"), newline="")))


# lists --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listing", LISTS, ids=lambda one: one.name)
def test_the_pages_of_a_list_are_all_its_rows_once_and_the_same_as_csv(listing, served, database):
    path = f"/v1/{listing.name}"
    rows = served.items(path, limit=97)
    table_of = {"claims": "figures"}.get(listing.name, listing.name)
    (count,) = database.execute(f"SELECT COUNT(*) FROM {table_of}").fetchone()
    assert len(rows) == len({row[listing.identity] for row in rows}) == count
    assert all(list(row) == list(listing.columns) for row in rows)
    assert served.items(path, limit=1000) == rows
    told = table(served.get(f"{path}.csv"))
    assert [row[listing.identity] for row in told] == [row[listing.identity] for row in rows]


def test_a_csv_by_pages_leads_on_by_its_links(served):
    rows, address = [], "/v1/events.csv?limit=50&country=ML"
    while address:
        told = served.get(address)
        rows += [row["event"] for row in table(told)]
        address = told.links.get("next", {}).get("url")
    assert rows == [row["event"] for row in served.items("/v1/events", country="ML")]


@pytest.mark.parametrize("listing", [EVENTS, CLAIMS, SOURCES, DOCUMENTS], ids=lambda one: one.name)
def test_every_row_is_found_by_its_id(listing, served):
    for row in served.items(f"/v1/{listing.name}", limit=1000)[::40]:
        told = served.json_of(f"/v1/{listing.name}/{row[listing.identity]}")
        assert told["item"] == row


FILTERS = [
    ("events", {"country": "bf"}, lambda row: row["country"] == "BF"),
    (
        "events",
        {"since": "2025-06-01", "until": "2025-06-05"},
        lambda row: (
            (row["ends_on"] or row["starts_on"]) >= "2025-06-01"
            and row["starts_on"] <= "2025-06-05"
        ),
    ),
    ("events", {"text": "DJIBO"}, lambda row: "djibo" in (row["event"] + row["name"]).lower()),
    ("events", {"status": "contested"}, lambda row: row["status"] == "contested"),
    ("events", {"gap": "100"}, lambda row: (row["widest_gap"] or 0) >= 100),
    ("events", {"status": "one-sided"}, lambda row: row["status"] == "one-sided"),
    ("claims", {"side": "insurgent"}, lambda row: row["side"] == "insurgent"),
    ("claims", {"source": "jnim"}, lambda row: row["source"] == "jnim"),
    (
        "claims",
        {"since": "2025-06-03", "measure": "killed", "victims": "soldiers"},
        lambda row: (
            (row["known_on"] or "") >= "2025-06-03"
            and (row["measure"], row["victims"]) == ("killed", "soldiers")
        ),
    ),
    ("claims", {"stands": "false"}, lambda row: not row["stands"]),
    ("claims", {"stance": "silence"}, lambda row: row["stance"] == "silence"),
    ("sources", {"side": "observer"}, lambda row: row["side"] == "observer"),
    ("sources", {"party": "mali"}, lambda row: row["party"] == "mali"),
    ("documents", {"text": "afp"}, lambda row: "afp" in json.dumps(list(row.values())[:3]).lower()),
    ("documents", {"until": "2025-01-31"}, lambda row: (row["published_on"] or "9") < "2025-02"),
]


@pytest.mark.parametrize(
    ("name", "asked", "holds"), FILTERS, ids=[f"{a}-{b}" for a, b, _ in FILTERS]
)
def test_a_filter_keeps_what_fits_and_nothing_else(name, asked, holds, served):
    told = served.items(f"/v1/{name}", **asked)
    wanted = [row for row in served.items(f"/v1/{name}", limit=1000) if holds(row)]
    assert told == wanted and told
    assert len(told) < len(served.items(f"/v1/{name}", limit=1000))


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({"side": "government"}, "SELECT event FROM claim WHERE side = 'government'"),
        ({"source": "jnim"}, "SELECT event FROM claim WHERE source = 'jnim'"),
        ({"measure": "wounded"}, "SELECT event FROM claim WHERE measure = 'wounded'"),
        ({"victims": "civilians"}, "SELECT event FROM claim WHERE victims = 'civilians'"),
        (
            {"silent": "burkina-faso"},
            "SELECT event FROM event_coverage WHERE party = 'burkina-faso' AND speaks = 'silent'",
        ),
        (
            {"silent_side": "government"},
            "SELECT event FROM event_coverage INNER JOIN parties AS p USING (party)"
            " WHERE p.side = 'government' AND speaks = 'silent'",
        ),
        ({"status": "contested"}, "SELECT event FROM event_overview WHERE contested"),
    ],
    ids=str,
)
def test_events_are_narrowed_as_the_views_say(asked, query, served, database):
    wanted = {event for (event,) in database.execute(query).fetchall()}
    assert {row["event"] for row in served.items("/v1/events", **asked)} == wanted != set()


def test_contested_claims_are_those_of_conflicting_cells(served, database):
    query = "SELECT event, measure, victims FROM event_conflict WHERE status = 'conflicting'"
    cells = set(database.execute(query).fetchall())
    told = served.items("/v1/claims", contested="true")
    assert {(row["event"], row["measure"], row["victims"]) for row in told} == cells
    assert len(told) + len(served.items("/v1/claims", contested="false")) == len(
        served.items("/v1/claims")
    )


def test_no_cell_is_a_formula_and_no_text_leaves_its_string(tmp_path):
    from hostile import TEXTS

    documents = [document(f"d{at}", title=text) for at, text in enumerate(TEXTS)]
    figures = [claim("a", document="d1", low=8, note="=1+1")]
    with serving(
        ledger_at(tmp_path, documents=documents, figures=figures, attributions=[])
    ) as told:
        rows = table(told.get("/v1/documents.csv"))
        assert len(rows) == len(TEXTS)
        cells = [cell for row in rows for cell in row.values()]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]
        answer = told.get("/v1/documents?limit=1000")
        assert answer.content.isascii()
        titles = {row["title"] for row in answer.json()["items"]}
        assert titles == set(TEXTS)


# days ---------------------------------------------------------------------------------------------


def test_every_list_is_as_of_a_day(served):
    ledger = reconcile.read(SHIPPED)
    then = reconcile.connect(ledger, DAY)
    wanted = {one for (one,) in then.execute("SELECT claim FROM claim").fetchall()}
    told = served.json_of("/v1/claims", as_of=DAY, limit=1000)
    assert {row["claim"] for row in told["items"]} == wanted
    assert told["as_of"] == DAY and told["without_day"] == 210
    contested = {
        one
        for (one,) in then.execute("SELECT event FROM event_overview WHERE contested").fetchall()
    }
    assert {
        row["event"] for row in served.items("/v1/events", as_of=DAY, status="contested")
    } == contested
    rows = served.items("/v1/views/event_gap", as_of=DAY, limit=500)
    assert len(rows) == then.execute("SELECT COUNT(*) FROM event_gap").fetchone()[0]


def test_what_was_said_later_was_not_there_by_then(served):
    late = "djibo-2025-05-11--jnim--killed--soldiers--2"
    assert served.problem(f"/v1/claims/{late}", 404, as_of="2025-05-14")["detail"] == (
        f"{late} was not known by 2025-05-14"
    )


# views --------------------------------------------------------------------------------------------


def test_every_view_is_listed_and_told_whole_with_its_places(served, database):
    listed = {one["name"]: one for one in served.json_of("/v1/views")["items"]}
    assert set(listed) == set(views())
    for name in views():
        (count,) = database.execute(f"SELECT COUNT(*) FROM {name}").fetchone()
        rows = served.items(f"/v1/views/{name}", limit=333)
        assert len(rows) == count, name
        assert len(table(served.get(f"/v1/views/{name}.csv"))) == count
    row = served.json_of("/v1/views/event_gap", limit=1)["items"][0]
    assert row["file"].startswith("claims/") and row["line"] > 1
    assert f"{row['file']}:{row['line']}" in row["rests_on"]


def test_a_view_is_narrowed_by_event_where_it_has_events(served):
    rows = served.items("/v1/views/event_gap", event="djibo-2025-05-11")
    assert rows and {row["event"] for row in rows} == {"djibo-2025-05-11"}
    told = served.problem("/v1/views/source_pair", 422, event="djibo-2025-05-11")
    assert told["errors"][0]["parameter"] == "event"
    assert "did you mean event_gap?" in served.problem("/v1/views/event_gp", 404)["detail"]


# findings -----------------------------------------------------------------------------------------


def test_findings_are_made_beside_and_then_told(served):
    path = "/v1/findings"
    first = served.get(path)
    assert first.status_code in (200, 202)
    if first.status_code == 202:
        assert first.json() == {"status": "being checked"} and first.headers["retry-after"] == "2"
        assert served.get("/v1/findings.csv").status_code == 202
        assert served.get("/v1/events").status_code == 200
    until(lambda: served.get(path).status_code == 200, 120)
    rows = served.items(path, limit=77)
    ledger = reconcile.read(SHIPPED)
    from serving import TODAY

    wanted = reconcile.check(ledger, today=TODAY)
    assert [row["fingerprint"] for row in rows] == [one.fingerprint for one in wanted]
    assert [row["message"] for row in rows] == [one.message for one in wanted]
    assert len(table(served.get("/v1/findings.csv"))) == len(rows)
    for asked, holds in (
        ({"rule": "figures-apart"}, lambda row: row["rule"] == "figures-apart"),
        ({"severity": "note"}, lambda row: row["severity"] == "note"),
        ({"event": "djibo-2025-05-11"}, lambda row: row["event"] == "djibo-2025-05-11"),
        ({"relation": "event_gap"}, lambda row: row["relation"] == "event_gap"),
        ({"waived": "false"}, lambda row: row["waived_by"] is None),
    ):
        assert served.items(path, **asked) == [row for row in rows if holds(row)]
    told = served.problem(path, 422, rule="figures-appart")
    assert "did you mean figures-apart?" in told["detail"]
    link = served.get("/v1/findings.csv?limit=5").links["next"]["url"]
    assert len(table(served.get(link))) == 5


# ETags --------------------------------------------------------------------------------------------

READS = [
    "/v1/events",
    "/v1/events/djibo-2025-05-11",
    "/v1/claims.csv?country=BF",
    "/v1/views",
    "/v1/views/event_gap.csv",
]


@pytest.mark.parametrize("path", READS)
def test_who_holds_an_answer_is_told_so(path, served):
    told = served.get(path)
    tag = told.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = served.get(path, headers={"If-None-Match": given})
        assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
    assert served.get(path, headers={"If-None-Match": '"other"'}).content == told.content
    assert served.get(path, params={"as_of": DAY}).headers["etag"] != tag


def test_a_head_says_what_a_get_would_without_the_body(served):
    told, head = served.get("/v1/events"), served.head("/v1/events")
    assert head.status_code == 200 and head.content == b""
    assert head.headers["etag"] == told.headers["etag"]


# tokens -------------------------------------------------------------------------------------------


def test_a_token_of_another_question_or_of_nobody_is_refused(served):
    page = served.json_of("/v1/events", limit=5)["next"]
    assert served.json_of("/v1/events", limit=7, page=page)["items"]
    forged = base64.urlsafe_b64encode(base64.urlsafe_b64decode(page + "==")[:-3] + b'x"]').decode()
    for path, asked in (
        ("/v1/events", {"page": page, "country": "ML"}),
        ("/v1/events", {"page": page, "as_of": DAY}),
        ("/v1/claims", {"page": page}),
        ("/v1/events", {"page": forged}),
        ("/v1/events", {"page": "é"}),
        ("/v1/events", {"page": "x" * 5000}),
        ("/v1/events.csv", {"page": "%%%"}),
    ):
        assert served.problem(path, 422, **asked)["errors"][0]["parameter"] == "page"


def test_a_token_of_another_state_begins_again(tmp_path):
    home = tmp_path / "home"
    shutil.copytree(BASE, home)
    with serving(home) as client:
        page = client.json_of("/v1/events", limit=1)["next"]
        before = client.service.keeper.current.digest
        events = home / "claims" / "events.csv"
        events.write_text(events.read_text("utf-8").replace("bridge,", "bridge itself,"), "utf-8")
        (home / "claims" / "README.md").write_text("other", "utf-8")
        until(lambda: client.service.keeper.current.digest != before)
        told = client.problem("/v1/events", 410, limit=1, page=page)
        assert "ask again without page" in told["detail"]


# problems -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameter", "words"),
    [
        ("/v1/events?contry=ML", "contry", "did you mean country?"),
        ("/v1/claims?sauce=jnim", "sauce", "did you mean source?"),
        ("/v1/views?limit=3", "limit", "there are as_of"),
        ("/v1/events?country=MLI", "country", ""),
        ("/v1/events?country=XX", "country", "the ledger has no country XX"),
        ("/v1/events?limit=0", "limit", ""),
        ("/v1/events?limit=1001", "limit", ""),
        ("/v1/events?limit=ten", "limit", "write a number as 20"),
        ("/v1/findings.csv?limit=%0D71", "limit", "write a number as 20"),
        ("/v1/events?limit=7%20", "limit", "write a number as 20"),
        ("/v1/events?limit=1_000", "limit", "write a number as 20"),
        ("/v1/events?gap=20.0", "gap", "write a number as 20"),
        ("/v1/events?since=yesterday", "since", ""),
        ("/v1/events?as_of=2025-02-30", "as_of", ""),
        ("/v1/views?as_of=-8.3", "as_of", "write a day as 2025-06-03"),
        ("/v1/claims?until=1748908800", "until", "until: write a day as 2025-06-03"),
        ("/v1/events?side=official", "side", ""),
        ("/v1/events?source=jnm", "source", "did you mean jnim?"),
        ("/v1/claims?measure=kiled", "measure", "did you mean killed?"),
        ("/v1/claims?stands=perhaps", "stands", ""),
        ("/v1/claims/NO", "id", ""),
        ("/v1/findings?severity=grave", "severity", ""),
        ("/v1/events?country=ML&country=BF", "country", "more than once"),
        ("/v1/events?text=", "text", ""),
        ("/v1/claims?event=x'; DROP TABLE claim; --", "event", ""),
    ],
)
def test_a_wrong_parameter_is_named(path, parameter, words, served):
    told = served.problem(path, 422)
    assert [one["parameter"] for one in told["errors"]] == [parameter]
    assert words in told["detail"]


def test_what_is_not_there_or_not_done_is_a_problem(served):
    assert "did you mean jnim?" in served.problem("/v1/sources/jnm", 404)["detail"]
    served.problem("/v1/nothing", 404)
    served.problem("/v1/events/", 404)
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
        told = served.request(method, "/v1/events")
        assert told.status_code == 405 and told.json()["status"] == 405
    assert served.get("/v1/events", params={"text": "x" * 9000}).status_code == 400


def test_another_host_is_refused(served):
    for host in ("evil.example", "testserver.evil.example", "", "[::1]", "127.0.0.1:80"):
        told = served.get("/v1/events", headers={"Host": host})
        assert told.status_code == 421 and "events" not in told.text


def test_a_fault_of_the_program_says_nothing_of_it(served, monkeypatch):
    def broken(*_):
        raise ValueError("a secret of the ledger")

    monkeypatch.setattr(api, "paged", broken)
    served.lines.clear()
    told = served.problem("/v1/claims?country=NE&limit=3", 500)
    assert "secret" not in json.dumps(told)
    (line,) = logged(served)
    assert line["fault"].startswith("ValueError test_serve_api:") and "secret" not in str(line)


def test_an_answer_that_takes_too_long_is_broken_off(tmp_path):
    with serving(ledger_at(tmp_path), seconds=0.3) as client:
        snapshot = client.service.keeper.current
        endless = "SELECT COUNT(*) FROM RANGE(100000000000)"
        reading = client.service.reading(snapshot.basis())
        with pytest.raises(reconcile.ReconcileError, match="longer"), reading as cursor:
            cursor.execute(endless).fetchall()
        slow = f"(SELECT * FROM ({EVENTS.select}) WHERE ({endless}) > 0)"
        query = api.asking.Query(slow, ["event"], ("event",))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(api, "_query", lambda *_: query)
            told = client.problem("/v1/events?limit=3", 504)
        assert "ask for less" in told["detail"]
        assert client.get("/v1/events").status_code == 200


def test_nothing_is_served_before_there_is_anything(tmp_path):
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims").chmod(0o755)
    with serving(ledger_at(tmp_path)) as client:
        client.service.keeper._current = None
        assert client.get("/ready").status_code == 503
        assert client.get("/health").status_code == 200
        told = client.get("/v1/events")
        assert told.status_code == 503 and told.headers["retry-after"] == "2"
        assert client.get("/").status_code == 503


# description --------------------------------------------------------------------------------------


def test_the_description_is_of_openapi_and_its_examples_hold(served):
    told = served.json_of("/v1/openapi.json")
    assert told["openapi"].startswith("3.1")
    assert {"/v1/events", "/v1/claims", "/v1/sources", "/v1/documents"} <= set(told["paths"])
    tried = 0
    for path, operations in told["paths"].items():
        assert set(operations) == {"get"}
        for one in operations["get"]["parameters"]:
            for example in one.get("schema", {}).get("examples", one.get("examples", [])):
                tried += 1
                if one["in"] == "path":
                    answer = served.get(path.replace(f"{{{one['name']}}}", example))
                elif "{" not in path:
                    answer = served.get(path, params={one["name"]: example})
                assert answer.status_code in (200, 202), (path, one["name"], example)
    assert tried > 15
    assert served.get("/docs").status_code == served.get("/redoc").status_code == 404


def test_the_log_has_a_line_for_each_request_and_no_text_of_it(served):
    served.lines.clear()
    served.get("/v1/events?text=secretword&country=ML")
    served.get("/v1/claims/secret-claim")
    served.get("/secretpath")
    told = logged(served)
    assert [line["path"] for line in told] == ["/v1/events", "/v1/claims/{id}", "-"]
    assert [line["status"] for line in told] == [200, 404, 404]
    assert all(set(line) == {"time", "method", "path", "status", "milliseconds"} for line in told)
    assert "secret" not in json.dumps(told)


def test_no_answer_sets_a_cookie_and_all_have_their_headers(served):
    for path in ("/", "/v1/events", "/nothing", "/v1/openapi.json", "/health", "/v1/claims.csv"):
        told = served.get(path)
        assert "set-cookie" not in told.headers
        assert told.headers["x-content-type-options"] == "nosniff"
        assert told.headers["referrer-policy"] == "no-referrer"
        assert told.headers["content-security-policy"].startswith("default-src 'none';")
        assert "unsafe" not in told.headers["content-security-policy"]


def test_the_base_ledger_has_its_rows(tmp_path):
    with serving(ledger_at(tmp_path)) as client:
        assert len(client.items("/v1/claims")) == len(base("figures"))


def test_every_address_of_the_document_is_answered_and_the_unit_asks_what_there_is(served):
    text = (SHIPPED / "docs" / "service.md").read_text("utf-8")
    told = re.findall(r"curl 'http://127.0.0.1:8080([^']+)'", text)
    assert len(told) >= 8
    for path in told:
        until(lambda path=path: served.get(path).status_code == 200, 120)
        assert served.get(path).content.count(b"\n") > 1 or served.get(path).json()
    unit = (SHIPPED / "deploy" / "reconcile.service").read_text("utf-8")
    file = (SHIPPED / "deploy" / "Containerfile").read_text("utf-8")
    shown = reconcile_command("serve", "--help").stdout
    for option in re.findall(r"--[a-z-]+", "".join(re.findall(r"ExecStart.*", unit))):
        assert option in shown
    for option in re.findall(r'"(--[a-z-]+)"', file):
        assert option in shown
