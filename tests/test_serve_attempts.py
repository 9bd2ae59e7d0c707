"""What somebody with ill will would try: each attempt fails, writes nothing and tells nothing."""

import base64
import json
import re
from html.parser import HTMLParser
from urllib.parse import quote

import duckdb
import pytest
from ledgers import ledger_at
from serving import Office
from starlette.routing import Route

from reconcile.serve.people import Role

pytestmark = pytest.mark.untraced

SECRET = "the words of another file"
ROLES = {"Rea": Role.READER, "Awa": Role.RECORDER, "Ibrahim": Role.REVIEWER}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A service beside a file that is nobody's business."""
    folder = tmp_path_factory.mktemp("attempts")
    (folder / "secret.txt").write_text(SECRET, "utf-8")
    told = Office(ledger_at(folder / "home"), ROLES)
    before = told.files()
    yield told
    assert told.files() == before


def routes(office):
    """Every route of the application, also those within others."""
    found, waiting = [], list(office.app.routes)
    while waiting:
        one = waiting.pop()
        inner = getattr(one, "original_router", one)
        waiting += [] if isinstance(one, Route) else list(getattr(inner, "routes", []))
        found += [one] if isinstance(one, Route) else []
    return found


def filled(path):
    """The path of a route with ids of the ledger."""
    known = {"claim": "bridge--army--1", "id": "bridge--army--1", "event": "bridge-2025-06-01"}
    known |= {"source": "army", "name": "standing"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known[found[1]], path)


def ask(office, method, path, who=None, **told):
    headers = told.pop("headers", {})
    if who is not None:
        headers["Authorization"] = f"Bearer {office.tokens[who]}"
    return office.browser().request(method, path, headers=headers, **told)


# paths --------------------------------------------------------------------------------------------

OUTSIDE = ["../secret.txt", "../../secret.txt", "/etc/passwd", "..\\secret.txt", "secret.txt\0.csv"]
OUTSIDE += [".reconcile/people.sqlite3", "figures.csv", "....//secret.txt"]
UNDER = ["/", "/events/", "/sources/", "/claims/", "/review/", "/v1/", "/v1/events/", "/v1/views/"]
UNDER += ["/v1/claims/", "/v1/sources/", "/v1/documents/"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("under", UNDER)
def test_no_path_leads_outside(under, name, office):
    for path in (under + name, under + quote(name, safe=""), under + quote(quote(name, safe=""))):
        told = office.browser("Ibrahim").get(path.replace("\0", "%00"))
        assert told.status_code in (404, 405, 422), (path, told.status_code)
        assert SECRET not in told.text and "SQLite format" not in told.text


# queries ------------------------------------------------------------------------------------------

READS = [
    "SELECT * FROM read_text('{}')",
    "SELECT * FROM '{}'",
    "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
    "COPY claim TO '{}.copy'",
    "COPY claim FROM '{}'",
    "ATTACH '{}' AS other",
    "EXPORT DATABASE '{}.folder'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SELECT getenv('HOME')",
]


@pytest.mark.parametrize("query", READS)
def test_the_database_that_is_served_reaches_no_file_and_no_network(query, office):
    secret = office.home.parent / "secret.txt"
    database = office.service.keeper.current.basis().database
    with database.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(query.format(secret)).fetchall()
    assert {one.name for one in office.home.parent.iterdir()} == {"home", "secret.txt"}


INJECTED = [
    "' OR 1=1 --",
    "x' UNION SELECT content FROM read_text('../secret.txt') --",
    "'; ATTACH '../secret.txt' AS other; --",
    "standing WHERE 1=1 UNION SELECT content FROM read_text('../secret.txt')",
    "read_text('../secret.txt')",
    "$(cat ../secret.txt)",
]
FIELDS = ["text", "country", "since", "until", "side", "source", "measure", "victims", "status"]
FIELDS += ["silent", "silent_side", "gap", "as_of", "page", "limit", "event", "document", "party"]


@pytest.mark.parametrize("injected", INJECTED)
def test_no_parameter_is_a_query(injected, office):
    client = office.browser()
    every = len(client.get("/v1/claims").json()["items"])
    for path in ("/v1/events", "/v1/claims", "/v1/sources", "/v1/documents", "/v1/views/standing"):
        for field in FIELDS:
            told = client.get(path, params={field: injected})
            assert told.status_code == 422 or told.json()["items"] == [], (path, field)
            assert SECRET not in told.text
    assert client.get(f"/v1/views/{quote(injected, safe='')}").status_code == 404
    assert len(client.get("/v1/claims").json()["items"]) == every


def test_no_token_of_a_page_that_somebody_made_is_taken(office):
    client = office.browser()
    first = client.get("/v1/claims", params={"limit": 1}).json()["next"]
    raw = json.dumps(["x", "y", ["' OR 1=1 --"]]).encode()
    made = [base64.urlsafe_b64encode(raw).decode(), first[:-2], first[::-1], "", "..", first * 50]
    for page in made:
        assert client.get("/v1/claims", params={"limit": 1, "page": page}).status_code in (410, 422)


# scripts ------------------------------------------------------------------------------------------

SCRIPTS = [
    "</style></title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7919 * 7907 }}",
    "javascript:alert(1)",
]


class Running(HTMLParser):
    """What of a page would run: scripts but for that of the record form, and attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.found += [tag] * (tag in ("script", "img", "iframe", "object", "embed", "base"))
        self.found += [name for name in told if name.startswith("on")]
        self.found += [
            value
            for name, value in told.items()
            if name in ("href", "src", "action", "formaction")
            and str(value).strip().lower().startswith("javascript:")
        ]


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_page_says_a_script_back(script, office):
    client = office.browser("Ibrahim")
    pages = [
        filled(one.path)
        for one in routes(office)
        if "GET" in one.methods and not one.path.startswith(("/v1", "/health", "/ready"))
    ]
    assert len(pages) >= 12
    names = [*FIELDS, "one", "other", "language", "next", "rule", "severity", "claim", "nothing"]
    for path in pages:
        bare = Running(client.get(path).text).found
        assert set(bare) <= {"script"}
        for name in names:
            told = client.get(path, params={name: script})
            assert told.status_code < 500, (path, name)
            if told.headers.get("content-type", "").startswith("text/html"):
                assert set(Running(told.text).found) <= set(bare), (path, name)
                assert "62615533" not in told.text
                assert "unsafe" not in told.headers["content-security-policy"]
        told = client.get(path.rstrip("/") + "/" + quote(script, safe=""))
        assert told.status_code < 500 and set(Running(told.text).found) <= set(bare)


# writing ------------------------------------------------------------------------------------------


def test_nothing_is_written_without_the_role(office):
    """Every route that takes something, found where the application has it."""
    open_to_all = {"/sign-in", "/sign-out"}
    writing = [one for one in routes(office) if "POST" in one.methods]
    paths = {one.path for one in writing} - open_to_all
    assert len(paths) >= 5
    for path in sorted(paths):
        address = filled(path)
        body = {"json": {}} if path.startswith("/v1") else {"data": {"csrf": "0" * 64}}
        assert ask(office, "POST", address, **body).status_code in (401, 403, 422), path
        if path.startswith("/v1"):
            row = {"claim": "b"}
            whole = {"figures": [row], "because": "x"}
            told = whole if path.endswith("claims") else {"act": "retracted", "because": "x"}
            told = {"figures": [row]} if path.endswith("preview") else told
            headers = {"Idempotency-Key": "a-key-of-mine", "If-Match": "*"}
            for who, status in ((None, 401), ("Rea", 403)):
                answer = ask(office, "POST", address, who, json=told, headers=dict(headers))
                assert answer.status_code == status, (path, who, answer.text)
        else:
            client = office.browser("Rea")
            fields = {"act": "retracted", "because": "x", "seen": "", "do": "submitted"}
            assert client.form(address, **fields).status_code == 403, path
            recorder = office.browser("Awa")
            if path.startswith("/review"):
                assert recorder.form(address, **fields).status_code == 403, path


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT"])
def test_no_other_method_does_anything(method, office):
    for one in routes(office):
        told = ask(office, method, filled(one.path), "Ibrahim")
        assert told.status_code in (404, 405), (method, one.path)


def test_a_service_without_writing_has_no_route_that_takes_anything(tmp_path):
    from serving import TODAY

    from reconcile.serve.app import application
    from reconcile.serve.service import Service

    class Alone:
        app = application(Service.of(ledger_at(tmp_path), lambda: TODAY))

    assert {method for one in routes(Alone) for method in one.methods} <= {"GET", "HEAD"}


def test_every_answer_has_the_headers_that_protect_it(office):
    from serving import Browser

    from reconcile.serve.manners import Manners

    client = Browser(Manners(office.app, ["testserver"], lambda line: None, lambda: "now"))
    for path in ("/", "/v1/events", "/v1/events.csv", "/sign-in", "/record", "/nothing", "/health"):
        told = client.get(path).headers
        assert told["x-content-type-options"] == "nosniff", path
        assert told["referrer-policy"] in ("no-referrer", "same-origin"), path
        assert "access-control-allow-origin" not in told and "server" not in told
        assert "frame-ancestors 'none'" in told["content-security-policy"]
        assert "set-cookie" not in told
